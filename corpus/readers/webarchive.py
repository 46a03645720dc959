"""Pages that Safari saved (.webarchive): a property list with the page, its frames and its pictures."""

from __future__ import annotations

import plistlib
from collections.abc import Iterator, Mapping
from io import BufferedReader, BytesIO
from typing import Any
from xml.parsers.expat import ExpatError

from kiosque.corpus.article import Article
from kiosque.corpus.clean.encodings import decode_declared
from kiosque.corpus.draft.draft import Draft, finish
from kiosque.corpus.location import Location
from kiosque.corpus.readers.dispatch import read
from kiosque.corpus.readers.html import page_draft
from kiosque.corpus.refusal import Refusal, Unreadable

LARGEST = 32 * 2**20
"""Bytes of an archive; the pictures of a page are in it."""

MOST_FRAMES, DEEPEST = 50, 4
"""Frames of a page that are looked into, and frames inside one another."""

_DAMAGED = "archive de Safari abîmée ou tronquée : la rouvrir et l’enregistrer de nouveau, ou en HTML"
_ERRORS = (ValueError, LookupError, TypeError, ExpatError, AttributeError, OverflowError, RecursionError, MemoryError)
_PAGES = ("text/html", "application/xhtml+xml", "")


def read_webarchive(location: Location) -> Iterator[Article | Refusal]:
    """The article of the page in a .webarchive file. Raises OSError."""
    try:
        archive = plistlib.loads(location.read(LARGEST))
        main = archive["WebMainResource"]
        data, kind = _data(main), main.get("WebResourceMIMEType", "")
    except Unreadable:
        raise
    except _ERRORS as error:
        raise Unreadable(_DAMAGED) from error
    if kind in _PAGES:
        yield finish(_draft(main, _frames(archive)), location)
    else:  # a PDF or a text that Safari showed
        yield from read(location.unpacked("", lambda: BufferedReader(BytesIO(data))), None)


def _data(resource: Mapping[str, Any]) -> bytes:
    """The bytes of a page. Raises TypeError where they are none: bytes(10**12) would be a terabyte of zeros."""
    data = resource["WebResourceData"]
    if not isinstance(data, bytes):
        raise TypeError(type(data))
    return data


def _draft(main: Mapping[str, Any], frames: Iterator[Mapping[str, Any]]) -> Draft:
    """The article of the page itself; of a page that only holds frames that of the frame with the longest text.

    Frames of any other page are advertisements and players. Raises Unreadable where none has a text.
    """
    try:
        return _page(main)
    except Unreadable as error:
        found = [draft for frame in frames if (draft := _page_or_none(frame))]
        if not found:
            raise Unreadable(str(error)) from error
        return max(found, key=lambda draft: len(draft.body or ""))


def _page(resource: Mapping[str, Any]) -> Draft:
    charset = resource.get("WebResourceTextEncodingName")
    draft = page_draft(
        decode_declared(bytes(resource["WebResourceData"]), charset if isinstance(charset, str) else None)
    )
    address = resource.get("WebResourceURL")
    draft.url = draft.url or (address if isinstance(address, str) else None)
    return draft


def _page_or_none(resource: Mapping[str, Any]) -> Draft | None:
    try:
        return _page(resource)
    except (Unreadable, *_ERRORS):
        return None


def _frames(archive: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """The pages in the frames of an archive, those of their own frames too, no more than MOST_FRAMES on each level."""
    inner = archive.get("WebSubframeArchives") if isinstance(archive, dict) and depth < DEEPEST else None
    for frame in inner[:MOST_FRAMES] if isinstance(inner, list) else []:
        main = frame.get("WebMainResource") if isinstance(frame, dict) else None
        if isinstance(main, dict) and main.get("WebResourceMIMEType", "") in _PAGES:
            yield main
        yield from _frames(frame, depth + 1)
