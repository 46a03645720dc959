"""Decodes bytes that come with a declared charset, which may be wrong. No I/O here."""

from __future__ import annotations

import codecs
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE

from kiosque.corpus.clean.lines import decode_line, unmarked_utf16

_DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]{2,40})|<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w:.-]{2,40})""",
    re.I,
)
_HEAD = 8192  # bytes that can hold a declaration
_OWN = ("iso2022", "utf-16", "utf-32", "utf-7")  # their bytes could pass for UTF-8
# What these bytes really are is found from themselves: pages in UTF-8 and in windows-1252 call themselves one another.
_CONFUSED = frozenset(("ascii", "utf-8", "iso8859-1", "cp1252"))


def decode_declared(data: bytes, charset: str | None = None) -> str:
    """The text of the bytes: as UTF-16 or UTF-8 where they are that, else as `charset` or they themselves declare.

    Bytes that are UTF-8 are UTF-8 whatever they are declared: by chance none is. latin-1 is read as windows-1252.
    """
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    if wide := unmarked_utf16(data):
        return data.decode(wide, errors="replace")
    name = _codec(charset) or _codec(declared(data))
    if (
        name and name.startswith("utf-") and name != "utf-8"
    ):  # UTF-16 bytes would contain NULs, and the declaration could not be read
        name = name if b"\0" in data[:_HEAD] else "utf-8"
    if name and name.startswith(_OWN):
        return data.decode(name, errors="replace")
    try:
        return data.removeprefix(BOM_UTF8).decode()
    except UnicodeDecodeError:
        if name and name not in _CONFUSED:
            return data.decode(name, errors="replace")
    return "\n".join(map(decode_line, data.split(b"\n")))


def declared(data: bytes) -> str | None:
    """The charset that a page or an XML file declares in its first lines."""
    match = _DECLARED.search(data[:_HEAD])
    return (match[1] or match[2]).decode() if match else None


def _codec(charset: str | None) -> str | None:
    """Python's name of a charset, None where it knows none, or one that is no text encoding ("base64")."""
    try:
        found = codecs.lookup(charset.strip()) if charset else None
    except (LookupError, ValueError):
        return None
    return found.name if found and found._is_text_encoding else None
