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
from kiosque.index.build.batches import Broken, Everything, Step, Turns, Unify, read_batches, receive
from kiosque.index.build.sync_cache import Recall
from kiosque.index.codec.whoosh_codec import KiosqueSegment
from kiosque.index.commit.transaction import NAME
from kiosque.index.errors import FailedWorker
from kiosque.index.invert.bulk import BulkWriter, warm_up

Batch = Sequence[Article]

FLUSH_BYTES = 1 << 25
"""Bytes that a process gathers before it writes a segment: what it holds stays the same however large the corpus."""


def read_segments(
    directory: Path,
    parts: Iterable[Part],
    jobs: int,
    unify: Unify,
    flush_bytes: int,
    taking: Everything,
    recall: Recall,
) -> list[KiosqueSegment]:
    """As `write_segments`, with `jobs` processes, which read the articles too, and write those that `taking` wants.

    Parts that `recall` knows are not read again. `unify` is asked in the order of the parts; the segments come in no
    particular order. Raises FailedWorker where a process dies, and Outdated.
    """
    with _Workers(directory, jobs, flush_bytes, Turns(unify, recall.note), taking) as workers:
        for number, part in enumerate(parts):
            if (steps := recall.steps(number, part)) is None:
                workers.put(number, part)
            else:
                workers.repeat(number, steps)
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
    """Processes, each fed by a thread of its own from one short queue: who is free takes the next part."""

    def __init__(self, directory: Path, jobs: int, flush_bytes: int, turns: Turns, taking: Everything) -> None:
        self._queue: Queue[tuple[int, Part] | None] = Queue(jobs)
        self._turns = turns
        self._segments: list[KiosqueSegment] = []
        self._failures: list[str] = []
        warm_up()  # a forked process then has the kernels already; where there is no fork, it loads them itself
        gc.freeze()  # what is loaded by now is for good: no process need look through it again
        context: Any = multiprocessing.get_context("fork" if hasattr(os, "fork") else "spawn")
        self._processes, self._threads = [], []
        for _ in range(jobs):
            here, there = context.Pipe()
            serving = (directory, there, flush_bytes, taking)
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
        """Hands on a part; waits while all are busy. Raises FailedWorker."""
        if self._failures:
            raise FailedWorker(self._failures[0])
        self._queue.put((number, part))

    def repeat(self, number: int, steps: Iterable[Step]) -> None:
        """Goes through a part that was read before, when it is its turn. Raises FailedWorker, Outdated."""
        try:
            self._turns.repeat(number, steps)
        except EOFError:
            raise FailedWorker(self._failures[0]) from None

    def finish(self) -> list[KiosqueSegment]:
        """Waits until everything is written; gives the segments. Raises FailedWorker."""
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()
        if self._failures:
            raise FailedWorker(self._failures[0])
        return self._segments

    def _feed(self, connection: Connection) -> None:
        """One process's thread. After a failure it still empties the queue, so that nobody waits for ever."""
        task: tuple[int, Part] | None = None
        try:
            while (task := self._queue.get()) is not None:
                connection.send(task[1])
                self._turns.answer(task[0], connection)
            connection.send(None)
            self._segments += receive(connection)
        except Exception as error:  # whatever it is, the main thread must not wait for ever
            told = isinstance(error, Broken)
            self._failures.append(
                str(error) if told else f"un processus s’est arrêté ({error or type(error).__name__})"
            )
            self._turns.give_up()
            while task is not None:  # its own end may have been taken from the queue already: there is no second
                task = self._queue.get()


def _serve(directory: Path, connection: Connection, flush_bytes: int, taking: Everything) -> None:
    """A process's whole life: parts in, at the end its segments out, or what went wrong."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the parent ends its workers
    threading.Thread(target=_end_with_parent, daemon=True).start()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # by this, whatever the parent itself does at it
    try:
        connection.send(write_segments(directory, _received(connection, taking), flush_bytes))
    except OSError as error:
        connection.send(cause_of(error))
    except Exception as error:
        connection.send(f"{type(error).__name__}\u00a0: {error}")


def _end_with_parent() -> None:
    """Ends the process when its parent is gone, however that ended.

    A process that was forked holds the parent's ends of the pipes too, and the index's lock: after a kill it would wait
    for its next task for ever, and no other build could begin.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _received(connection: Connection, taking: Everything) -> Iterator[Batch]:
    while (part := connection.recv()) is not None:
        yield from map(taking.wanted, read_batches(part, connection))
