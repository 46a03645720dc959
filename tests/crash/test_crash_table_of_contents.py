"""A table of contents is data: it is checked, and nothing in it is executed."""

import pickle
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from whoosh.filedb.structfile import StructFile
from whoosh.index import TOC, open_dir

from kiosque.corpus.article import Article
from kiosque.index.care.verify import verify
from kiosque.index.commit.reader import open_reader
from kiosque.index.commit.storage import open_index
from kiosque.index.commit.table_of_contents import CHECKSUM, HEADER, MARK
from kiosque.index.errors import DamagedIndex, ForeignIndex

Commit = Callable[[Path, list[Article]], None]


@pytest.fixture
def index(tmp_path: Path, commit: Commit) -> Path:
    commit(tmp_path / "index", [Article(id="a", title="Titre", body="Le gaz manque.")])
    return tmp_path / "index"


class Malice:
    """An object that is pickled as a call."""

    def __init__(self, call: Callable[..., Any], *arguments: Any) -> None:
        self._call = call, arguments

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self._call


def put(directory: Path, schema: Any, segments: Any) -> None:
    """Writes a table of contents with these pickles and a valid checksum."""
    path = directory / "_MAIN_9.toc"
    with path.open("wb") as file:
        stream = StructFile(file)
        stream.write(HEADER)
        stream.write_int(-12345)
        stream.write_int(TOC(None, [], 0).version)
        for number in (3, 54, 0):
            stream.write_varint(number)
        stream.write_string(pickle.dumps(schema, 2))
        stream.write_int(9)
        stream.write_int(0)
        stream.write_pickle(segments)
    data = path.read_bytes()
    path.write_bytes(data + CHECKSUM.pack(MARK, zlib.crc32(data)))


@pytest.mark.parametrize("where", ["schema", "segments"])
@pytest.mark.parametrize("call", [exec, eval, __import__])
def test_code_in_a_table_of_contents_is_not_run(index: Path, where: str, call: Callable[..., Any]) -> None:
    contents = open_index(index)._read_toc()
    trap = Malice(call, "antigravity" if call is __import__ else f"open({str(index / 'run')!r}, 'w').close()")
    put(index, **{"schema": contents.schema, "segments": contents.segments, where: trap})
    for opened in (open_index, open_reader, verify):
        with pytest.raises(ForeignIndex, match="make index"):
            opened(index)
    assert not (index / "run").exists()


def test_a_valid_handwritten_table_of_contents_is_read(index: Path) -> None:
    """Without this the test above would pass for any content."""
    contents = open_index(index)._read_toc()
    put(index, contents.schema, contents.segments)
    assert open_reader(index).doc_count() == 1


def test_whoosh_reads_a_table_of_contents_with_a_checksum(index: Path) -> None:
    assert open_dir(str(index)).doc_count() == 1


def test_a_flipped_bit_in_the_table_of_contents_is_damage(index: Path) -> None:
    path = index / "_MAIN_1.toc"
    whole = path.read_bytes()
    for at in range(0, 8 * len(whole), 97):
        flipped = bytearray(whole)
        flipped[at // 8] ^= 1 << at % 8
        path.write_bytes(flipped)
        with pytest.raises(DamagedIndex, match=path.name):
            open_index(index)


def test_a_flipped_bit_in_a_manifest_is_damage(index: Path) -> None:
    [path] = index.glob("*.manifest.json")
    whole = path.read_bytes()
    for at in range(0, 8 * len(whole), 211):
        flipped = bytearray(whole)
        flipped[at // 8] ^= 1 << at % 8
        path.write_bytes(flipped)
        with pytest.raises(DamagedIndex, match=path.name):
            open_reader(index)


def test_an_index_of_the_format_before_checksums_is_foreign(index: Path) -> None:
    path = index / "_MAIN_1.toc"
    path.write_bytes(path.read_bytes()[: -CHECKSUM.size])
    with pytest.raises(ForeignIndex, match="make index"):
        open_reader(index)
    [manifest] = index.glob("*.manifest.json")
    manifest.write_text('{\n "format": 2,\n "analyzer": 1,\n "stemmer": "x"\n}')
    path.write_bytes(path.read_bytes() + CHECKSUM.pack(MARK, zlib.crc32(path.read_bytes())))
    with pytest.raises(ForeignIndex, match="2"):
        open_reader(index)
