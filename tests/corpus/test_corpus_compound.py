"""Microsoft compound files: Outlook messages, Word 97 documents, and refusals with their reason."""

from __future__ import annotations

import struct
import sys
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import compressed_rtf
import pytest

from kiosque.corpus.article import Article
from kiosque.corpus.refusal import Refusal
from tests.corpus.compound_files import Tree, attached, compound_file, outlook
from tests.corpus.expand_duplicates import read_corpus

MakeCorpus = Callable[[Mapping[str, str | bytes]], Path]
SENT = datetime(2022, 1, 18, 23, 30, tzinfo=UTC)
LETTER = {
    "0037": "Le pont rouvre",
    "1000": "Le pont de Lanvec rouvre mardi.\r\n\r\nLes bus suivront.",
    "0042": "La Vigie du Port",
    "0C1F": "lettre@vigie.example",
}


def read(make_corpus: MakeCorpus, name: str, content: bytes) -> tuple[list[Article], list[Refusal]]:
    items = list(read_corpus([make_corpus({name: content})]))
    return [one for one in items if isinstance(one, Article)], [one for one in items if isinstance(one, Refusal)]


@pytest.mark.parametrize("name", ["lettre.msg", "lettre", "lettre.docx", "lettre.txt"])
def test_a_message_of_outlook(make_corpus: MakeCorpus, name: str) -> None:
    [article], refused = read(make_corpus, name, compound_file(outlook(LETTER, SENT)))
    assert (article.title, article.source, article.date) == ("Le pont rouvre", "La Vigie du Port", "2022-01-19")
    assert article.body == "Le pont de Lanvec rouvre mardi.\n\nLes bus suivront."
    assert article.format == "Outlook"
    assert not refused


def test_transport_headers_give_the_date(make_corpus: MakeCorpus) -> None:
    headers = "Received: par exemple\r\nDate: Thu, 20 Jan 2022 08:12:00 +0100\r\nSubject: x\r\n"
    [article], _ = read(make_corpus, "a.msg", compound_file(outlook({**LETTER, "007D": headers}, SENT)))
    assert article.date == "2022-01-20"


def test_a_page_in_the_encoding_of_the_message(make_corpus: MakeCorpus) -> None:
    page = "<html><body><p>L’été à Lanvec : le pont rouvre aux voitures.</p></body></html>".encode("cp1252")
    letter: dict[str, str | bytes] = {**LETTER, "1000": "", "1013": page}
    [article], _ = read(make_corpus, "a.msg", compound_file(outlook(letter, SENT)))
    assert article.body == "L’été à Lanvec : le pont rouvre aux voitures."


def test_texts_of_eight_bits(make_corpus: MakeCorpus) -> None:
    tree = dict(outlook({}, SENT))
    tree["__substg1.0_0037001E"] = "L’été à l’œuvre".encode("cp1252")
    tree["__substg1.0_1000001E"] = "Il est là.".encode("cp1252")
    [article], _ = read(make_corpus, "a.msg", compound_file(tree))
    assert (article.title, article.body) == ("L’été à l’œuvre", "Il est là.")


def test_rich_text_is_read_as_a_last_resort(make_corpus: MakeCorpus) -> None:
    rich = compressed_rtf.compress(rb"{\rtf1\ansi\ansicpg1252 Le pont rouvre \'e0 Lanvec.\par}", compressed=True)
    letter: dict[str, str | bytes] = {"0037": "Le pont", "1009": rich}
    [article], _ = read(make_corpus, "a.msg", compound_file(outlook(letter, SENT)))
    assert article.body == "Le pont rouvre à Lanvec."


def test_attached_documents_and_messages_are_read(make_corpus: MakeCorpus) -> None:
    inner = outlook({"0037": "Une dépêche", "1000": "Elle est jointe."}, SENT, top=False)
    parts = {
        "__attach_version1.0_#00000000": attached("note.rtf", rb"{\rtf1 Une note jointe\par Son texte.}"),
        "__attach_version1.0_#00000001": {"__properties_version1.0": bytes(8), "__substg1.0_3701000D": inner},
        "__attach_version1.0_#00000002": attached("logo.png", b"\x89PNG"),
    }
    articles, refused = read(make_corpus, "a.msg", compound_file(outlook(LETTER, SENT, parts)))
    assert [one.title for one in articles] == ["Le pont rouvre", "Une note jointe", "Une dépêche"]
    assert not refused


def test_a_message_without_text_gives_its_attachments(make_corpus: MakeCorpus) -> None:
    parts = {"__attach_version1.0_#00000000": attached("note.rtf", rb"{\rtf1 Une note jointe\par Son texte.}")}
    articles, [refused] = read(make_corpus, "a.msg", compound_file(outlook({"0037": "Ci-joint"}, SENT, parts)))
    assert [one.title for one in articles] == ["Une note jointe"]
    assert "sans texte" in refused.reason


def test_endlessly_nested_messages_are_refused(make_corpus: MakeCorpus) -> None:
    tree: Tree = outlook({"0037": "La dernière"}, top=False)
    for _ in range(12):
        inner = {"__properties_version1.0": bytes(8), "__substg1.0_3701000D": tree}
        tree = outlook({"0037": "Une autre"}, top=False, parts={"__attach_version1.0_#00000000": inner})
    articles, [refused] = read(make_corpus, "a.msg", compound_file(tree))
    assert not articles
    assert "séparément" in refused.reason


def test_streams_that_share_bytes_count_towards_the_budget(
    make_corpus: MakeCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosque.corpus.readers.outlook.LARGEST", 10_000)
    parts = {f"__attach_version1.0_#{n:08}": attached("a.pdf", bytes(5000)) for n in range(9)}
    articles, [refused] = read(make_corpus, "a.msg", compound_file(outlook(LETTER, SENT, parts)))
    assert not articles
    assert "bombe" in refused.reason


WHOLE = compound_file(outlook(LETTER, SENT))


@pytest.mark.parametrize(
    "data",
    [
        WHOLE[:700],
        WHOLE[:1600],
        WHOLE[:48] + struct.pack("<I", 0) + WHOLE[52:],  # its directory is elsewhere
        WHOLE[:512] + bytes(len(WHOLE) - 512),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000),
    ],
)
def test_damaged_compound_files_name_the_repair(make_corpus: MakeCorpus, data: bytes) -> None:
    articles, [refused] = read(make_corpus, "a.msg", data)
    assert not articles
    assert "enregistrer" in refused.reason


def test_a_cyclic_sector_table_terminates(make_corpus: MakeCorpus) -> None:
    """Each sector is followed by itself: a reader without a limit would never end."""
    last = len(WHOLE) - 512
    looped = WHOLE[:last] + b"".join(struct.pack("<I", n) for n in range(128))
    articles, refused = read(make_corpus, "a.msg", looped)
    assert len(articles) + len(refused) == 1


@pytest.mark.parametrize(
    ("stream", "said"),
    [
        ("Catalog", "Thumbs.db"),
        ("EncryptedPackage", "mot de passe"),
        ("PowerPoint Document", "PDF"),
        ("VisioDocument", "PDF"),
        ("Autre", "genre inconnu"),
    ],
)
@pytest.mark.parametrize("name", ["a.docx", "a.doc", "a.db", "a.ppt"])
def test_other_compound_files_are_refused_with_their_reason(
    make_corpus: MakeCorpus, name: str, stream: str, said: str
) -> None:
    articles, [refused] = read(make_corpus, name, compound_file({stream: bytes(100)}))
    assert not articles
    assert said in refused.reason


def test_an_old_spreadsheet_is_read_by_its_own_reader(make_corpus: MakeCorpus) -> None:
    articles, [refused] = read(make_corpus, "a.xls", compound_file({"Workbook": bytes(5000)}))
    assert not articles
    assert "classeur" in refused.reason


SCRIPT = """#!{python}
import os, sys
assert os.environ["HOME"] == os.getcwd() and open(sys.argv[-1], "rb").read(4) == b"\\xd0\\xcf\\x11\\xe0"
{rest}
"""


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, **programs: str) -> None:
    """Makes these the only programs on the path."""
    folder.mkdir()
    for name, rest in programs.items():
        (folder / name).write_text(SCRIPT.format(python=sys.executable, rest=rest), encoding="utf-8")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


WORD = compound_file({"WordDocument": bytes(5000)})
PRINTS = "sys.stdout.buffer.write('Le pont rouvre\\n\\nIl rouvre à Lanvec.'.encode())"


@pytest.mark.parametrize("name", ["a.doc", "a.docx", "a"])
def test_a_document_of_word_97_is_read_by_a_program(
    make_corpus: MakeCorpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    install(tmp_path / "bin", monkeypatch, antiword=PRINTS)
    [article], refused = read(make_corpus, name, WORD)
    assert (article.title, article.body) == ("Le pont rouvre", "Il rouvre à Lanvec.")
    assert article.format == "Word 97"
    assert not refused


def test_libreoffice_writes_a_file(make_corpus: MakeCorpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    profile = "assert 'DisableMacrosExecution' in open('profile/user/registrymodifications.xcu').read()"
    writes = f"{profile}; open('document.txt', 'w', encoding='utf-8-sig').write('Le pont rouvre\\n\\nÀ Lanvec.')"
    install(tmp_path / "bin", monkeypatch, antiword="sys.exit(1)", soffice=writes)
    [article], _ = read(make_corpus, "a.doc", WORD)
    assert (article.title, article.body) == ("Le pont rouvre", "À Lanvec.")


@pytest.mark.parametrize(
    "program",
    [
        "sys.exit(1)",
        "pass",
        "os.kill(os.getpid(), 9)",
        "import signal; signal.pause()",
        "sys.stdout.write('x' * 20_000_000)",
    ],
)
def test_a_program_that_fails_hangs_or_overflows_refuses_the_document(
    make_corpus: MakeCorpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr("kiosque.corpus.readers.word97.SECONDS", 2)
    install(tmp_path / "bin", monkeypatch, antiword=program)
    articles, [refused] = read(make_corpus, "a.doc", WORD)
    assert not articles
    assert "antiword" in refused.reason
    assert ".docx" in refused.reason


def test_without_a_program_the_refusal_names_those_to_install(
    make_corpus: MakeCorpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "bin", monkeypatch)
    articles, [refused] = read(make_corpus, "a.doc", WORD)
    assert not articles
    assert "installer antiword" in refused.reason


@pytest.mark.parametrize(
    ("content", "title"),
    [
        (rb"{\rtf1 Le pont rouvre\par Il rouvre mardi.}", "Le pont rouvre"),
        (b"<html><body><h1>Le pont rouvre</h1><p>Il rouvre mardi aux voitures, dit la mairie.</p></body></html>", None),
    ],
)
def test_a_doc_of_another_format_is_read_by_its_content(
    make_corpus: MakeCorpus, content: bytes, title: str | None
) -> None:
    [article], _ = read(make_corpus, "a.doc", content)
    assert article.title == (title or "Le pont rouvre")


@pytest.mark.parametrize(
    ("member", "said"),
    [("Index/Document.iwa", "Pages"), ("ppt/presentation.xml", "PDF"), ("designmap.xml", "InDesign")],
)
def test_unreadable_zip_documents_are_refused_once(make_corpus: MakeCorpus, member: str, said: str) -> None:
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in (member, "preview.jpg", "autre.xml"):
            archive.writestr(name, b"<a/>")
    articles, [refused] = read(make_corpus, "document.pages", data.getvalue())
    assert not articles
    assert said in refused.reason


MANIFEST = b'<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>'


@pytest.mark.parametrize(
    ("name", "members", "said"),
    [
        ("a.odt", {"content.xml": b"\x9f\x12", "META-INF/manifest.xml": MANIFEST}, "mot de passe"),
        ("a.odt", {"content.xml": b"<x><body><presentation><p>a</p></presentation></body></x>"}, "PDF"),
        ("a.epub", {"META-INF/container.xml": b"<container/>", "META-INF/rights.xml": b"<r/>"}, "DRM"),
        ("a.epub", {"META-INF/container.xml": b"<container/>", "META-INF/license.lcpl": b"{}"}, "DRM"),
    ],
)
def test_locked_documents_and_slides_say_so(
    make_corpus: MakeCorpus, name: str, members: dict[str, bytes], said: str
) -> None:
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    articles, [refused] = read(make_corpus, name, data.getvalue())
    assert not articles
    assert said in refused.reason
