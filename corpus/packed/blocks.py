"""What a long file is cut into, so that several processes read it: blocks of lines, groups of a zip's members."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from gzip import GzipFile
from io import BufferedReader

import msgspec

from kiosque.corpus.location import Location

Stream = BufferedReader | GzipFile

LONGEST_LINE = 64 * 2**20  # bytes; keeps memory flat even on a file without any line feed
BLOCK = 1 << 19
"""Bytes of lines that are read together: some hundred articles."""


class Lines(msgspec.Struct, frozen=True):
    """Some whole lines of a file, which can be read apart from the others: `first` is the number of the first."""

    location: Location
    first: int
    data: bytes


class Members(msgspec.Struct, frozen=True):
    """Some members of a zip, which can be read apart from the others: `first` is the number of the first.

    They are taken from the archive's directory, which is read once: that of a million members takes seconds. `size` is
    what they say that comes out of them, `taken` what comes out of those before, in bytes, bombs left out.
    """

    location: Location
    first: int
    taken: int
    size: int
    infos: list[zipfile.ZipInfo]


def line_blocks(stream: Stream) -> Iterator[bytes]:
    """Whole lines, about BLOCK bytes at a time; of a line that is too long only a part, longer than what is accepted.

    Where the stream breaks, the lines that are whole come before the error.
    """
    pieces: list[bytes] = []
    size = 0
    try:
        while piece := stream.read1(BLOCK):  # what is there, before an error is raised
            if size <= LONGEST_LINE or b"\n" in piece:
                pieces.append(piece)
                size += len(piece)
            if size >= BLOCK and b"\n" in piece:
                data = b"".join(pieces)
                end = data.rindex(b"\n") + 1
                pieces, size = [data[end:]], len(data) - end
                yield data[:end]
    except (OSError, EOFError, zlib.error):
        data = b"".join(pieces)
        if end := data.rfind(b"\n") + 1:
            yield data[:end]
        raise
    if data := b"".join(pieces):
        yield data
