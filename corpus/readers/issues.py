"""Which files are pages of an issue: a METS beside them names them, and they are read with it, not by themselves."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from importlib import import_module
from os.path import normpath
from pathlib import Path, PurePosixPath

from kiosque.corpus.packed.unpacking import ZIP_ERRORS
from kiosque.corpus.refusal import Unreadable

LARGEST = 64 * 2**20
"""Bytes of a METS; that of an issue of 100 pages has ten million."""

_HEAD = 1024  # bytes in which the first element of a file is
_MOST = 2_000  # XML files of a folder that are looked into; of more only those that are named as a METS
_METS = re.compile(rb"<(?:\w+:)?mets[\s>]", re.IGNORECASE)
_ALTO = re.compile(rb"<(?:\w+:)?alto[\s>]", re.IGNORECASE)
_NAMED = re.compile("mets|manifest", re.IGNORECASE)

Read = Callable[[int], bytes]
"""The first bytes of a file, as many as are asked for."""


def likely(names: list[str]) -> Iterator[str]:
    """The names of XML files that may be a METS; the pages of an issue are some hundred."""
    found = [name for name in names if name.lower().endswith(".xml")]
    return (name for name in found if len(found) <= _MOST or _NAMED.search(PurePosixPath(name).name))


def pages_of_folder(folder: Path, names: list[str]) -> set[Path]:
    """The pages that the METS files in a folder name, of those that are there and are pages."""
    return {page for name in likely(names) for page in pages_of_file(folder / name)}


def pages_of_file(path: Path) -> list[Path]:
    """The pages that a file names, where it is a METS. An unreadable one names none: its reader says why."""
    try:
        found = path.stat()
        names = _names_in(path, found.st_size, found.st_mtime_ns)
    except OSError:
        return []
    pages = (Path(normpath(path.parent / name)) for name in names)
    return [page for page in pages if _is_page(partial(_first_bytes, page))]


@lru_cache(maxsize=4 * _MOST)
def _names_in(path: Path, size: int, changed: int) -> list[str]:
    """The pages that a file names, while its size and its time say that it did not change."""
    return _names(partial(_first_bytes, path))


def _first_bytes(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(most)
    except OSError:
        return b""


def _is_page(read: Read) -> bool:
    return bool(_ALTO.search(read(_HEAD)))


def pages_of_zip(archive: zipfile.ZipFile) -> set[str]:
    """The members of a zip that METS files in it name, of those that are there and are pages."""
    pages, left = set[str](), LARGEST
    for name in likely(archive.namelist()):
        read = partial(_first_bytes_of_member, archive, name)
        size = archive.NameToInfo[name].file_size
        if _METS.search(read(_HEAD)) and size <= left:
            left -= size
            pages |= {normpath(PurePosixPath(name).parent / page) for page in _names(read)}
    return {page for page in pages if _is_page(partial(_first_bytes_of_member, archive, page))}


def _first_bytes_of_member(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    try:
        with archive.open(name) as stream:
            return stream.read(most)
    except (KeyError, *ZIP_ERRORS):
        return b""


def _names(read: Read) -> list[str]:
    """The paths of pages in a METS, from its folder; none in any other file."""
    if not _METS.search(read(_HEAD)):
        return []
    data = read(LARGEST + 1)
    try:
        return [] if len(data) > LARGEST else list(import_module("kiosque.corpus.readers.xml_mets").page_paths(data))
    except Unreadable:
        return []
