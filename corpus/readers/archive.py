"""Archives: members are read as if they were in a folder. Nothing is written under a name from an archive."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from io import BufferedReader, BytesIO
from os.path import normpath
from pathlib import PurePosixPath
from typing import IO, Any, cast

import msgspec
import zstandard

from kiosque.corpus.article import Article
from kiosque.corpus.location import Location, legible, printable
from kiosque.corpus.packed.blocks import Members
from kiosque.corpus.packed.unpacking import (
    DAMAGED,
    DEEPEST,
    ZIP_ERRORS,
    Guard,
    guarded,
    is_bomb,
    size_of,
    spooled,
)
from kiosque.corpus.readers.dispatch import read
from kiosque.corpus.readers.formats import FORMATS, READERS, suffix_of
from kiosque.corpus.readers.issues import pages_of_zip
from kiosque.corpus.readers.unread import why_zip_unread
from kiosque.corpus.refusal import Refusal, Unreadable

GROUP, GROUP_BYTES = 256, 1 << 19
"""Members, and the bytes that come out of them, that are read together; a shorter archive is not cut."""

_TAR_HEADER = 512
_EMPTY_ZIP = b"PK\x05\x06" + bytes(18)

_DECOMPRESSORS: dict[bytes, Callable[[BufferedReader], Any]] = {
    b"\x1f\x8b": lambda stream: gzip.GzipFile(fileobj=stream),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\0": lzma.LZMAFile,
    b"\x28\xb5\x2f\xfd": lambda stream: zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True),
}


def read_zip(location: Location) -> Iterator[Article | Refusal]:
    """The articles in a .zip file; a document that is a zip inside (.docx, .epub, .odt) goes to its own reader."""
    with location.open() as stream:
        try:
            archive = zipfile.ZipFile(stream)
        except ZIP_ERRORS as error:
            raise Unreadable(DAMAGED) from error
        if kind := _document_suffix(archive):
            yield from READERS[kind](location)
            return
        if reason := why_zip_unread(archive.NameToInfo):
            raise Unreadable(reason)
        _check_depth(location)
        guard, location = guarding(location, size_of(stream))
        pages = pages_of_zip(archive)
        for member in files_in(archive):
            if member.filename not in pages:
                yield from read_zipped(archive, member, guard, location)
        if not archive.infolist():
            raise Unreadable("archive vide")


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
        whole = _document_suffix(archive) or why_zip_unread(archive.NameToInfo) or pages_of_zip(archive)
        return _groups(location, members) if members and not whole else None


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


def _document_suffix(archive: zipfile.ZipFile) -> str | None:
    """The suffix of the document that this zip is; None for an archive of files."""
    kind = _mimetype(archive) if "mimetype" in archive.NameToInfo else b""
    parts = (part for row in FORMATS for part in row.zip_parts)
    return next((one.suffix for one in parts if one.name in archive.NameToInfo and kind.startswith(one.mimetype)), None)


def _mimetype(archive: zipfile.ZipFile) -> bytes:
    """What a document says that it is, as OpenDocument and EPUB do."""
    try:
        with archive.open("mimetype") as stream:
            return stream.read(100)
    except ZIP_ERRORS:
        return b""


def files_in(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The members that are no folders."""
    return [member for member in archive.infolist() if not member.is_dir()]


def read_members(members: Members) -> Iterator[Article | Refusal]:
    """The articles of some members of a .zip file, as `read_zip` gives them. Raises OSError."""
    with members.location.open() as stream, zipfile.ZipFile(BytesIO(_EMPTY_ZIP)) as archive:
        archive.fp = stream  # the directory of the whole has been read
        guard = Guard(size_of(stream), members.taken)
        for member in members.infos:
            yield from read_zipped(archive, member, guard, members.location)


def read_zipped(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, guard: Guard, location: Location
) -> Iterator[Article | Refusal]:
    """The articles of a member, and a Refusal for what is encrypted, damaged or a bomb. Raises OSError."""
    try:
        if member.flag_bits & 1:
            raise Unreadable("chiffré : le décompresser avec son mot de passe")
        guard.check(member.compress_size, member.file_size)
        with archive.open(member) as stream:
            beside = partial(_opener_beside, archive, member.filename, guard)
            placed = msgspec.structs.replace(location, member=beside)
            yield from _read_member(guarded(stream, guard), member.filename, placed)
        if guard.damaged:
            guard.damaged = False
            raise Unreadable(DAMAGED)
    except Unreadable as error:
        yield Refusal(_shown(location, member.filename), str(error))
    except ZIP_ERRORS:
        yield Refusal(_shown(location, member.filename), DAMAGED)


def _opener_beside(archive: zipfile.ZipFile, name: str, guard: Guard, path: str) -> Callable[[], BufferedReader] | None:
    """Opens the member at this path from the folder of the member of that name; None where there is none."""
    info = archive.NameToInfo.get(normpath(PurePosixPath(name).parent / path))
    if info is None or info.flag_bits & 1:
        return None
    return lambda: guarded(archive.open(info), guard)


def read_compressed(location: Location) -> Iterator[Article | Refusal]:
    """The article in a compressed file, or all in a .tar file, compressed or not."""
    _check_depth(location)
    with location.open() as raw:
        packed = size_of(raw)
        guard, location = guarding(location, packed)
        head = raw.peek(_TAR_HEADER)
        opened = next((opener for magic, opener in _DECOMPRESSORS.items() if head.startswith(magic)), None)
        stream = guarded(opened(raw) if opened else raw, guard)
        if stream.peek(_TAR_HEADER)[257:262] == b"ustar":
            yield from _read_tar(stream, packed, location)
        elif opened is None:
            raise Unreadable(DAMAGED)
        else:
            suffix = suffix_of(location.name)
            with spooled(stream) as opener:
                yield from read(location.unpacked(suffix or "", opener), suffix)
        if guard.damaged:
            raise Unreadable(DAMAGED)


def _read_tar(stream: BufferedReader, packed: int, location: Location) -> Iterator[Article | Refusal]:
    guard = Guard(packed)  # a sparse member comes out longer than it went in
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for member in archive:
                if member.isfile():
                    yield from _read_packed(archive, member, guard, location)
                elif not member.isdir():
                    yield Refusal(_shown(location, member.name), "n’est pas un fichier ordinaire")
    except tarfile.TarError as error:
        raise Unreadable(DAMAGED) from error


def _read_packed(
    archive: tarfile.TarFile, member: tarfile.TarInfo, guard: Guard, location: Location
) -> Iterator[Article | Refusal]:
    try:
        content = cast(IO[bytes], archive.extractfile(member))
        yield from _read_member(guarded(content, guard), member.name, location)
    except Unreadable as error:
        yield Refusal(_shown(location, member.name), str(error))


def _read_member(stream: IO[bytes], name: str, location: Location) -> Iterator[Article | Refusal]:
    """The articles of a member, whose name is only looked at."""
    path = PurePosixPath(printable(PurePosixPath(name.replace("\\", "/"))))
    if path.is_absolute() or ".." in path.parts or not path.name:
        yield Refusal(_shown(location, name), "nom qui sort de l’archive")
    elif not _is_hidden(path) and not location.settings.excludes(location.relative / path):
        suffix = suffix_of(path.name)
        with spooled(stream) as opener:
            yield from read(location.inside(path, suffix or "", opener), suffix)


def _is_hidden(path: PurePosixPath) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in path.parts)


def guarding(location: Location, packed: int) -> tuple[Guard, Location]:
    """The guard of an archive, and its location with it: archives inside one another have one budget together."""
    guard = Guard(packed, outer=location.guard)
    return guard, msgspec.structs.replace(location, guard=guard)


def _check_depth(location: Location) -> None:
    if location.depth >= DEEPEST:
        raise Unreadable(f"plus de {DEEPEST} archives l’une dans l’autre : les décompresser soi-même")


def _shown(location: Location, name: str) -> str:
    return f"{location.shown}/{legible(name)}"
