"""What a file is by its first bytes, whatever its name says. No I/O here."""

from __future__ import annotations

import re

from kiosque.corpus.readers.formats import FORMATS

HEAD = 4096  # bytes that tell what a file is

_MAGIC = tuple((row.magic_at, *each) for row in FORMATS for each in row.magic)
_PATTERNS = tuple((re.compile(row.pattern), row.suffixes[0]) for row in FORMATS if row.pattern)


def sniff(head: bytes) -> str | None:
    """The suffix of READERS that the first bytes of a file ask for; None where they are no format's own."""
    if magic := next((suffix for at, magic, suffix in _MAGIC if head.startswith(magic, at)), None):
        return magic
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return next((suffix for pattern, suffix in _PATTERNS if pattern.match(start)), None)
