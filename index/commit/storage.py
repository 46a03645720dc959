"""The folder of an index as Whoosh sees it, with commits that survive a power cut."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from whoosh.fields import Schema, ensure_schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, EmptyIndexError, FileIndex

from kiosque.index.commit.table_of_contents import append_checksum, read_toc
from kiosque.index.errors import DamagedIndex, ForbiddenIndex, IndexProblem, MissingIndex

NAME = "MAIN"
"""Whoosh's name for the one index of a folder."""

SYNCING = 8
"""Files synced in parallel."""


class DurableStorage(FileStorage):  # type: ignore[misc]
    """A folder whose renames are on disk when they return. Whoosh commits by renaming a table of contents.

    Nothing else waits for the disk: segments that are merged before a commit never do.
    """

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Syncs all files of the folder, renames, and syncs the folder.

        Appends the checksum to a table of contents first. Raises NameError, OSError.
        """
        if newname.endswith(".toc"):
            append_checksum(Path(self._fpath(oldname)))
        with ThreadPoolExecutor(SYNCING) as threads:  # several files take little longer than one
            list(threads.map(_sync_own, [path for path in Path(self.folder).iterdir() if path.is_file()]))
        super().rename_file(oldname, newname, safe)
        _sync(Path(self.folder))


class DurableIndex(FileIndex):  # type: ignore[misc]
    """A Whoosh index that checks its table of contents, and reads it without running code in it."""

    def __init__(self, storage: DurableStorage, schema: Schema | None = None, indexname: str = NAME) -> None:
        self.storage, self.indexname = storage, indexname
        self._schema = ensure_schema(schema) if schema else None
        self._read_toc()

    def _read_toc(self) -> TOC:
        return read_toc(self.storage, self.indexname, self._schema)


def open_index(directory: Path, schema: Schema | None = None) -> DurableIndex:
    """The index in `directory`, with its own schema or the given one.

    Raises MissingIndex, ForbiddenIndex, DamagedIndex, ForeignIndex.
    """
    try:
        return DurableIndex(DurableStorage(str(directory)), schema)
    except EmptyIndexError as error:
        raise _forbidden_or_missing(directory) from error
    except PermissionError as error:
        raise ForbiddenIndex(directory) from error
    except IndexProblem:
        raise
    except Exception as error:  # Whoosh raises TypeError, struct.error, UnpicklingError... on a damaged file
        raise DamagedIndex(directory, error) from error


def _forbidden_or_missing(directory: Path) -> IndexProblem:
    """Why there is no index: Whoosh takes a folder that it may not list for an empty one."""
    try:
        os.scandir(directory).close()
    except PermissionError:
        return ForbiddenIndex(directory)
    except OSError:
        pass
    return MissingIndex(directory)


def create_index(directory: Path, schema: Schema) -> DurableIndex:
    """Creates an empty index in `directory`, replacing any. Raises OSError."""
    index: DurableIndex = DurableIndex.create(DurableStorage(str(directory)).create(), schema)
    return index


def _sync_own(path: Path) -> None:
    """Waits until a file is on disk; a foreign one in the folder, which this account may not read, it did not write."""
    with suppress(PermissionError):
        _sync(path)


def _sync(path: Path) -> None:
    """Waits until `path` is on disk: a file's bytes, a folder's names."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
