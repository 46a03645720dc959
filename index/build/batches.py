"""Articles that are read by the processes of a build, and unified by their parent.

A process reads a part of the corpus, tells its parent the identifiers and sources that it has found, is told which of
them to change, and only then goes on with the articles. The parent answers in the order of the parts: what is changed
is the same whatever the number of processes, and the same as in one process.
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
"""Articles that are handed on together, mostly a whole part: enough to make handing on cheap, few enough to stay in
the cache."""


MOST_TEXT = 8_000_000
"""Characters after which a batch is full too: few articles have ten thousand, those of a hostile archive millions."""

Item = TypeVar("Item", Article, Article | Refusal)


def take_batch(items: Iterator[Item]) -> tuple[list[Item], bool]:
    """The next items, as many as are handed on together, and whether these are the last."""
    batch, size = list[Item](), 0
    for item in items:
        batch.append(item)
        size += len(item.body) if isinstance(item, Article) else 0
        if len(batch) == BATCH or size > MOST_TEXT:
            return batch, False
    return batch, True


class Found(NamedTuple):
    """What a process has read of a part: the arguments of `Unifier.changes`, a report, whether it is all."""

    ids: list[str]
    sources: list[str]
    texts: list[Text]
    report: Report
    last: bool


class Everything:
    """What a build wants of the articles that are read: all of them. Each process has a copy as it was at the start."""

    def see(self, ids: Iterable[str]) -> None:
        """Told in the parent, of all articles that are read."""

    def wanted(self, articles: list[Article]) -> list[Article]:
        """Those of them that are to be written. Asked in the process that has read them."""
        return articles


class Broken(Exception):
    """What went wrong in a process, as it told it itself."""


Unify = Callable[[Found], Changes]
"""Says what of the articles that were found is to be changed. Called in the order of the articles."""


def receive(connection: Connection) -> Any:
    """What a process sends. Raises Broken where that is what went wrong there; OSError, EOFError where it has died."""
    received = connection.recv()
    if isinstance(received, str):
        raise Broken(received)
    return received


def read_batches(part: Part, connection: Connection) -> Iterator[list[Article]]:
    """The articles of a part, some at a time, as the parent at the other end of `connection` wants them."""
    items, last, report = read_part(part), False, Report()
    report.meet(part)
    while not last:
        batch, last = take_batch(items)
        for item in batch:
            report.add(item)
        articles = [item for item in batch if isinstance(item, Article)]
        connection.send(Found(*names_of(articles), report, last))
        report = Report()
        changes: Changes = connection.recv()
        yield [item for item in changes.made(articles) if isinstance(item, Article)]


class Step(NamedTuple):
    """Some articles of a part: what was found, and what the whole run changed of them."""

    found: Found
    changes: Changes


Note = Callable[[int, Step], None]
"""Told of each step with the number of its part."""


class Outdated(Exception):
    """What else changed in the corpus changes what was made of a part that did not: all is to be read."""


class Turns:
    """The parent's end: threads, one a process, that answer in the order of the parts."""

    def __init__(self, unify: Unify, note: Note) -> None:
        self._unify, self._note, self._turn, self._given_up = unify, note, 0, False
        self._changed = Condition()

    def answer(self, part: int, connection: Connection) -> None:
        """Answers all that the process asks about the part of that number. Raises OSError, EOFError, Broken."""
        last = False
        while not last:
            found: Found = receive(connection)
            last = found.last
            with self._turn_of(part):
                changes = self._unify(found)
                self._note(part, Step(found, changes))
                self._turn += last
            connection.send(changes)

    def repeat(self, part: int, steps: Iterable[Step]) -> None:
        """Goes through what was found in the part of that number before. Raises Outdated; EOFError as `answer`."""
        with self._turn_of(part):
            for step in steps:
                if self._unify(step.found) != step.changes:
                    raise Outdated
                self._note(part, step)
            self._turn += 1

    @contextmanager
    def _turn_of(self, part: int) -> Iterator[None]:
        with self._changed:
            self._changed.wait_for(lambda: self._given_up or self._turn == part)
            if self._given_up:
                raise EOFError
            yield
            self._changed.notify_all()

    def give_up(self) -> None:
        """Lets nobody wait for the turn of a process that has died."""
        with self._changed:
            self._given_up = True
            self._changed.notify_all()
