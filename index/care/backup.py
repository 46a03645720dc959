"""A backup: the last commit in one tar archive, with the checksum of each file; read back only when all are right."""

from __future__ import annotations

import io
import shutil
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import msgspec
from whoosh.codec.base import Segment

from kiosque.index.care.verify import verify
from kiosque.index.commit.copies import places_of
from kiosque.index.commit.reports import move_report, report_paths
from kiosque.index.commit.storage import open_index
from kiosque.index.commit.transaction import NAME, UNPACKING, commit_segments, next_generation, write_lock
from kiosque.index.errors import BadArchive, BusyIndex, DamagedIndex, french
from kiosque.index.segment.arrays import BLOCK, Entry, array_path, checksum
from kiosque.index.segment.segment_data import SegmentData, manifest_path

LIST = "kiosque-index.json"
"""The first file of an archive: the entry of each other one, by name."""

TRIES = 3
"""Retries when a newer commit removes the files being copied."""


def export_index(directory: Path, archive: Path) -> int:
    """Writes the last commit in `directory` to `archive`; gives how many files it has. Nobody has to stop for it.

    Raises MissingIndex, DamagedIndex where a file is not as it was written, BusyIndex where commits follow one another
    too fast, OSError. `archive` is there whole or not at all.
    """
    for _ in range(TRIES):
        try:
            return _exported(directory, archive)
        except FileNotFoundError:
            continue
    raise BusyIndex(directory)


def _exported(directory: Path, archive: Path) -> int:
    paths = _files(directory)
    entries = {path.name: Entry(path.stat().st_size, checksum(path)) for path in paths}
    if problems := verify(directory):
        raise DamagedIndex(directory, problems[0])
    partial = archive.with_name(f"{archive.name}.part")
    try:
        with tarfile.open(partial, "w") as tar:
            _add_list(tar, entries)
            for path in paths:
                tar.add(path, path.name, recursive=False)
        partial.replace(archive)
    finally:
        partial.unlink(missing_ok=True)
    return len(paths)


def _files(directory: Path) -> list[Path]:
    """The files of the last commit: each segment's, the report of the reading, then the table of contents."""
    contents = open_index(directory)._read_toc()
    names = [segment.segment_id() for segment in contents.segments]
    found = [path for name in names for path in sorted(directory.glob(f"{name}.*"))]
    missing = [path for name in names if not (path := manifest_path(directory, name)).exists()]
    if missing:
        raise FileNotFoundError(missing[0])
    return [
        *found,
        *report_paths(directory, contents.generation),
        directory / f"_{NAME}_{contents.generation}.toc",
    ]


def _add_list(tar: tarfile.TarFile, entries: dict[str, Entry]) -> None:
    listed = msgspec.json.encode(entries)
    header = tarfile.TarInfo(LIST)
    header.size = len(listed)
    tar.addfile(header, io.BytesIO(listed))


def import_index(archive: Path, directory: Path) -> int:
    """Makes what `archive` holds the whole index in `directory`, in one commit; gives how many files it has.

    All is unpacked and verified before anything is replaced: until then the index in `directory` answers. Raises
    BadArchive where the archive is not as it was written, ForeignIndex where it is of another version, BusyIndex,
    UnusableFolder, OSError.
    """
    with write_lock(directory), tempfile.TemporaryDirectory(dir=directory, prefix=UNPACKING) as name:
        unpacked = Path(name)
        count = _unpack(archive, unpacked)
        if problems := verify(unpacked):
            raise BadArchive(archive, problems[0])
        contents = open_index(unpacked)._read_toc()
        places = places_of(unpacked, contents.segments)
        _move(unpacked, directory, contents.segments)
        move_report(unpacked, contents.generation, directory, next_generation(directory))
        commit_segments(directory, contents.schema, contents.segments, places=places)
    return count


def _move(unpacked: Path, directory: Path, segments: Sequence[Segment]) -> None:
    """Moves the files of segments; those that the index has already are the same ones, a backup of itself.

    Sidecars stay: those of the index may have the same names and say something else, and the commit makes new ones.
    """
    for segment in segments:
        name = segment.segment_id()
        arrays = [array_path(unpacked, name, array) for array in SegmentData(unpacked, name).manifest.arrays]
        for path in (*arrays, manifest_path(unpacked, name)):
            path.replace(directory / path.name)


def _unpack(archive: Path, folder: Path) -> int:
    """Unpacks the files that the archive lists; gives how many they are. Nothing else in it is touched."""
    try:
        with tarfile.open(archive, "r:") as tar:
            entries = msgspec.json.decode(_opened(tar, LIST).read(), type=dict[str, Entry])
            for name, entry in entries.items():
                _unpack_file(_opened(tar, name), folder / Path(name).name, entry)
    except (tarfile.TarError, msgspec.MsgspecError, ValueError, EOFError) as error:
        raise BadArchive(archive, error) from error
    return len(entries)


def _opened(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    try:
        file = tar.extractfile(name)
    except KeyError as error:
        raise ValueError(french("{} : absent", name)) from error
    if file is None:
        raise ValueError(french("{} : pas un fichier", name))
    return file


def _unpack_file(file: IO[bytes], path: Path, entry: Entry) -> None:
    with path.open("wb") as unpacked:
        shutil.copyfileobj(file, unpacked, BLOCK)
    if (path.stat().st_size, checksum(path)) != (entry.length, entry.crc32):
        raise ValueError(french("{} : somme de contrôle fausse", path.name))
