"""A key for each part of a corpus: while it is unchanged, so is what is read from the part."""

from __future__ import annotations

from collections.abc import Hashable
from hashlib import blake2b

from kiosque.corpus.packed.blocks import Lines, Members
from kiosque.corpus.walk.parts import Entry, File, Part


def part_key(part: Part) -> Hashable:
    """The key of a part, given the corpus's settings; None where it cannot be told yet.

    Blocks of lines are told by their content, members of an archive by the checksums in its directory, files by what
    the system says of their last change, as git does.
    """
    if isinstance(part, Lines):
        return part.location.path, part.first, blake2b(part.data, digest_size=16).digest()
    keys = tuple(map(_key, part.entries))
    return None if None in keys else (keys, part.learnt.lines)


def _key(entry: Entry) -> Hashable:
    if isinstance(entry, File):
        return entry.stamp and (entry.location.path, entry.suffix, entry.stamp)
    if isinstance(entry, Members):
        rows = ((info.filename, info.header_offset, info.CRC, info.file_size) for info in entry.infos)
        return entry.location.path, entry.first, tuple(rows)
    return entry
