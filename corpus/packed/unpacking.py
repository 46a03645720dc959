"""Unpacks archives within limits: a bomb is refused before it fills memory or disk."""

from __future__ import annotations

import gzip
import lzma
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from errno import ENOSPC
from io import BufferedReader, BytesIO, FileIO, RawIOBase
from typing import IO, Any

import zstandard

from kiosque.corpus.refusal import Unreadable

DEEPEST = 3  # archives within one another
RATIO = 200  # times that a file may grow; text grows by ten, JSON with one line over and over by a hundred
FREE = 64 * 2**20  # bytes that may come out of anything, however small
LARGEST = 8 * 2**30  # bytes of one member
_IN_MEMORY = 8 * 2**20  # bytes; a longer member waits on disk
_BLOCK = 2**18

DAMAGED = "archive abîmée ou tronquée : la récupérer de nouveau pour lire la suite"
_BOMB = f"se décompresse plus de {RATIO} fois : bombe probable, la décompresser soi-même"
_FULL = "pas de place pour le décompresser dans le dossier temporaire : en libérer, ou changer TMPDIR"
_ERRORS = (EOFError, zlib.error, lzma.LZMAError, zstandard.ZstdError, OSError)

ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError, ValueError)
"""What zipfile raises at damage, at encryption and at methods that it does not know."""

Opener = Callable[[], BufferedReader]


def is_bomb(packed: int, unpacked: int) -> bool:
    """Whether so few bytes become so many."""
    return unpacked > _most(packed)


def _most(packed: int) -> int:
    return max(FREE, RATIO * packed)


class Guard:
    """Counts what comes out of `packed` bytes after `taken` have, and keeps whether a stream broke off.

    What comes out of a nested archive counts for the `outer` one too: else each would have its own limit.
    A break ends the stream as if it were complete, so that everything before it is read; then check `damaged`.
    """

    def __init__(self, packed: int, taken: int = 0, outer: Guard | None = None) -> None:
        self._most = _most(packed)
        self._taken = taken
        self._outer = outer
        self.damaged = False

    def check(self, packed: int, unpacked: int) -> None:
        """Looks at what an archive says of a member, before it is unpacked. Raises Unreadable for a bomb."""
        if is_bomb(packed, unpacked):
            raise Unreadable(_BOMB)

    def take(self, size: int) -> None:
        """Counts `size` bytes more. Raises Unreadable when they are far too many."""
        self._taken += size
        if self._taken > self._most:
            raise Unreadable(_BOMB)
        if self._outer:
            self._outer.take(size)


class Guarded(RawIOBase):
    """What a decompressor gives, counted."""

    def __init__(self, stream: Any, guard: Guard) -> None:
        self._stream, self._guard = stream, guard

    def readable(self) -> bool:
        """True, always."""
        return True

    def readinto(self, buffer: Any) -> int:
        """As RawIOBase has it. Raises Unreadable."""
        try:
            data = self._stream.read1(len(buffer))  # read() would lose what comes before a break
        except _ERRORS:
            self._guard.damaged = True
            return 0
        self._guard.take(len(data))
        buffer[: len(data)] = data
        return len(data)


class GuardedGzip(gzip.GzipFile):
    """A gzip stream whose breaks are errors, as in gzip itself; what comes out of it is counted."""

    def __init__(self, raw: BufferedReader) -> None:
        super().__init__(fileobj=raw)
        self._guard = Guard(size_of(raw))

    def read1(self, size: int = -1) -> bytes:
        """As GzipFile has it. Raises Unreadable."""
        data = super().read1(size)
        self._guard.take(len(data))
        return data


def guarded(stream: Any, guard: Guard) -> BufferedReader:
    """The stream, counted by the guard."""
    return BufferedReader(Guarded(stream, guard), _BLOCK)


def size_of(stream: BufferedReader) -> int:
    """The size of a stream in bytes; rewinds it."""
    size = stream.seek(0, 2)
    stream.seek(0)
    return size


@contextmanager
def spooled(stream: IO[bytes]) -> Iterator[Opener]:
    """A function that opens what is left of the stream, as often as wanted, while the context lasts.

    Raises Unreadable for more than LARGEST bytes, and where the disk is full; OSError.
    """
    data = stream.read(_IN_MEMORY)
    if len(data) < _IN_MEMORY:
        yield lambda: BufferedReader(BytesIO(data))
        return
    try:
        with tempfile.NamedTemporaryFile(prefix="kiosque-") as file:
            _fill(file, data, stream)
            yield lambda: BufferedReader(FileIO(file.name), _BLOCK)
    except OSError as error:
        if error.errno == ENOSPC:
            raise Unreadable(_FULL) from error
        raise


def _fill(file: IO[bytes], data: bytes, stream: IO[bytes]) -> None:
    size = file.write(data)
    while block := stream.read(_BLOCK):
        size += file.write(block)
        if size > LARGEST:
            raise Unreadable(f"membre de plus de {LARGEST >> 30} Go : le décompresser soi-même")
    file.flush()
