"""The protocol between a build and its processes: they read articles, the parent unifies ids and sources.

A process reads a part of the corpus, sends the ids and sources that it found, receives what to change in them, and
only then indexes the articles. The parent answers in the order of the parts, so the changes do not depend on the
number of processes and are those of a build in one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from threading import Condition
from typing import Any, NamedTuple, TypeVar

from kiosque.corpus.article import Article
from kiosque.corpus.walk.read_corpus import Part, Refusal, read_part
from kiosque.corpus.walk.report import Report
from kiosque.corpus.walk.unify import Changes, Text, names_of

BATCH = 512
"""Articles in a batch, mostly a whole part: enough to make handing them on cheap, few enough for the processor's
cache."""


MOST_TEXT = 8_000_000
"""Characters that fill a batch too: few articles have ten thousand, those of a hostile archive millions."""

Item = TypeVar("Item", Article, Article | Refusal)


def next_batch(items: Iterator[Item]) -> tuple[list[Item], bool]:
    """The next batch, and whether it is the last."""
    batch, size = list[Item](), 0
    for item in items:
        batch.append(item)
        size += len(item.body) if isinstance(item, Article) else 0
        if len(batch) == BATCH or size > MOST_TEXT:
            return batch, False
    return batch, True


class ReadBatch(NamedTuple):
    """What a process tells of a batch: the arguments of `Unifier.changes`, a report, whether the part ends here."""

    ids: list[str]
    sources: list[str]
    texts: list[Text]
    report: Report
    last: bool


class ArticleFilter:
    """Which of the articles read are indexed: all of them, in a build. Each process has a copy made at its start."""

    def see(self, ids: Iterable[str]) -> None:
        """Called in the parent with the ids of all articles read."""

    def wanted(self, articles: list[Article]) -> list[Article]:
        """The articles to index. Called in the process that read them."""
        return articles


class WorkerError(Exception):
    """What went wrong in a process, as it reported it."""


Unify = Callable[[ReadBatch], Changes]
"""What to change in the articles of a batch. Called in the order of the articles."""


def receive(connection: Connection) -> Any:
    """What a process sends. Raises WorkerError if that is a failure; OSError or EOFError if the process has died."""
    received = connection.recv()
    if isinstance(received, str):
        raise WorkerError(received)
    return received


def read_batches(part: Part, connection: Connection) -> Iterator[list[Article]]:
    """The articles of a part in batches, changed as the parent at the other end of `connection` says."""
    items, last, report = read_part(part), False, Report()
    report.meet(part)
    while not last:
        batch, last = next_batch(items)
        for item in batch:
            report.add(item)
        articles = [item for item in batch if isinstance(item, Article)]
        connection.send(ReadBatch(*names_of(articles), report, last))
        report = Report()
        changes: Changes = connection.recv()
        yield [item for item in changes.made(articles) if isinstance(item, Article)]


class UnifiedBatch(NamedTuple):
    """A batch, and what the whole run changed in it."""

    read: ReadBatch
    changes: Changes


Record = Callable[[int, UnifiedBatch], None]
"""Called with each batch and the number of its part."""


class StaleCache(Exception):
    """A cached part is stale because another part changed its ids or sources: read everything."""


class PartSequencer:
    """The parent's end: threads, one a process, that answer in the order of the parts."""

    def __init__(self, unify: Unify, record: Record) -> None:
        self._unify, self._record, self._next_part, self._aborted = unify, record, 0, False
        self._changed = Condition()

    def answer(self, part: int, connection: Connection) -> None:
        """Answers a process's batches of the part of that number. Raises OSError, EOFError, WorkerError."""
        last = False
        while not last:
            read: ReadBatch = receive(connection)
            last = read.last
            with self._in_order(part):
                changes = self._unify(read)
                self._record(part, UnifiedBatch(read, changes))
                self._next_part += last
            connection.send(changes)

    def replay(self, part: int, batches: Iterable[UnifiedBatch]) -> None:
        """Unifies the cached batches of the part of that number again. Raises StaleCache; EOFError after `abort`."""
        with self._in_order(part):
            for batch in batches:
                if self._unify(batch.read) != batch.changes:
                    raise StaleCache
                self._record(part, batch)
            self._next_part += 1

    @contextmanager
    def _in_order(self, part: int) -> Iterator[None]:
        with self._changed:
            self._changed.wait_for(lambda: self._aborted or self._next_part == part)
            if self._aborted:
                raise EOFError
            yield
            self._changed.notify_all()

    def abort(self) -> None:
        """Wakes every thread that waits for a part whose process has died."""
        with self._changed:
            self._aborted = True
            self._changed.notify_all()
