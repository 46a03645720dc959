"""Hostile files are refused with a reason and bounded work; the files next to them are read."""

from __future__ import annotations

import errno
import gzip
import io
import os
import re
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosque.corpus.article import Article
from kiosque.corpus.location import Location
from kiosque.corpus.markup import html_tree, tag_limits
from kiosque.corpus.packed import blocks as lines
from kiosque.corpus.packed import unpacking
from kiosque.corpus.readers import dispatch as reading
from kiosque.corpus.readers import feed, pdf, warc
from kiosque.corpus.refusal import Refusal
from kiosque.corpus.walk import read_corpus as walk
from kiosque.corpus.walk.learned_boilerplate import LearnedBoilerplate
from tests.corpus.expand_duplicates import read_corpus

MakeCorpus = Callable[[dict[str, str | bytes]], Path]
GOOD = "Le pont rouvre\n\nIl a rouvert ce matin.\n"


@pytest.fixture
def refusals(make_corpus: MakeCorpus) -> Callable[..., list[str]]:
    """Reads a file between two good ones and gives the reasons of its refusals."""

    def refused(name: str, content: bytes) -> list[str]:
        items = list(read_corpus([make_corpus({"a.txt": GOOD, name: content, "z.txt": GOOD})]))
        assert {"a", "z"} <= {item.id for item in items if isinstance(item, Article)}
        return [item.reason for item in items if isinstance(item, Refusal)]

    return refused


Refusals = Callable[[str, bytes], list[str]]


@pytest.mark.parametrize("line", [b'{"title": "a", "body": "b"}\n', b"\n", b"\0", b"[]\n"])
def test_a_gzip_bomb_of_lines_is_not_unpacked_to_its_end(
    refusals: Refusals, monkeypatch: pytest.MonkeyPatch, line: bytes
) -> None:
    monkeypatch.setattr(unpacking, "FREE", 20_000)
    monkeypatch.setattr(lines, "BLOCK", 4_000)
    taken: list[int] = []
    take = unpacking.Guard.take

    def counted(guard: unpacking.Guard, size: int) -> None:
        taken.append(size)
        take(guard, size)

    monkeypatch.setattr(unpacking.Guard, "take", counted)
    found = refusals("b.jsonl.gz", gzip.compress(line * (1_000_000 // len(line))))
    assert "bombe" in found[-1]
    assert sum(taken) < 600_000, "unpacking stops early"


def test_a_sparse_tar_member_is_a_bomb(refusals: Refusals, tmp_path: Path) -> None:
    assert any("bombe" in reason for reason in refusals("b.tar", sparse_tar(1 << 40)))


def sparse_tar(size: int) -> bytes:
    """A tar of a sparse file of `size` zeros, as GNU tar writes it, and a good one after it."""
    member = tarfile.TarInfo("trou.txt")
    header = bytearray(member.tobuf(tarfile.GNU_FORMAT))
    header[156:157] = tarfile.GNUTYPE_SPARSE
    header[386:410] = b"%011o\0%011o\0" % (0, 0)
    header[483:495] = b"\x80" + size.to_bytes(11, "big")
    header[148:156] = b"%06o\0 " % (256 + sum(header[:148]) + sum(header[156:]))
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        content = GOOD.encode()
        member = tarfile.TarInfo("bon.txt")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return bytes(header) + made.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "most"), [("b.jsonl", b"[]\n" * 500, 10), ("b.csv", b"titre,texte\n" + b"a,b,c\n" * 500, 5)]
)
def test_refusals_of_one_file_are_bounded_and_counted(
    refusals: Refusals, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes, most: int
) -> None:
    monkeypatch.setattr(reading, "MOST_REFUSED_LINES", 10)
    monkeypatch.setattr(reading, "MOST_REFUSED", 5)
    found = refusals(name, content)
    assert (len(found), found[-1]) == (most + 1, f"{500 - most} autres refus de ce fichier ne sont pas nommés")


def looping_pdf() -> bytes:
    """A page with ten levels of forms that each show the next ten times: 10^10 words."""
    form = (
        b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /Font << /F 5 0 R >> /XObject << /X %d 0 R >> >>"
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /XObject << /X 6 0 R >> >> >>",
        b"<< /Length 5 >>\nstream\n/X Do\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number in range(6, 16):
        objects.append(b"<< /Length 60 %s >>\nstream\n%s\nendstream" % (form % (number + 1), b"/X Do " * 10))
    objects.append(b"<< /Length 23 %s >>\nstream\nBT /F 9 Tf (mot) Tj ET \nendstream" % (form % 99))
    made, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(b"%010d 00000 n \n" % len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(made))
    return made + head + b"".join(places) + end


@pytest.fixture
def ended() -> Iterator[None]:
    yield
    pdf._end()


@pytest.mark.usefixtures("ended")
def test_an_endless_pdf_times_out_and_the_next_one_is_read(refusals: Refusals, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "SECONDS", 0.2)
    assert refusals("b.pdf", looping_pdf()) == ["PDF qui se lit en plus de 0 s\u00a0: le réenregistrer"]
    assert refusals("b.pdf", b"%PDF-1.4 rien") == [
        "PDF abîmé ou tronqué\u00a0: le rouvrir et l’enregistrer de nouveau"
    ], "a new process reads it"


@pytest.mark.usefixtures("ended")
def test_a_pdf_whose_reader_process_dies_is_refused(refusals: Refusals, monkeypatch: pytest.MonkeyPatch) -> None:
    real = pdf._started

    def dying() -> Any:
        process = real()
        process.kill()
        return process

    pdf._end()
    monkeypatch.setattr(pdf, "_started", dying)
    assert "abîmé" in refusals("b.pdf", b"%PDF-1.4 rien")[0]
    assert os.getpid() not in pdf._processes, "the dead process is forgotten"


def test_the_size_limit_of_pdfs_is_checked_in_the_calling_process(
    monkeypatch: pytest.MonkeyPatch, refusals: Refusals
) -> None:
    monkeypatch.setattr(pdf, "LARGEST", 5)
    assert "fichier de plus de" in refusals("b.pdf", b"%PDF-1.4 rien")[0]


def into_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def into_a_loop(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


CHANGES: dict[str, tuple[Callable[[Path], object], str | None]] = {
    "deleted": (lambda path: path.unlink(), "disparu"),
    "emptied": (lambda path: path.write_bytes(b""), "vide"),
    "truncated": (lambda path: os.truncate(path, 16), None),
    "grown": (lambda path: path.write_text(GOOD + "Et ce soir aussi.\n"), None),
    "a folder now": (into_a_folder, "illisible"),
    "a loop now": (into_a_loop, "disparu"),
}


@pytest.mark.parametrize("name", ["m.txt", "m.html", "m.jsonl", "m.csv", "m"])
@pytest.mark.parametrize("change", CHANGES)
def test_a_file_that_changes_after_the_walk_is_read_or_refused(
    make_corpus: MakeCorpus, monkeypatch: pytest.MonkeyPatch, name: str, change: str
) -> None:
    root = make_corpus({"a.txt": GOOD, name: GOOD, "z.txt": GOOD})
    real = Location.open
    done: list[object] = []
    make, reason = CHANGES[change]
    # Without learning, which opens files before the walk.
    monkeypatch.setattr(walk, "_learnt", lambda root: LearnedBoilerplate())

    def opened(location: Location) -> Any:
        if location.path.name == name and not done:
            done.append(make(location.path))
        return real(location)

    monkeypatch.setattr(Location, "open", opened)
    items = list(read_corpus([root]))
    assert {"a", "z"} <= {item.id for item in items if isinstance(item, Article)}
    assert len(items) >= 3, "the changed file gives an article or a refusal"
    if reason:
        assert [item for item in items if isinstance(item, Refusal) and reason in item.reason]


@pytest.mark.parametrize("name", ["m.txt", "m.html", "m.jsonl", "m.csv", "m.zip", "m"])
def test_a_file_without_read_permission_is_refused(
    make_corpus: MakeCorpus, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    real = Location.open

    def opened(location: Location) -> Any:
        if location.path.name == name:
            raise PermissionError(13, "Permission denied")  # raised here: root may read all
        return real(location)

    root = make_corpus({"a.txt": GOOD, name: GOOD, "z.txt": GOOD})
    monkeypatch.setattr(Location, "open", opened)
    items = list(read_corpus([root]))
    assert [type(item) for item in items] == [Article, Refusal, Article]
    assert items[1] == Refusal(str(root / name), "lecture interdite\u00a0: donner le droit de lire", withheld=True)


def test_a_tar_name_that_is_not_utf_8_gets_replacement_characters(make_corpus: MakeCorpus) -> None:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, content in (("caf\udce9.txt", GOOD), ("th\udce9.txt", "")):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content.encode()))
    article, refusal = read_corpus([make_corpus({"n.tar": made.getvalue()})])
    assert isinstance(article, Article) and article.id == "n/caf\ufffd"
    assert isinstance(refusal, Refusal) and refusal.path.endswith("n.tar/th\ufffd.txt")


def test_a_feed_with_too_many_entries_is_refused(refusals: Refusals, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "MOST_ENTRIES", 3)
    assert "plus de 3 articles" in refusals("b.rss", b'<?xml version="1.0"?><rss><channel>' + b"<item>" * 4)[0]


ITEM = "<item><title>Le pont</title><description>Il rouvre.</description></item>"
RECORD = '{"title": "Le pont", "body": "Il rouvre."}'


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize(
    ("name", "one", "before"),
    [
        ("b.xml", "<r><titre>Le pont</titre><texte>Il rouvre.</texte></r>", '<?xml version="1.0"?><a>'),
        ("b.rss", ITEM, '<?xml version="1.0"?><rss version="2.0"><channel><title>Le Phare</title>'),
        ("b.json", f"{RECORD},", "["),
    ],
)
def test_a_truncated_file_says_how_many_articles_were_read(
    refusals: Refusals, name: str, one: str, before: str, count: int
) -> None:
    reason = refusals(name, (before + one * count).encode())[-1]
    assert re.search(rf"\b{count} article{'s' * (count - 1)}\b", reason), reason


@pytest.mark.parametrize("content", ["<a/>" * 30, "<a>" * 30, "<a " + "x='y' " * 30 + "/>", '<a b=""/>' * 15])
def test_xml_with_too_many_nodes_is_refused_before_parsing(
    refusals: Refusals, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    monkeypatch.setattr(tag_limits, "MOST_NODES", 25)
    xml = f'<?xml version="1.0"?><r>{content}</r>'
    document = io.BytesIO()
    with zipfile.ZipFile(document, "w") as archive:
        archive.writestr("word/document.xml", xml)
    assert "balises" in refusals("b.xml", xml.encode())[0]
    assert "balises" in refusals("b.docx", document.getvalue())[0]


@pytest.mark.parametrize("head", [b"x" * 9_000, b"A: b\r\n" * 2_000, b"WARC-Type: response\r\n" + b"\0" * 9_000])
def test_endless_warc_headers_are_refused(refusals: Refusals, monkeypatch: pytest.MonkeyPatch, head: bytes) -> None:
    monkeypatch.setattr(warc, "LONGEST_HEADERS", 5_000)
    assert refusals("b.warc", b"WARC/1.0\r\n" + head) == [
        "WARC abîmé ou tronqué après 0 enregistrement\u00a0: le récupérer de nouveau"
    ]


def test_control_characters_in_names_are_replaced(make_corpus: MakeCorpus) -> None:
    (item,) = read_corpus([make_corpus({"a\n\x1b[2Jb\x9b.png": b"\x89PNG"})])
    assert isinstance(item, Refusal) and item.path.endswith("/a\ufffd\ufffd[2Jb\ufffd.png")


def test_a_full_temporary_folder_refuses_only_large_members(
    refusals: Refusals, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(io.BytesIO):
        def write(self, data: Any) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(unpacking, "_IN_MEMORY", 100)
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", lambda **_: Full())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("long.txt", GOOD * 20)
        archive.writestr("vide.txt", "")
    long, empty = refusals("b.zip", packed.getvalue())
    assert "TMPDIR" in long and empty == "fichier vide"


@pytest.mark.parametrize(
    ("name", "limited", "limit", "content"),
    [
        ("b.xml", tag_limits, "MOST_ATTRIBUTES", '<?xml version="1.0"?><r {}/>'),
        ("b.html", html_tree, "MOST_BLANKS", "<html><body><p {}>Il a rouvert ce matin.</p></body></html>"),
    ],
)
def test_a_tag_with_too_many_attributes_is_refused_before_parsing(
    refusals: Refusals, monkeypatch: pytest.MonkeyPatch, name: str, limited: Any, limit: str, content: str
) -> None:
    attributes = " ".join(f"attribut{n}='1'" for n in range(1_000))
    assert not any("balise" in reason for reason in refusals(name, content.format(attributes).encode()))
    monkeypatch.setattr(limited, limit, 999 - (name == "b.html"))
    assert any("balise de milliers" in reason for reason in refusals(name, content.format(attributes).encode()))
