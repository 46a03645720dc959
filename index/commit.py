"""Commits: segments that are on the disk become the index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from whoosh.codec.base import Segment
from whoosh.fields import Schema
from whoosh.index import TOC, clean_files

from corpus.report import Report
from index.errors import BusyIndex, UnusableFolder
from index.reports import leftovers, write_report
from index.storage import DurableStorage, open_index

NAME = "MAIN"
"""Whoosh's name for the one index of a folder."""


@contextmanager
def write_lock(directory: Path) -> Iterator[None]:
    """Holds Whoosh's write lock on `directory`, which is made if need be. Raises BusyIndex, UnusableFolder.

    What was written and not committed is removed when the context fails: a full disk has its room back.
    """
    try:
        lock = DurableStorage(str(directory)).create().lock(f"{NAME}_WRITELOCK")
        free = lock.acquire()
    except OSError as error:
        raise UnusableFolder(directory, error.strerror) from error
    if not free:
        raise BusyIndex(directory)
    try:
        yield
    except BaseException:
        with suppress(Exception):  # the first error is the one to tell; the next commit removes what is left
            _sweep(directory)
        raise
    finally:
        lock.release()


def _sweep(directory: Path) -> None:
    """Removes what is part of no commit. Raises DamagedIndex, OSError."""
    storage = DurableStorage(str(directory))
    generation = max(int(TOC._latest_generation(storage, NAME)), 0)
    _clean(storage, directory, generation, list(open_index(directory)._segments()) if generation else [])


def _clean(storage: DurableStorage, directory: Path, generation: int, segments: Sequence[Segment]) -> None:
    """Removes what is no part of this commit. Raises OSError."""
    clean_files(storage, NAME, generation, segments)
    killed = directory.glob(f"_{NAME}_*.toc.*")  # a commit, just before its rename
    for leftover in [*killed, *leftovers(directory.iterdir(), generation)]:
        leftover.unlink()


def discard(directory: Path, segment: Segment) -> None:
    """Removes the files of a segment that is part of no commit: the disk need not see them."""
    for path in directory.glob(f"{segment.segment_id()}.*"):
        with suppress(OSError):  # where a mapped file cannot be removed, the next commit does it
            path.unlink()


def commit_segments(directory: Path, schema: Schema, segments: Sequence[Segment], report: Report | None = None) -> int:
    """Makes `segments` the whole index in `directory`; gives the generation. The caller holds the write lock.

    A reader sees the old state or the new one, each with the report of its own reading. Files of other segments and
    generations are removed. Raises OSError.
    """
    storage = DurableStorage(str(directory))
    generation = max(int(TOC._latest_generation(storage, NAME)), 0) + 1
    if report:
        write_report(directory, generation, [part.segment_id() for part in segments], report)
    TOC(schema, list(segments), generation).write(storage, NAME)
    _clean(storage, directory, generation, segments)
    return generation
