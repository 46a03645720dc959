"""Commits: written segments become the index."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from whoosh.fields import Schema
from whoosh.index import TOC, clean_files

from kiosque.corpus.system_errors import cause_of
from kiosque.corpus.walk.report import Report
from kiosque.index.codec.whoosh_codec import KiosqueSegment
from kiosque.index.commit.copies import Places
from kiosque.index.commit.reports import leftovers, write_report
from kiosque.index.commit.sidecars import stale_sidecars, write_sidecars
from kiosque.index.commit.storage import NAME, DurableStorage, open_index
from kiosque.index.errors import BusyIndex, IndexProblem, UnusableFolder

UNPACKING = ".import-"
"""The prefix of the folder that an archive is unpacked into."""

__all__ = ["NAME", "UNPACKING", "commit_segments", "discard", "next_generation", "sweep", "write_lock"]


@contextmanager
def write_lock(directory: Path) -> Iterator[None]:
    """Holds Whoosh's write lock on `directory`, which it creates if missing. Raises BusyIndex, UnusableFolder.

    Sweeps what a killed writer has left, and what this one leaves if it fails: on a full disk nothing else would free
    room for the next.
    """
    try:
        lock = DurableStorage(str(directory)).create().lock(f"{NAME}_WRITELOCK")
        free = lock.acquire()
    except OSError as error:
        raise UnusableFolder(directory, cause_of(error)) from error
    if not free:
        raise BusyIndex(directory)
    try:
        sweep(directory)
        yield
    except BaseException:
        with suppress(Exception):  # report the first error; the next writer removes what is left
            sweep(directory)
        raise
    finally:
        lock.release()


def sweep(directory: Path) -> None:
    """Removes the files that are not in the last commit; none if that cannot be read. Call it under the lock."""
    for folder in directory.glob(f"{UNPACKING}*"):
        shutil.rmtree(folder, ignore_errors=True)
    storage = DurableStorage(str(directory))
    generation = max(int(TOC._latest_generation(storage, NAME)), 0)
    with suppress(IndexProblem):
        _clean(storage, generation, list(open_index(directory)._segments()) if generation else [])


def _clean(storage: DurableStorage, generation: int, segments: Sequence[KiosqueSegment]) -> None:
    clean_files(storage, NAME, generation, segments)
    folder = Path(storage.folder)
    killed = folder.glob(f"_{NAME}_*.toc.*")  # a commit killed just before its rename
    for leftover in [*stale_sidecars(folder, segments), *killed, *leftovers(folder.iterdir(), generation)]:
        with suppress(OSError):
            leftover.unlink()


def discard(directory: Path, segment: KiosqueSegment) -> None:
    """Removes the files of an uncommitted segment, so that they are never synced."""
    for path in directory.glob(f"{segment.segment_id()}.*"):
        with suppress(OSError):  # if a mapped file cannot be removed, the next commit does it
            path.unlink()


def next_generation(directory: Path) -> int:
    """The number that the next commit in `directory` will have."""
    return max(int(TOC._latest_generation(DurableStorage(str(directory)), NAME)), 0) + 1


def commit_segments(
    directory: Path,
    schema: Schema,
    segments: Sequence[KiosqueSegment],
    report: Report | None = None,
    places: Places | None = None,
) -> int:
    """Makes `segments` the whole index in `directory`; returns the generation. The caller holds the write lock.

    `places` are those of exact copies; this finds the groups of near copies, and counts what is not deleted. A reader
    sees the old state or the new one, each with its own report. Removes the files of other segments and generations.
    Raises OSError.
    """
    storage, generation = DurableStorage(str(directory)), next_generation(directory)
    if report:
        write_report(directory, generation, [part.segment_id() for part in segments], report)
    write_sidecars(directory, segments, generation, places or Places())
    TOC(schema, list(segments), generation).write(storage, NAME)
    _clean(storage, generation, segments)
    return generation
