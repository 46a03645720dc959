"""Whoosh's table of contents, with a checksum appended, and read without trusting it.

Whoosh writes it as two pickles, the schema and the segments. A pickle may name any callable of any module; only the
classes of Kiosque's own tables of contents are allowed. Whoosh itself stops reading before the checksum, so
`whoosh.index.open_dir` still opens the folder.
"""

from __future__ import annotations

import io
import pickle
import struct
import zlib
from collections import defaultdict
from importlib import import_module
from pathlib import Path
from typing import Any

from whoosh.fields import Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.index import TOC, EmptyIndexError

from kiosque.index.errors import DamagedIndex, ForeignIndex

CHECKSUM = struct.Struct(">4sI")
"""The end of a table of contents: a mark, and the CRC-32 of all before it."""

MARK = b"CRC\n"

RETRIES = 10
"""How often to look for the last table of contents while newer commits remove it."""

HEADER = b"\x04\x08\x04"
"""The sizes of int, long and float, with which Whoosh's file begins."""

TRUSTED = {
    ("whoosh.fields", "Schema"),
    ("whoosh.fields", "ID"),
    ("whoosh.fields", "STORED"),
    ("whoosh.fields", "TEXT"),
    ("whoosh.formats", "Existence"),
    ("whoosh.columns", "VarBytesColumn"),
    ("whoosh.analysis.tokenizers", "IDTokenizer"),
    ("whoosh.analysis.analyzers", "CompositeAnalyzer"),
    ("kiosque.index.text.analyzer", "PressTokenizer"),
    ("kiosque.index.text.analyzer", "TermFilter"),
    ("kiosque.index.segment.posting_formats", "PressPositions"),
    ("kiosque.index.codec.whoosh_codec", "KiosqueSegment"),
    ("kiosque.index.segment.segment_data", "Sidecar"),
    ("kiosque.index.segment.arrays", "Entry"),
    ("whoosh.codec.whoosh3", "W3Codec"),
    ("whoosh.codec.whoosh3", "W3Segment"),  # Kiosque's writer takes in what Whoosh's own has written
}
"""The classes that a table of contents may name: they only hold data."""

PLAIN: dict[tuple[str, str], Any] = {
    ("builtins", "bytearray"): bytearray,
    ("__builtin__", "bytearray"): bytearray,
    ("builtins", "int"): int,
    ("__builtin__", "int"): int,
    ("collections", "defaultdict"): defaultdict,
    ("_codecs", "encode"): lambda text, encoding: text.encode("latin-1"),  # how pickle's protocol 2 writes bytes
}


def append_checksum(path: Path) -> None:
    """Appends its checksum to a table of contents. Raises OSError."""
    with path.open("r+b") as file:
        file.write(CHECKSUM.pack(MARK, zlib.crc32(file.read())))


def read_toc(storage: FileStorage, name: str, schema: Schema | None) -> TOC:
    """The last table of contents in `storage`, with its own schema or the given one.

    Raises EmptyIndexError if there is none, DamagedIndex if its checksum is wrong, ForeignIndex if it names a class
    outside `TRUSTED` or is of another version of Whoosh, OSError.
    """
    path, data = _latest(storage, name)
    if len(data) < CHECKSUM.size or CHECKSUM.unpack(data[-CHECKSUM.size :]) != (
        MARK,
        zlib.crc32(data[: -CHECKSUM.size]),
    ):
        raise _checksum_problem(path, data)
    return _decoded(path, StructFile(io.BytesIO(data)), schema)


def _latest(storage: FileStorage, name: str) -> tuple[Path, bytes]:
    """The last commit's file and its bytes; looks again if a newer commit has just replaced it."""
    for _ in range(RETRIES):
        generation = TOC._latest_generation(storage, name)
        path = Path(storage.folder) / TOC._filename(name, generation)
        if generation < 0:
            break
        try:
            return path, path.read_bytes()
        except FileNotFoundError:
            continue
    raise EmptyIndexError(f"no index {name} in {storage!r}")


def _checksum_problem(path: Path, data: bytes) -> Exception:
    """The problem of a table of contents without the right checksum."""
    whole = data.startswith(HEADER) and data.endswith(b".")  # as Whoosh writes it, and Kiosque before its format 3
    return ForeignIndex(path, "sans somme de contrôle") if whole else DamagedIndex(path, "somme de contrôle fausse")


def _decoded(path: Path, stream: StructFile, schema: Schema | None) -> TOC:
    """As `TOC.read`, for the one version that this Whoosh writes."""
    written = TOC(None, [], 0)
    sizes, order, version = stream.read(len(HEADER)), stream.read_int(), stream.read_int()
    release = tuple(stream.read_varint() for _ in range(3))
    if (sizes, order, version) != (HEADER, -12345, written.version):
        raise ForeignIndex(path, f"Whoosh {version}")
    pickled = stream.read_string()
    schema = schema or _Unpickler(path, io.BytesIO(pickled)).load()
    generation, _ = stream.read_int(), stream.read_int()
    segments = _Unpickler(path, stream.file).load()
    return TOC(schema, segments, generation, version, release)


class _Unpickler(pickle.Unpickler):
    """Refuses every class and function outside the tables above."""

    def __init__(self, path: Path, file: Any) -> None:
        super().__init__(file)
        self._path = path

    def find_class(self, module: str, name: str) -> Any:
        """The class of that name. Raises ForeignIndex."""
        if (module, name) in PLAIN:
            return PLAIN[module, name]
        if (module, name) not in TRUSTED:
            raise ForeignIndex(self._path, f"{module}.{name}")
        return getattr(import_module(module), name)
