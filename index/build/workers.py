"""Batches of articles -> segments in this process, or parts of a corpus -> segments in several."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterable, Iterator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Queue
from typing import Any

from kiosque.corpus.article import Article
from kiosque.corpus.system_errors import cause_of
from kiosque.corpus.walk.read_corpus import Part
from kiosque.index.build.batches import (
    ArticleFilter,
    PartSequencer,
    UnifiedBatch,
    Unify,
    WorkerError,
    read_batches,
    receive,
)
from kiosque.index.build.sync_cache import NullCache
from kiosque.index.codec.whoosh_codec import KiosqueSegment
from kiosque.index.commit.transaction import NAME
from kiosque.index.errors import FailedWorker, french
from kiosque.index.invert.bulk import BulkWriter, warm_up

Batch = Sequence[Article]

FLUSH_BYTES = 1 << 25
"""Bytes that a process buffers before it writes a segment: memory does not grow with the corpus."""


def read_segments(
    directory: Path,
    parts: Iterable[Part],
    jobs: int,
    unify: Unify,
    flush_bytes: int,
    wanted: ArticleFilter,
    cache: NullCache,
) -> list[KiosqueSegment]:
    """Reads the parts with `jobs` processes, which write segments of the articles that `wanted` wants.

    Skips the parts that `cache` knows. `unify` is called in the order of the parts; the segments come in any order.
    Raises FailedWorker if a process dies, and StaleCache.
    """
    with _Workers(directory, jobs, flush_bytes, PartSequencer(unify, cache.add), wanted) as workers:
        for number, part in enumerate(parts):
            if (batches := cache.batches(number, part)) is None:
                workers.put(number, part)
            else:
                workers.replay(number, batches)
        return workers.finish()


def write_segments(directory: Path, batches: Iterable[Batch], flush_bytes: int) -> list[KiosqueSegment]:
    """Writes segments of all batches into `directory`, in this process."""
    writer, segments = BulkWriter(directory), []
    for batch in batches:
        writer.add(batch)
        if writer.held >= flush_bytes:
            segments.append(_flushed(writer))
    return [*segments, _flushed(writer)] if writer.documents else segments


def _flushed(writer: BulkWriter) -> KiosqueSegment:
    segment = KiosqueSegment(NAME, writer.documents)
    writer.flush(segment.segment_id())
    return segment


class _Workers:
    """Processes, each fed by its own thread from one short queue: a free one takes the next part."""

    def __init__(
        self, directory: Path, jobs: int, flush_bytes: int, sequencer: PartSequencer, wanted: ArticleFilter
    ) -> None:
        self._queue: Queue[tuple[int, Part] | None] = Queue(jobs)
        self._sequencer = sequencer
        self._segments: list[KiosqueSegment] = []
        self._failures: list[str] = []
        warm_up()  # a forked process inherits the kernels; without fork it loads them itself
        gc.freeze()  # everything loaded so far stays: no process needs to collect it
        context: Any = multiprocessing.get_context("fork" if hasattr(os, "fork") else "spawn")
        self._processes, self._threads = [], []
        for _ in range(jobs):
            here, there = context.Pipe()
            serving = (directory, there, flush_bytes, wanted)
            process = context.Process(target=_serve, args=serving, daemon=True)
            process.start()
            there.close()
            self._processes.append(process)
            self._threads.append(threading.Thread(target=self._feed, args=(here,), daemon=True))
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> _Workers:
        return self

    def __exit__(self, *_: object) -> None:
        gc.unfreeze()
        for process in self._processes:
            process.terminate()
            process.join()

    def put(self, number: int, part: Part) -> None:
        """Queues a part; waits while all processes are busy. Raises FailedWorker."""
        if self._failures:
            raise FailedWorker(self._failures[0])
        self._queue.put((number, part))

    def replay(self, number: int, batches: Iterable[UnifiedBatch]) -> None:
        """Unifies the cached batches of a part again, in its turn. Raises FailedWorker, StaleCache."""
        try:
            self._sequencer.replay(number, batches)
        except EOFError:
            raise FailedWorker(self._failures[0]) from None

    def finish(self) -> list[KiosqueSegment]:
        """Waits until all is written; returns the segments. Raises FailedWorker."""
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()
        if self._failures:
            raise FailedWorker(self._failures[0])
        return self._segments

    def _feed(self, connection: Connection) -> None:
        """One process's thread. After a failure it still drains the queue, so that no other thread waits forever."""
        task: tuple[int, Part] | None = None
        try:
            while (task := self._queue.get()) is not None:
                connection.send(task[1])
                self._sequencer.answer(task[0], connection)
            connection.send(None)
            self._segments += receive(connection)
        except Exception as error:  # any failure: the main thread must not wait forever
            told = isinstance(error, WorkerError)
            self._failures.append(
                str(error) if told else f"un processus s’est arrêté ({error or type(error).__name__})"
            )
            self._sequencer.abort()
            while task is not None:  # its own None may be gone already: there is no second
                task = self._queue.get()


def _serve(directory: Path, connection: Connection, flush_bytes: int, wanted: ArticleFilter) -> None:
    """A process's main: receives parts, sends its segments at the end, or the failure."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the parent ends its workers
    threading.Thread(target=_end_with_parent, daemon=True).start()
    signal.signal(
        signal.SIGTERM, signal.SIG_DFL
    )  # the parent terminates workers by it, whatever it does on SIGTERM itself
    try:
        connection.send(write_segments(directory, _received(connection, wanted), flush_bytes))
    except OSError as error:
        connection.send(cause_of(error))
    except Exception as error:
        connection.send(french("{} : {}", type(error).__name__, error))


def _end_with_parent() -> None:
    """Ends the process when its parent is gone, even killed.

    A forked process also holds the parent's ends of the pipes and the index's lock: it would wait for its next part
    forever, and no other build could begin.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _received(connection: Connection, wanted: ArticleFilter) -> Iterator[Batch]:
    while (part := connection.recv()) is not None:
        yield from map(wanted.wanted, read_batches(part, connection))
