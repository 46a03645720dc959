"""Which files are pages of another: a METS or a Zotero RDF beside them names them, and they are read with it."""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from importlib import import_module
from os import stat_result
from os.path import normpath
from pathlib import Path, PurePosixPath
from stat import S_ISREG
from typing import NamedTuple

from kiosque.corpus.packed.unpacking import ZIP_ERRORS
from kiosque.corpus.refusal import Unreadable

LARGEST = 64 * 2**20
"""Bytes of a METS; that of an issue of 100 pages has ten million."""

_HEAD = 1024  # bytes in which the first element of a file is
_MOST = 2_000  # XML files of a folder that are looked into; of more only those that are named as a METS
_HTML = re.compile(rb"<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_METS = re.compile(rb"<(?:\w+:)?mets[\s>]", re.IGNORECASE)
_ALTO = re.compile(rb"<(?:\w+:)?alto[\s>]", re.IGNORECASE)
_NAMED = re.compile("mets|manifest", re.IGNORECASE)


class _Holder(NamedTuple):
    """A kind of file that names pages.

    Its suffix, what its first bytes hold, the reader that has `page_paths`, and what the first bytes of a page hold.
    """

    suffix: str
    first: re.Pattern[bytes]
    module: str
    page: re.Pattern[bytes]


_HOLDERS = (
    _Holder(".xml", _METS, "xml_mets", _ALTO),
    _Holder(".rdf", re.compile(rb"www\.zotero\.org/namespaces/export"), "zotero", _HTML),
)
_BY_SUFFIX = {holder.suffix: holder for holder in _HOLDERS}
HOLDING = frozenset(_BY_SUFFIX)
"""The suffixes of files that may name pages."""

Read = Callable[[int], bytes]
"""The first bytes of a file, as many as are asked for."""


def likely(names: Sequence[str]) -> Iterator[str]:
    """The names of files that may name pages; the pages of an issue are some hundred XML files."""
    found = [name for name in names if _holder(name)]
    return (name for name in found if len(found) <= _MOST or _NAMED.search(PurePosixPath(name).name))


def pages_of_folder(inside: Sequence[Path]) -> set[Path]:
    """The pages that the files in a folder name, of those that are there and are pages."""
    paths = {path.name: path for path in inside}
    return {page for name in likely(list(paths)) for page in pages_of_file(paths[name])}


def pages_of_file(path: Path, found: stat_result | None = None) -> list[Path]:
    """The pages that a file names, where it is one that does. An unreadable one names none: its reader says why."""
    try:
        found = found or path.stat()
    except OSError:
        return []
    names = _names_in(path, found.st_size, found.st_mtime_ns) if S_ISREG(found.st_mode) else []
    pages = (Path(normpath(path.parent / name)) for name in names)
    holder = _holder(path.name)
    return [page for page in pages if holder and holder.page.search(_first_bytes(page, _HEAD))]


def _holder(name: str) -> _Holder | None:
    """The row of a file of this name; None where it can name no pages."""
    return _BY_SUFFIX.get(name[-4:].lower())


@lru_cache(maxsize=4 * _MOST)
def _names_in(path: Path, size: int, changed: int) -> list[str]:
    """The pages that a file names, while its size and its time say that it did not change."""
    return _names(partial(_first_bytes, path), _holder(path.name))


def _first_bytes(path: Path, most: int) -> bytes:
    """As many bytes; none of what cannot be read. The opening of a pipe must not wait for ever."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with open(descriptor, "rb", buffering=0) as stream:  # noqa: PTH123  # half the time of Path.open
            return stream.read(most) or b""
    except OSError:
        return b""


def pages_of_zip(archive: zipfile.ZipFile) -> set[str]:
    """The members of a zip that files in it name, of those that are there and are pages."""
    pages, left = set[str](), LARGEST
    for name in likely(archive.namelist()):
        read, holder = partial(_first_bytes_of_member, archive, name), _holder(name)
        size = archive.NameToInfo[name].file_size
        if holder and holder.first.search(read(_HEAD)) and size <= left:
            left -= size
            named = (normpath(PurePosixPath(name).parent / page) for page in _names(read, holder))
            pages.update(page for page in named if holder.page.search(_first_bytes_of_member(archive, page, _HEAD)))
    return pages


def _first_bytes_of_member(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    try:
        with archive.open(name) as stream:
            return stream.read(most)
    except (KeyError, *ZIP_ERRORS):
        return b""


def _names(read: Read, holder: _Holder | None) -> list[str]:
    """The paths of pages in a file, from its folder; none in one of another kind."""
    if holder is None or not holder.first.search(read(_HEAD)):
        return []
    data = read(LARGEST + 1)
    try:
        return (
            []
            if len(data) > LARGEST
            else list(import_module(f"kiosque.corpus.readers.{holder.module}").page_paths(data))
        )
    except Unreadable:
        return []
