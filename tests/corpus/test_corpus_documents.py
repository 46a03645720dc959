"""Word processor documents, e-books and PDFs, each a small one built by hand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kiosque.corpus.article import Article, Origin
from kiosque.corpus.location import locate
from kiosque.corpus.packed import unpacking, zip_parts
from kiosque.corpus.readers import pdf
from kiosque.corpus.refusal import Refusal
from tests.corpus.expand_duplicates import read_corpus

MakeCorpus = Callable[[dict[str, str | bytes]], Path]
Read = Callable[..., list[Article | Refusal]]

PARAGRAPH = (
    "Le pont de la Lune rouvre ce matin aux voitures, après onze mois de travaux que la ville a payés seule. " * 2
)


@pytest.fixture
def read(make_corpus: MakeCorpus) -> Read:
    def read_content(content: bytes, name: str) -> list[Article | Refusal]:
        return list(read_corpus([make_corpus({name: content})]))

    return read_content


def one(items: list[Article | Refusal]) -> Article:
    (item,) = items
    assert isinstance(item, Article), item
    return item


def refused(items: list[Article | Refusal]) -> str:
    (item,) = items
    assert isinstance(item, Refusal), item
    return item.reason


def zipped(files: dict[str, str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def docx(body: str, **more: str) -> bytes:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    core = (
        '<cp:coreProperties xmlns:cp="c" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:t="t">'
        "<dc:creator>Ana Roy</dc:creator><t:created>2001-02-03T00:00:00Z</t:created></cp:coreProperties>"
    )
    document = f"<w:document {space}><w:body>{body}</w:body></w:document>"
    return zipped({"word/document.xml": document, "docProps/core.xml": core, **more})


def run(text: str, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"


def test_docx(read: Read) -> None:
    body = run("Brouillon") + run("Le pont rouvre", "Titre") + run("Publié le 19 janvier 2022") + run("Il &amp; elle.")
    table = f"<w:tbl><w:tr><w:tc>{run('Une case')}</w:tc></w:tr></w:tbl>"
    deleted = (
        "<w:p><w:r><w:t>Un</w:t><w:br/><w:t>deux</w:t></w:r><w:del><w:r><w:delText>non</w:delText></w:r></w:del></w:p>"
    )
    found = one(read(docx(body + table + deleted), "la-vigie/pont.docx"))
    assert (found.title, found.author, found.source) == ("Le pont rouvre", "Ana Roy", "La vigie")
    assert (found.date, found.date_origin) == ("2022-01-19", Origin.TEXT)
    assert found.body.split("\n") == ["Brouillon", "Le pont rouvre", "Il & elle.", "Une case", "Un", "deux"]


def test_docx_with_notes_and_without_styles(read: Read) -> None:
    notes = '<w:footnotes xmlns:w="w"><w:footnote><w:p><w:r><w:t>Une note.</w:t></w:r></w:p></w:footnote></w:footnotes>'
    found = one(read(docx(run("Le pont rouvre") + run("Enfin."), **{"word/footnotes.xml": notes}), "pont.docx"))
    assert (found.title, found.body, found.date) == ("Le pont rouvre", "Enfin.\nUne note.", None)


def odt(body: str) -> bytes:
    spaces = 'xmlns:office="o" xmlns:text="t" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:meta="m"'
    content = f"<office:x {spaces}><office:body><office:text>{body}</office:text></office:body></office:x>"
    meta = f"<office:x {spaces}><dc:creator>Ana Roy</dc:creator><dc:date>2001-01-01</dc:date></office:x>"
    return zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content, "meta.xml": meta})


def test_odt(read: Read) -> None:
    body = (
        "<text:tracked-changes><text:p>effacé</text:p></text:tracked-changes>"
        '<text:p text:style-name="Title">Le pont</text:p>'
        "<text:p>Un<text:s/>mot<text:line-break/>et <text:span>deux</text:span> encore.</text:p>"
    )
    found = one(read(odt(body), "2022-01-19_pont.odt"))
    assert (found.title, found.body, found.author) == ("Le pont", "Un mot\net deux encore.", "Ana Roy")
    assert (found.date, found.date_origin) == ("2022-01-19", Origin.FILE_NAME)


def epub(chapters: Sequence[str], order: Sequence[int] | None = None) -> bytes:
    items = "".join(
        f'<item id="c{n}" href="c%20{n}.xhtml" media-type="application/xhtml+xml"/>' for n in range(len(chapters))
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in order or range(len(chapters)))
    nav = '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
    opf = (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<dc:title>La Vigie du Port [mer. 19 janv. 2022]</dc:title><dc:publisher>calibre</dc:publisher>"
        f"<dc:date>2022-01-19T00:00:00+01:00</dc:date></metadata><manifest>{nav}{items}</manifest>"
        f'<spine><itemref idref="nav"/>{spine}</spine></package>'
    )
    container = '<container><rootfiles><rootfile full-path="OEBPS/x.opf"/></rootfiles></container>'
    files = {"mimetype": "application/epub+zip", "META-INF/container.xml": container, "OEBPS/x.opf": opf}
    return zipped(files | {f"OEBPS/c {n}.xhtml": chapter for n, chapter in enumerate(chapters)})


def chapter(title: str, text: str = PARAGRAPH) -> str:
    return f"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><head><title>x</title></head><body><h2>{title}</h2><p>{text}</p></body></html>"


@pytest.mark.parametrize("name", ["journal.epub", "journal.zip", "journal"])
def test_epub(read: Read, name: str) -> None:
    items = read(epub([chapter("Couverture", ""), chapter("Le pont"), chapter("Le port")]), name)
    assert [(item.title, item.body) for item in items if isinstance(item, Article)] == [
        ("Le pont", PARAGRAPH.strip()),
        ("Le port", PARAGRAPH.strip()),
    ]
    assert isinstance(items[0], Article)
    assert (items[0].source, items[0].date, items[0].id) == ("La Vigie du Port", "2022-01-19", "journal:2")


def test_an_epub_without_text_is_refused(read: Read) -> None:
    assert refused(read(epub([chapter("Couverture", "")]), "a.epub")) == "EPUB sans texte"


def test_a_chapter_listed_twice_is_read_once(read: Read) -> None:
    items = read(epub([chapter("Le pont"), chapter("Le port")], (1, 0, 1, 1)), "a.epub")
    assert [item.title for item in items if isinstance(item, Article)] == ["Le port", "Le pont"]
    assert len(items) == 2, "a copy would be listed"


@pytest.mark.parametrize("name", ["a.epub", "a.docx"])
def test_a_document_that_expands_too_much_in_total_is_refused(
    read: Read, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "FREE", 100_000)
    parts = [chapter(f"Le pont {number}", "a " * 40_000) for number in range(20)]
    content = epub(parts) if name == "a.epub" else zipped({"word/document.xml": "".join(parts)})
    assert "bombe" in refused(read(content, name))


@pytest.mark.parametrize("suffix", [".docx", ".odt", ".epub"])
def test_damaged_documents_are_refused(read: Read, suffix: str) -> None:
    whole = docx(run(PARAGRAPH * 50))
    for content in (whole[: len(whole) // 2], b"PK\x03\x04", zipped({"autre.bin": "x"}), b"rien"):
        assert refused(read(content, f"a{suffix}"))
    assert refused(read(docx("<w:p/>"), "a.docx")) if suffix == ".docx" else True


def test_a_document_part_that_expands_too_much_is_refused(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_parts, "LARGEST", 10_000)
    assert "dépasse" in refused(read(docx(run("a" * 100_000)), "a.docx"))
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    files = {"word/document.xml": f"{laughs}<w:document xmlns:w='w'><w:p><w:t>Le pont &b;</w:t></w:p></w:document>"}
    assert one(read(zipped(files), "a.docx")).title == "Le pont"


def made_pdf(pages: Sequence[Sequence[str]], title: str = "", author: str = "") -> bytes:
    """A minimal PDF: one font, a line every 14 points."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    kids = []
    for lines in pages:
        shown = "".join(f"({line}) Tj T* " for line in lines)
        stream = f"BT /F1 10 Tf 14 TL 50 800 Td {shown}ET"
        objects.append(f"<< /Length {len(stream.encode('cp1252'))} >>\nstream\n{stream}\nendstream")
        kids.append(f"{len(objects) + 1} 0 R")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    objects.append(f"<< /Title ({title}) /Author ({author}) /CreationDate (D:20010203000000Z) >>")
    made, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(made))
        made += f"{number} 0 obj\n{content}\nendobj\n".encode("cp1252")
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    tail = f"xref\n0 {len(offsets) + 1}\n0000000000 65535 f \n{table}trailer\n"
    last = f"<< /Size {len(offsets) + 1} /Root 1 0 R /Info {len(offsets)} 0 R >>\nstartxref\n{len(made)}\n%%EOF"
    return made + (tail + last).encode()


def test_pdf(read: Read) -> None:
    lines = ["LA VIGIE", "Le pont rouvre", "Il rouvre après des travaux.", "Les vélos aussi, à l’été."]
    found = one(read(made_pdf([lines], title="Le pont rouvre", author="Ana Roy"), "la-vigie/2022-01-19_pont.pdf"))
    assert (found.title, found.author, found.source) == ("Le pont rouvre", "Ana Roy", "La vigie")
    assert (found.date, found.date_origin) == ("2022-01-19", Origin.FILE_NAME)
    assert "Les vélos aussi, à l’été." in found.body


def test_a_pdf_loses_page_headers_and_hyphens_and_keeps_paragraphs(read: Read) -> None:
    full = "Le pont de la Lune rouvre ce matin aux voitures et les habitants de la rive"
    page = [
        "La Vigie du Port",
        full,
        "gauche en sont contents. Le gouverne-",
        "ment dit la même chose.",
        full,
        "droite.",
    ]
    found = one(read(made_pdf([[*page, str(n)] for n in range(1, 4)]), "a.pdf"))
    assert "La Vigie du Port" not in found.body
    assert f"{full} gauche en sont contents. Le gouvernement dit la même chose." in found.body.replace("\n", " ")


def test_a_pdf_of_gallica_is_the_issue_after_its_cover(read: Read) -> None:
    credit = "Source gallica.bnf.fr / Bibliothèque nationale de France"
    cover = [
        credit,
        "La Vigie du Port (Lanvec. 1866). 1882/02/08.",
        "1/ Les contenus accessibles sur le site Gallica sont",
    ]
    texts = ("Le pont de la Lune rouvre.", "Les bus passent enfin.", "Le maire est content.", "Le bac ferme demain.")
    pages = [[text, credit] for text in texts]
    found = one(read(made_pdf([[*cover, "pour la plupart des reproductions."], *pages]), "a.pdf"))
    assert (found.source, found.date, found.date_confidence) == ("La Vigie du Port", "1882-02-08", "sure")
    assert found.body.split("\n") == list(texts)
    assert "gallica" not in found.body.lower()


def test_a_pdf_of_an_export_gives_its_documents(read: Read) -> None:
    first = ["La Vigie du Port", "Ville, mercredi 19 janvier 2022, p. 5", "Le pont rouvre", "Les bus passent enfin."]
    second = ["Le Courrier", "Jeudi 20 janvier 2022", "Le bac ferme", "Il était temps."]
    ends = [["© 2022. Tous droits réservés.", f"news·2022011{n}·VI·{n}"] for n in (1, 2)]
    one_, two = read(made_pdf([[*first, *ends[0]], [*second, *ends[1]]]), "a.pdf")
    assert isinstance(one_, Article) and isinstance(two, Article)
    assert (one_.title, one_.source, one_.date) == ("Le pont rouvre", "La Vigie du Port", "2022-01-19")
    assert (two.title, two.body) == ("Le bac ferme", "Il était temps.")


def test_a_default_title_of_a_word_processor_is_ignored(read: Read) -> None:
    found = one(read(made_pdf([["Le pont rouvre", "Enfin."]], title="Microsoft Word - brouillon7.doc"), "a.pdf"))
    assert found.title == "Le pont rouvre"


def test_pdf_without_text_or_damaged_is_refused(read: Read) -> None:
    assert "OCR" in refused(read(made_pdf([[]]), "a.pdf"))
    whole = made_pdf([["Le pont rouvre"]])
    assert (
        refused(read(b"%PDF-1.4 rien", "a.pdf")) == "PDF abîmé ou tronqué\u00a0: le rouvrir et l’enregistrer de nouveau"
    )
    assert read(whole[: len(whole) // 2], "a.pdf")


def test_a_pdf_with_a_cycle_of_pages_terminates(read: Read) -> None:
    looped = made_pdf([["Le pont rouvre"]]).replace(b"/Kids [5 0 R]", b"/Kids [2 0 R]")
    assert read(looped, "a.pdf")


def test_threads_read_their_own_pdfs(tmp_path: Path) -> None:
    titles = [f"Le pont {name} rouvre" for name in "abcdefghijkl"]
    locations = []
    for number, title in enumerate(titles):
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(made_pdf([[title]]))
        locations.append(locate(path, tmp_path, ".pdf"))
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda location: one(list(pdf.read_pdf(location))).title, locations))
    assert found == titles


def test_pdf_limits(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    content = made_pdf([["Le pont rouvre"]] * 3)
    for name, value in (("MOST_PAGES", 2), ("LONGEST", 20), ("LARGEST", 100)):
        with monkeypatch.context() as patch:
            patch.setattr(pdf, name, value)
            assert refused(read(content, "a.pdf"))


def test_nested_paragraphs_are_read_once(read: Read) -> None:
    inner = "".join(f"<w:p><w:r><w:t>mot{n}</w:t></w:r>" for n in range(200)) + "</w:p>" * 200
    body = one(read(docx(f"<w:p><w:r><w:t>Le pont rouvre</w:t></w:r></w:p>{inner}"), "a.docx")).body
    assert [body.split().count(f"mot{n}") for n in range(200)] == [1] * 200


def test_a_text_box_of_word_is_read_once(read: Read) -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>Encadré</w:t></w:r></w:p></w:txbxContent>"
    choice = f"<m:AlternateContent xmlns:m='m'><m:Choice>{box}</m:Choice><m:Fallback>{box}</m:Fallback>"
    run = f"<w:r>{choice}</m:AlternateContent></w:r>"
    content = f"<w:p><w:r><w:t>Le pont rouvre</w:t></w:r></w:p><w:p>{run}<w:r><w:t>Les bus passent.</w:t></w:r></w:p>"
    assert one(read(docx(content), "a.docx")).body.split("\n") == ["Les bus passent.", "Encadré"]
