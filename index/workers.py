"""Batches of articles -> segments, in one process or in several."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Queue
from typing import Any

import msgspec

from index.bulk import BulkWriter, warm_up
from index.codec import KiosqueSegment
from index.commit import NAME
from index.errors import FailedWorker

Batch = Sequence[bytes]
"""Stored records of some articles (see schema.stored)."""

FLUSH_TOKENS = 32_000_000
"""Tokens that a process gathers before it writes a segment; a token takes about 30 bytes meanwhile."""


def write_segments(
    directory: Path, batches: Iterable[Batch], jobs: int, flush_tokens: int = FLUSH_TOKENS
) -> list[KiosqueSegment]:
    """Writes segments of all batches into `directory`, with `jobs` processes; gives them in no particular order.

    Raises FailedWorker where a process dies.
    """
    if jobs == 1:
        return _write(directory, batches, flush_tokens)
    with _Workers(directory, jobs, flush_tokens) as workers:
        for batch in batches:
            workers.put(batch)
        return workers.finish()


def _write(directory: Path, batches: Iterable[Batch], flush_tokens: int) -> list[KiosqueSegment]:
    writer, segments = BulkWriter(directory), []
    for batch in batches:
        writer.add_records(batch)
        if writer.tokens >= flush_tokens:
            segments.append(_flushed(writer))
    return [*segments, _flushed(writer)] if writer.documents else segments


def _flushed(writer: BulkWriter) -> KiosqueSegment:
    segment = KiosqueSegment(NAME, writer.documents)
    writer.flush(segment.segment_id())
    return segment


class _Workers:
    """Processes, each fed by a thread of its own from one short queue: who is free takes the next batch."""

    def __init__(self, directory: Path, jobs: int, flush_tokens: int) -> None:
        self._queue: Queue[Batch | None] = Queue(jobs)
        self._segments: list[KiosqueSegment] = []
        self._failures: list[str] = []
        warm_up()  # a forked process then has the kernels already; where there is no fork, it loads them itself
        context: Any = multiprocessing.get_context("fork" if hasattr(os, "fork") else "spawn")
        self._processes, self._threads = [], []
        for _ in range(jobs):
            here, there = context.Pipe()
            process = context.Process(target=_serve, args=(directory, there, flush_tokens), daemon=True)
            process.start()
            there.close()
            self._processes.append(process)
            self._threads.append(threading.Thread(target=self._feed, args=(here,), daemon=True))
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> _Workers:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.terminate()
            process.join()

    def put(self, batch: Batch) -> None:
        """Hands on a batch; waits while all are busy. Raises FailedWorker."""
        if self._failures:
            raise FailedWorker(self._failures[0])
        self._queue.put(batch)

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
        try:
            while (batch := self._queue.get()) is not None:
                connection.send_bytes(msgspec.msgpack.encode(batch))
            connection.send_bytes(b"")
            answer = connection.recv()
            self._segments += answer if isinstance(answer, list) else []
            self._failures += [answer] if isinstance(answer, str) else []
        except (OSError, EOFError) as error:
            self._failures.append(f"un processus s’est arrêté ({error or type(error).__name__})")
            while self._queue.get() is not None:
                pass


def _serve(directory: Path, connection: Connection, flush_tokens: int) -> None:
    """A process's whole life: batches in, at the end its segments out, or what went wrong."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the parent ends its workers
    try:
        connection.send(_write(directory, _received(connection), flush_tokens))
    except Exception as error:
        connection.send(f"{type(error).__name__} : {error}")


def _received(connection: Connection) -> Iterable[Batch]:
    while data := connection.recv_bytes():
        yield msgspec.msgpack.decode(data, type=list[bytes])
