"""WACZ: web archives in a zip, with a list of the pages that were captured on purpose."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import Any

import msgspec

from kiosque.corpus.article import Article
from kiosque.corpus.location import Location
from kiosque.corpus.packed.unpacking import DAMAGED, ZIP_ERRORS, size_of
from kiosque.corpus.readers.archive import files_in, guarding, read_zipped
from kiosque.corpus.refusal import Refusal, Unreadable

_PAGES = "pages/pages.jsonl"
_LONGEST_LIST = 64 * 2**20  # bytes of a list of pages


def read_wacz(location: Location) -> Iterator[Article | Refusal]:
    """The articles of a .wacz file: of the web archives in it, those of its list of pages, where it has one."""
    with location.open() as stream:
        try:
            archive = zipfile.ZipFile(stream)
            pages = _pages_of(archive)
        except ZIP_ERRORS as error:
            raise Unreadable(DAMAGED) from error
        guard, location = guarding(location, size_of(stream))
        read = 0
        for member in files_in(archive):
            if member.filename.startswith("archive/"):
                items = read_zipped(archive, member, guard, location)
                for one in items:
                    if isinstance(one, Refusal) or not pages or _page(one.url) in pages:
                        read += 1
                        yield one
        if not read:
            raise Unreadable("WACZ sans aucune page de sa liste : en donner les archives WARC, qui se lisent en entier")


def _pages_of(archive: zipfile.ZipFile) -> set[str]:
    """The addresses of the pages that were captured on purpose, where a list says them; the rest came along."""
    if _PAGES not in archive.NameToInfo:
        return set()
    with archive.open(_PAGES) as stream:
        lines = stream.read(_LONGEST_LIST).split(b"\n")
    found = (_decoded(line) for line in lines)
    return {_page(page["url"]) for page in found if isinstance(page, dict) and isinstance(page.get("url"), str)}


def _decoded(line: bytes) -> Any:
    """What a line of the list says; None of a damaged one, as of the last of a list that is too long."""
    try:
        return msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError):
        return None


def _page(url: str | None) -> str:
    """The address of a page without the place in it."""
    return (url or "").partition("#")[0]
