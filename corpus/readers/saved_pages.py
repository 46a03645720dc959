"""Where a saved page came from, as what saved it has written: browsers, SingleFile, ScrapBook, HTTrack.

The day of the saving is no day of publication, and not looked at.
"""

from __future__ import annotations

import re
from html import unescape

from kiosque.corpus.clean.lines import decode
from kiosque.corpus.location import Location

_WITHIN = 8_000  # characters
_WRITTEN = (
    re.compile(r"<!--\s*Page saved with SingleFile\s+url:\s*(?P<url>https?://[^\s>]+)", re.IGNORECASE),
    re.compile(r"<!--\s*saved from url=\(\d+\)(?P<url>https?://[^\s>]+)", re.IGNORECASE),
    re.compile(r"<html\b[^<>]{0,4000}?\sdata-scrapbook-source=\"(?P<url>https?://[^\"<>\s]+)\"", re.IGNORECASE),
    re.compile(r"<!--\s*Mirrored from (?P<host>[\w.-]+\.[a-z]{2,}[^\s>]*) by HTTrack", re.IGNORECASE),
)
_LONGEST_INDEX = 65_536  # bytes
_SOURCE = re.compile(r"^source\t(?P<url>https?://\S+)", re.MULTILINE)


def saved_from(text: str, location: Location) -> str | None:
    """The address that a page was saved from; None where nothing says it. Raises OSError."""
    found = next(filter(None, (form.search(text[:_WITHIN]) for form in _WRITTEN)), None)
    if found is None:
        return _in_scrapbook(location)
    groups = found.groupdict()
    return unescape(groups.get("url") or f"http://{groups['host']}")


def _in_scrapbook(location: Location) -> str | None:
    """The address in the file "index.dat" that ScrapBook for Firefox wrote beside a page."""
    beside = location.neighbour("index.dat") if location.name == "index" else None
    if beside is None:
        return None
    with beside.open() as stream:
        match = _SOURCE.search(decode(stream.read(_LONGEST_INDEX)))
    return match["url"] if match else None
