"""Newspaper issues: a METS file with its ALTO pages, in a folder or an archive."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable, Hashable, Mapping
from pathlib import Path

import pytest

from kiosque.corpus.article import Article
from kiosque.corpus.location import locate
from kiosque.corpus.packed.blocks import Members
from kiosque.corpus.readers import xml_mets
from kiosque.corpus.refusal import Refusal
from kiosque.corpus.walk import parts
from kiosque.corpus.walk.part_keys import part_key
from kiosque.corpus.walk.parts import Group
from kiosque.corpus.walk.read_corpus import cut_corpus
from tests.corpus.expand_duplicates import read_corpus

MakeCorpus = Callable[[Mapping[str, str | bytes]], Path]
Item = Article | Refusal


def page(*blocks: tuple[str, str], version: int = 3) -> str:
    texts = "".join(
        f'<TextBlock ID="{name}">'
        + "".join(
            f'<TextLine ID="{name}L{at}">'
            + "".join(f'<String CONTENT="{word}"/>' for word in line.split())
            + "</TextLine>"
            for at, line in enumerate(text.split("\n"))
        )
        + "</TextBlock>"
        for name, text in blocks
    )
    return (
        f'<?xml version="1.0"?><alto xmlns="http://www.loc.gov/standards/alto/ns-v{version}#"><Layout><Page ID="P">'
        f"<PrintSpace>{texts}</PrintSpace></Page></Layout></alto>"
    )


FIRST = page(
    ("B0", "LA VIGIE"),
    ("B1", "Le pont rouvre"),
    ("B2", "Les bus passent depuis\nce matin."),
    ("B3", "Le bac ferme"),
)
SECOND = page(("B1", "Les vélos attendront."), ("B2", "Il était temps."), ("B3", "Au bon marché ! Draps et toiles."))
PAPER = """<relatedItem type="host"><titleInfo><nonSort>La</nonSort><title>Vigie du Port</title></titleInfo>
<originInfo><dateIssued>1866</dateIssued></originInfo></relatedItem>
<originInfo><dateIssued>8 février</dateIssued><dateIssued encoding="w3cdtf"{more}>{day}</dateIssued></originInfo>"""


def area(file: str, block: str) -> str:
    return f'<fptr><area FILEID="{file}" BETYPE="IDREF" BEGIN="{block}"/></fptr>'


ARTICLES = f"""<structMap TYPE="LOGICAL"><div TYPE="Newspaper" DMDID="ISSUE"><div TYPE="ISSUE"><div TYPE="CONTENT">
<div TYPE="SECTION" LABEL="Ville"><div TYPE="ARTICLE" ID="A1" DMDID="D1">
<div TYPE="HEADING"><div TYPE="TITLE">{area("F1", "B1")}</div></div>
<div TYPE="BODY"><div TYPE="PARAGRAPH">{area("F1", "B2")}</div><div TYPE="PARAGRAPH">{area("F2", "B1")}</div></div>
</div></div><div TYPE="ARTICLE" ID="A2" LABEL="Le bac ferme"><div TYPE="HEADING">{area("F1", "B3")}</div>
<div TYPE="BODY">{area("F2", "B2")}</div></div>
<div TYPE="ADVERTISEMENT">{area("F2", "B3")}</div></div></div></div></structMap>"""


def mets(
    structure: str = ARTICLES, folder: str = "alto/", day: str = "1882-02-08", more: str = "", record: str = PAPER
) -> str:
    files = "".join(
        f'<m:file ID="F{number}"><m:FLocat LOCTYPE="URL" xlink:href="{folder}{number:04}.xml"/></m:file>'
        for number in (2, 1)  # the physical structure has their order
    )
    order = "".join(f'<m:div TYPE="PAGE"><m:fptr FILEID="F{number}"/></m:div>' for number in (1, 2))
    return f"""<?xml version="1.0" encoding="UTF-8"?><m:mets xmlns:m="http://www.loc.gov/METS/"
xmlns:xlink="http://www.w3.org/1999/xlink" xmlns="http://www.loc.gov/mods/v3">
<m:dmdSec ID="ISSUE"><m:mdWrap><m:xmlData><mods>{record.format(day=day, more=more)}</mods></m:xmlData></m:mdWrap>
</m:dmdSec><m:dmdSec ID="D1"><m:mdWrap><m:xmlData><mods><name><namePart type="family">Roy</namePart>
<namePart type="given">Ana</namePart></name></mods></m:xmlData></m:mdWrap></m:dmdSec>
<m:fileSec><m:fileGrp USE="TEXT">{files}<m:file ID="IMG"><m:FLocat xlink:href="img/1.tif"/></m:file></m:fileGrp>
</m:fileSec>
<m:structMap TYPE="PHYSICAL"><m:div TYPE="Newspaper">{order}</m:div></m:structMap>{structure}</m:mets>"""


def issue(**more: str) -> dict[str, str | bytes]:
    return {"fonds/METS.xml": mets(**more), "fonds/alto/0001.xml": FIRST, "fonds/alto/0002.xml": SECOND}


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


@pytest.fixture
def read(make_corpus: MakeCorpus) -> Callable[[Mapping[str, str | bytes]], list[Item]]:
    return lambda files: list(read_corpus([make_corpus(files)]))


Read = Callable[[Mapping[str, str | bytes]], list[Item]]


def articles(items: list[Item]) -> list[Article]:
    assert not [item for item in items if isinstance(item, Refusal)], items
    return [item for item in items if isinstance(item, Article)]


@pytest.mark.parametrize("packed", [False, True])
def test_articles_across_pages_are_read_once(read: Read, packed: bool) -> None:
    files = issue()
    first, second, third = articles(read({"fonds.zip": zipped(files)} if packed else files))
    assert (first.title, first.section, first.author) == ("Le pont rouvre", "Ville", "Ana Roy")
    assert first.body == "Les bus passent depuis ce matin.\nLes vélos attendront."
    assert (first.source, first.date, first.date_confidence) == ("La Vigie du Port", "1882-02-08", "sure")
    assert (second.title, second.body, second.section) == ("Le bac ferme", "Il était temps.", None)
    assert third.body == "Au bon marché ! Draps et toiles."


@pytest.mark.parametrize("folder", ["", "./", "file://./", "alto/../alto/", "%61lto/", "alto\\"])
def test_pages_are_found_by_the_metadata(read: Read, folder: str) -> None:
    where = "" if folder in ("", "./", "file://./") else "alto/"
    files = {"METS.xml": mets(folder=folder), f"{where}0001.xml": FIRST, f"{where}0002.xml": SECOND}
    assert len(articles(read(files))) == 3


def test_a_mets_is_recognized_by_content(read: Read) -> None:
    assert len(articles(read({"1882020801.xml": mets(folder=""), "0001.xml": FIRST, "0002.xml": SECOND}))) == 3


@pytest.mark.parametrize("structure", ["", '<structMap TYPE="LOGICAL"><div TYPE="Newspaper"/></structMap>'])
def test_an_issue_without_structure_gives_its_pages_in_order(read: Read, structure: str) -> None:
    first, second = articles(read(issue(structure=structure)))
    assert first.body.startswith("LA VIGIE\nLe pont rouvre")
    assert (second.body.split("\n")[0], second.date) == ("Les vélos attendront.", "1882-02-08")


@pytest.mark.parametrize(
    ("day", "more", "found", "confidence"),
    [
        ("1882-02", "", "1882-02", "sure"),
        ("1882", "", "1882", "sure"),
        ("1882-02-08", ' qualifier="inferred"', "1882-02-08", "likely"),
        ("[1882?]", "", None, None),
    ],
)
def test_the_date_of_an_issue_has_precision_and_confidence(
    read: Read, day: str, more: str, found: str | None, confidence: str | None
) -> None:
    first = articles(read(issue(day=day, more=more, record=PAPER.replace("<dateIssued>8 février</dateIssued>", ""))))[0]
    assert (first.date, first.date_confidence) == (found, confidence)


DUBLIN_CORE = '<dc:title xmlns:dc="d">La Vigie du Port</dc:title><dc:date xmlns:dc="d">{day}</dc:date>'


def test_dublin_core_gives_source_and_date(read: Read) -> None:
    first = articles(read(issue(record=DUBLIN_CORE)))[0]
    assert (first.source, first.date) == ("La Vigie du Port", "1882-02-08")


@pytest.mark.parametrize(
    ("label", "paper", "day"),
    [
        ("La Vigie du Port (Lanvec), 1882-02-08", "La Vigie du Port", "1882-02-08"),
        ("La Vigie : 8 février 1882", "La Vigie", "1882-02-08"),
        ("Numéro 12", None, None),
    ],
)
def test_the_label_names_paper_and_day_where_no_record_does(
    read: Read, label: str, paper: str | None, day: str | None
) -> None:
    files = issue(record="")
    labelled = str(files["fonds/METS.xml"]).replace("<m:mets ", f'<m:mets LABEL="{label}" ')
    first = articles(read(files | {"fonds/METS.xml": labelled}))[0]
    assert first.date == day
    assert first.source == (paper or "Fonds")


def test_a_word_goes_on_in_the_next_column(read: Read) -> None:
    first, second = page(("B1", "Titre"), ("B2", "Le pont rou-")), page(("B1", "vre."))
    halves = {"fonds/alto/0001.xml": first, "fonds/alto/0002.xml": second}
    assert articles(read(issue() | halves))[0].body == "Le pont rouvre."
    [alone] = articles(read({"seule.xml": page(("B1", "Le pont rou-"), ("B2", "vre."))}))[-1:]
    assert alone.body == "Le pont rouvre."


def test_a_mets_in_a_tar_is_refused_with_the_repair(read: Read) -> None:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        for name, content in issue().items():
            member = tarfile.TarInfo(name)
            member.size = len(str(content).encode())
            archive.addfile(member, io.BytesIO(str(content).encode()))
    refusal, *pages = read({"a.tar": data.getvalue()})
    assert isinstance(refusal, Refusal) and "la décompresser" in refusal.reason
    assert len(articles(pages)) == 2


def test_a_long_text_outside_of_articles_is_kept(read: Read) -> None:
    files = issue() | {
        "fonds/alto/0002.xml": page(("B1", "Oui."), ("B2", "Non."), ("B9", "Une suite sans titre. " * 12))
    }
    assert [one.body for one in articles(read(files))][-1].startswith("Une suite sans titre.")


def test_only_a_missing_page_is_refused(read: Read) -> None:
    files = issue()
    del files["fonds/alto/0002.xml"]
    *found, refusal = read(files)
    assert [one.title for one in found if isinstance(one, Article)] == ["Le pont rouvre", "Le bac ferme"]
    assert isinstance(refusal, Refusal) and "alto/0002.xml" in refusal.reason and "remettre" in refusal.reason


def test_a_mets_alone_is_refused_with_the_repair(read: Read) -> None:
    [refusal] = read({"METS.xml": mets()})
    assert isinstance(refusal, Refusal) and "les remettre dans son dossier" in refusal.reason


def test_a_mets_reads_only_pages(read: Read) -> None:
    record = (
        "<articles><article><titre>Le port</titre><texte>Il dort encore un peu ce matin.</texte></article></articles>"
    )
    files = issue() | {"fonds/alto/0002.xml": record}
    titles = {item.title for item in read(files) if isinstance(item, Article)}
    assert titles == {"Le pont rouvre", "Le bac ferme", "Le port"}


def test_paths_outside_of_the_corpus_or_archive_are_ignored(make_corpus: MakeCorpus, tmp_path: Path) -> None:
    (tmp_path / "0001.xml").write_text(FIRST)
    root = make_corpus({"METS.xml": mets(folder="../"), "a.zip": zipped({"METS.xml": mets(folder="../corpus-root/")})})
    assert all(isinstance(item, Refusal) for item in read_corpus([root]))
    location = locate(root / "METS.xml", root, ".xml")
    for name in ("../0001.xml", "/etc/passwd", "a/../../0001.xml", "nul"):
        assert location.neighbour(name) is None


def entries(root: Path) -> list[object]:
    return [entry for part in cut_corpus([root]) if isinstance(part, Group) for entry in part.entries]


def test_an_archive_of_an_issue_is_not_split(make_corpus: MakeCorpus) -> None:
    noise = "".join(f"{n * 7919 % 10007:x}" for n in range(300_000))
    root = make_corpus({"a.zip": zipped(issue() | {"long.txt": noise})})
    assert not any(isinstance(entry, Members) for entry in entries(root))
    assert len([item for item in read_corpus([root]) if isinstance(item, Article)]) >= 3


def keys(root: Path) -> list[Hashable]:
    return [part_key(part) for part in cut_corpus([root])]


def test_a_changed_page_invalidates_its_issue(make_corpus: MakeCorpus, monkeypatch: pytest.MonkeyPatch) -> None:
    root, second = make_corpus(issue()), "fonds/alto/0002.xml"
    monkeypatch.setattr(parts, "SETTLED", -(10**18))  # new files have a key too
    [before], [unchanged] = keys(root), keys(root)
    (root / second).write_text(page(("B1", "Autre.")))
    [after] = keys(root)
    assert None not in (before, after)
    assert before == unchanged != after


def test_repeated_block_references_terminate(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_mets, "LONGEST", 1000)
    many = f'<structMap TYPE="LOGICAL"><div TYPE="ARTICLE">{area("F1", "B2") * 200}</div></structMap>'
    [refusal] = read(issue(structure=many))
    assert isinstance(refusal, Refusal) and "répètent" in refusal.reason


def test_too_many_pages_are_refused(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_mets, "MOST_PAGES", 1)
    [refusal] = read(issue())
    assert isinstance(refusal, Refusal) and "le couper par numéro" in refusal.reason


@pytest.mark.parametrize("content", ["<mets", "<mets/>", '<mets xmlns="x"><fileSec>' + "<file>" * 300, "<mets>" * 5000])
def test_a_damaged_mets_is_refused(read: Read, content: str) -> None:
    [refusal] = read({"METS.xml": content})
    assert isinstance(refusal, Refusal)
