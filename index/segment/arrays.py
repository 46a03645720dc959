"""Arrays on disk: plain .npy files with a manifest of lengths and checksums, mapped into memory to be read."""

from __future__ import annotations

import io
import mmap
import os
import zlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.lib import format as npy
from numpy.typing import DTypeLike, NDArray

from kiosque.index.errors import DamagedIndex

Array = NDArray[Any]
BLOCK = 1 << 24


class Entry(msgspec.Struct, frozen=True):
    """A manifest's entry for an array's file: its length in bytes and its CRC-32."""

    length: int
    crc32: int


def array_path(directory: Path, segment: str, name: str) -> Path:
    """The file of an array. It begins with the segment's name, by which Whoosh knows a segment's files."""
    return directory / f"{segment}.{name}.npy"


class ArrayWriter:
    """Writes an array of known length to its file, block by block."""

    def __init__(self, path: Path, dtype: DTypeLike, length: int) -> None:
        header = io.BytesIO()
        descr = npy.dtype_to_descr(np.dtype(dtype))
        npy.write_array_header_1_0(header, {"descr": descr, "fortran_order": False, "shape": (length,)})
        self._dtype, self._left = np.dtype(dtype), length
        self._file, self._length, self._digest = path.open("wb"), 0, 0
        self._write(header.getvalue())

    def append(self, block: Array) -> None:
        """Appends a block of the array's dtype."""
        assert block.dtype == self._dtype
        self._left -= len(block)
        self._write(np.ascontiguousarray(block).view(np.uint8).data if block.size else b"")

    def _write(self, data: bytes | memoryview) -> None:
        self._file.write(data)
        self._length, self._digest = self._length + len(data), zlib.crc32(data, self._digest)

    def finish(self) -> Entry:
        """Closes the file and returns its entry. A commit syncs it to disk (see `storage`)."""
        assert self._left == 0
        self._file.close()
        return Entry(self._length, self._digest)


def write_array(path: Path, array: Array) -> Entry:
    """Writes `array` to `path`; returns its entry for the manifest."""
    writer = ArrayWriter(path, array.dtype, len(array))
    writer.append(array)
    return writer.finish()


def map_array(path: Path, entry: Entry) -> Array:
    """Maps the array in `path` read-only.

    Raises DamagedIndex if the file's length differs from its entry, or its header has another length or kind.
    """
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size != entry.length:
                raise DamagedIndex(path, "longueur inattendue")
            npy.read_magic(file)
            shape, _, dtype = npy.read_array_header_1_0(file)
            if dtype.kind not in "uf" or shape[0] * dtype.itemsize + file.tell() != entry.length:
                raise DamagedIndex(path, "en-tête inattendu")  # kernels trust the header
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            return np.frombuffer(mapped, dtype, shape[0], file.tell())
    except (OSError, ValueError, IndexError) as error:
        raise DamagedIndex(path, error) from error


def check_array(path: Path, entry: Entry) -> None:
    """Raises DamagedIndex if the file differs from its entry. An unchanged file is read once."""
    try:
        found = path.stat()
        digest = _known_checksum(path, found.st_ino, found.st_mtime_ns, found.st_size)
    except OSError as error:
        raise DamagedIndex(path, error) from error
    if found.st_size != entry.length:
        raise DamagedIndex(path, "longueur inattendue")
    if digest != entry.crc32:
        raise DamagedIndex(path, "somme de contrôle fausse")


@lru_cache(maxsize=1 << 11)  # two commits of ten segments have 800 files; a larger cache only grew a server's memory
def _known_checksum(path: Path, inode: int, changed: int, length: int) -> int:
    """A cached `checksum`: after a commit the segments that stay are not read again."""
    return checksum(path)


def checksum(path: Path) -> int:
    """The CRC-32 of a file, read in blocks; raises OSError."""
    digest = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest = zlib.crc32(block, digest)
    return digest


def smallest(array: Array) -> Array:
    """`array` of unsigned integers in the smallest dtype of 16, 32 or 64 bits that holds it."""
    highest = int(array.max()) if array.size else 0
    return array.astype(np.uint16 if highest < 1 << 16 else np.uint32 if highest < 1 << 32 else np.uint64)


def write_arrays(directory: Path, segment: str, arrays: Mapping[str, Array]) -> dict[str, Entry]:
    """Writes each array to its file; returns the manifest's entries by name."""
    return {name: write_array(array_path(directory, segment, name), array) for name, array in arrays.items()}
