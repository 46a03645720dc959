"""Cuts a large zip into groups of members that can be read independently."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator

import msgspec

from kiosque.corpus.location import Location
from kiosque.corpus.packed.unpacking import ZIP_ERRORS, is_bomb, size_of

GROUP, GROUP_BYTES = 256, 1 << 19
"""Members, and the bytes that come out of them, that are read together; a shorter archive is not cut."""

_DOCUMENTS = {
    "word/document.xml": ".docx",
    "xl/workbook.xml": ".xlsx",
    "META-INF/container.xml": ".epub",
    "content.xml": ".odt",
    "pages/pages.jsonl": ".wacz",
}
_SHEET = b"application/vnd.oasis.opendocument.spreadsheet"


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


def document_suffix(archive: zipfile.ZipFile) -> str | None:
    """The suffix of the document that this zip is; None for an archive of files."""
    found = next((suffix for name, suffix in _DOCUMENTS.items() if name in archive.NameToInfo), None)
    return ".ods" if found == ".odt" and _kind(archive).startswith(_SHEET) else found


def _kind(archive: zipfile.ZipFile) -> bytes:
    """What an OpenDocument says that it is."""
    try:
        with archive.open("mimetype") as stream:
            return stream.read(100)
    except (KeyError, *ZIP_ERRORS):
        return b""


def files_in(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The members that are no folders."""
    return [member for member in archive.infolist() if not member.is_dir()]


def cut_zip(location: Location) -> Iterator[Members] | None:
    """The members of a large zip in groups; None for what is read as a whole, damaged archives too. Raises OSError."""
    with location.open() as stream:
        if size_of(stream) < GROUP_BYTES:
            return None
        try:
            archive = zipfile.ZipFile(stream)
        except ZIP_ERRORS:
            return None
        members = files_in(archive)
        return _groups(location, members) if members and not document_suffix(archive) else None


def _groups(location: Location, members: Iterable[zipfile.ZipInfo]) -> Iterator[Members]:
    first, taken, size = 1, 0, 0
    group: list[zipfile.ZipInfo] = []
    for member in members:
        if len(group) == GROUP or size >= GROUP_BYTES:
            yield Members(location, first, taken, size, group)
            first, taken = first + len(group), taken + size
            group, size = [], 0
        group.append(member)
        size += 0 if is_bomb(member.compress_size, member.file_size) else member.file_size
    yield Members(location, first, taken, size, group)
