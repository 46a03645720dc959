from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import zstandard

from kiosque.corpus.article import Article
from kiosque.corpus.packed import unpacking
from kiosque.corpus.refusal import Refusal
from tests.corpus.expand_duplicates import read_corpus

MakeCorpus = Callable[[dict[str, str | bytes]], Path]
Read = Callable[..., list[Article | Refusal]]

TEXT = b"Le pont rouvre\n\nEnfin."
LINES = b'{"title": "Le pont"}\n{"title": "Le port"}\n'


def zipped(files: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def tarred(files: Mapping[str, bytes | None]) -> bytes:
    """A tar of these files; content None makes a link to /etc/passwd."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content or b"")
            if content is None:
                member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(member, io.BytesIO(content or b""))
    return made.getvalue()


@pytest.fixture
def read(make_corpus: MakeCorpus) -> Read:
    def read_content(content: bytes, name: str = "depot.zip") -> list[Article | Refusal]:
        return list(read_corpus([make_corpus({name: content})]))

    return read_content


def ids(items: list[Article | Refusal]) -> list[str]:
    return [item.id for item in items if isinstance(item, Article)]


def refusals(items: list[Article | Refusal]) -> list[tuple[str, str]]:
    return [(Path(item.path).name, item.reason.split("\u00a0")[0]) for item in items if isinstance(item, Refusal)]


def test_archive_members_are_read_like_files_in_folders(read: Read) -> None:
    items = read(zipped({"la-vigie/2022/01/pont.txt": TEXT, "b.jsonl": LINES, "__MACOSX/._b.txt": b"x", ".DS": b"x"}))
    assert ids(items) == ["depot/la-vigie/2022/01/pont", "depot/b:1", "depot/b:2"]
    first = items[0]
    assert isinstance(first, Article) and (first.source, first.date) == ("La vigie", "2022-01")


@pytest.mark.parametrize("suffix", [".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst"])
def test_tar(read: Read, suffix: str) -> None:
    plain = tarred({"a/pont.txt": TEXT, "b.jsonl": LINES})
    compressors: dict[str, Callable[[bytes], bytes]] = {
        "tar": bytes,
        "gz": gzip.compress,
        "tgz": gzip.compress,
        "bz2": bz2.compress,
        "xz": lzma.compress,
        "zst": zstandard.compress,
    }
    pack = compressors[suffix.rpartition(".")[2]]
    assert ids(read(pack(plain), f"depot{suffix}")) == ["depot/a/pont", "depot/b:1", "depot/b:2"]


def test_a_compressed_file(read: Read) -> None:
    assert ids(read(gzip.compress(TEXT), "2022/pont.txt.gz")) == ["2022/pont"]


def test_content_overrides_the_suffix(make_corpus: MakeCorpus) -> None:
    files = {
        "a.txt": gzip.compress(LINES),
        "b.gz": zipped({"x.txt": TEXT}),
        "c": lzma.compress(tarred({"y.txt": TEXT})),
    }
    assert ids(list(read_corpus([make_corpus(dict(files))]))) == ["a:1", "a:2", "b/x", "c/y"]


def test_nested_archives_are_read_up_to_a_depth(read: Read) -> None:
    inner = zipped({"a.txt": TEXT})
    for depth in range(unpacking.DEEPEST - 1):
        inner = zipped({f"{depth}.zip": inner, f"{depth}.txt": TEXT})
    assert len(ids(read(inner))) == unpacking.DEEPEST
    items = read(zipped({"z.zip": inner, "z.txt": TEXT}))
    assert len(ids(items)) == unpacking.DEEPEST
    assert [reason for _, reason in refusals(items)] == [f"plus de {unpacking.DEEPEST} archives l’une dans l’autre"]


@pytest.mark.parametrize("name", ["../sortie.txt", "/etc/sortie.txt", "a/../../sortie.txt", "..\\sortie.txt"])
def test_path_traversal_in_an_archive_is_refused(read: Read, tmp_path: Path, name: str) -> None:
    for content, kind in ((zipped({name: TEXT, "b.txt": TEXT}), "zip"), (tarred({name: TEXT, "b.txt": TEXT}), "tar")):
        items = read(content, f"depot.{kind}")
        assert "depot/b" in ids(items)
        assert [reason for _, reason in refusals(items)][:1] == ["nom qui sort de l’archive"]
    assert not list(tmp_path.rglob("sortie.txt"))


def test_links_in_an_archive_are_refused(read: Read) -> None:
    items = read(tarred({"lien.txt": None, "b.txt": TEXT}), "depot.tar")
    assert (ids(items), refusals(items)) == (["depot/b"], [("lien.txt", "n’est pas un fichier ordinaire")])


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "FREE", 2**20)
    monkeypatch.setattr(unpacking, "RATIO", 50)


BOMB = b"a" * 2**24


@pytest.mark.usefixtures("small_limits")
def test_bombs_are_refused(make_corpus: MakeCorpus) -> None:
    files = {
        "a.zip": zipped({"bombe.txt": BOMB, "b.txt": TEXT}),
        "b.tar.gz": gzip.compress(tarred({"b.txt": TEXT, "bombe.txt": BOMB})),
        "c.txt.gz": gzip.compress(BOMB),
        "d.txt.bz2": bz2.compress(BOMB),
        "e.txt.zst": zstandard.compress(BOMB),
        "f.zip": zipped({f"{n}.txt": b"a" * 2**19 for n in range(64)}),  # each is small, together they are not
        "g.txt": TEXT,
    }
    items = list(read_corpus([make_corpus(dict(files))]))
    assert {"a/b", "b/b", "g"} <= set(ids(items)) and len(ids(items)) < 70  # files next to a bomb are read
    assert all("bombe probable" in item.reason for item in items if isinstance(item, Refusal))
    assert {name for name, _ in refusals(items)} >= {"bombe.txt", "b.tar.gz", "c.txt.gz", "d.txt.bz2", "e.txt.zst"}


@pytest.mark.usefixtures("small_limits")
def test_nested_archives_share_one_budget(make_corpus: MakeCorpus) -> None:
    inner = zipped({"a.txt": TEXT + b" " * 2**19})  # half of the total budget, and of each one
    files = {"depot.zip": zipped({f"{n}.zip": inner for n in range(8)})}
    items = list(read_corpus([make_corpus(dict(files))]))
    assert len(ids(items)) <= 2
    assert [item for item in items if isinstance(item, Refusal) and "bombe probable" in item.reason]


def test_a_large_member_is_buffered_in_a_temporary_file(
    read: Read, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(unpacking, "_IN_MEMORY", 10)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert ids(read(zipped({"a.txt": TEXT, "b.jsonl": LINES}))) == ["depot/a", "depot/b:1", "depot/b:2"]
    assert not list(tmp_path.glob("kiosque-*"))
    monkeypatch.setattr(unpacking, "LARGEST", 20)
    assert refusals(read(zipped({"a.txt": TEXT})))[0][0] == "a.txt"


def test_damaged_archives_are_refused(read: Read) -> None:
    whole = zipped({"a.txt": TEXT * 500, "b.txt": TEXT})
    spoilt = bytearray(whole)
    spoilt[60] ^= 0xFF
    for content in (whole[:100], b"PK\x03\x04", bytes(spoilt), zipped({})):
        assert refusals(read(content))
    packed = gzip.compress(tarred({"a.txt": TEXT, "b.txt": bytes(range(256)) * 4000}))
    assert refusals(read(packed[: len(packed) // 2], "depot.tgz"))
    assert refusals(read(b"no gzip", "depot.gz")) and refusals(read(b"\x1f\x8b\x08 broken", "depot2.gz"))


def test_only_the_encrypted_member_is_refused(read: Read) -> None:
    content = bytearray(zipped({"a.txt": TEXT, "b.txt": TEXT}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    content[6] |= 1
    items = read(bytes(content))
    assert (ids(items), refusals(items)) == (["depot/b"], [("a.txt", "chiffré")])
