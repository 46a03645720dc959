"""Reads in a process apart, which is forked from this one: what hangs or kills a reader costs one file, and no build.

The process reads entries of a corpus and sends their items back in order. Where it dies, another one takes its place
and goes on where it died, with a refusal in the place of what killed it.
"""

from __future__ import annotations

import atexit
import gc
import os
import signal
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from mmap import mmap
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from kiosque.corpus.article import Article
from kiosque.corpus.budget import WATCH
from kiosque.corpus.refusal import Refusal

MOST_SENT, MOST_TEXT = 64, 1 << 16
"""Items, and their characters, that are sent together."""

Entry = TypeVar("Entry")
Item = Article | Refusal

_PLACE = struct.Struct("<QQ")

can_fork = hasattr(os, "fork") and hasattr(signal, "setitimer")


class Readers(NamedTuple, Generic[Entry]):
    """How an entry is read, and what is said of one whose reading was ended by this signal."""

    read: Callable[[Entry], Iterator[Item]]
    lost: Callable[[Entry, int], Refusal]


class _Loss(NamedTuple):
    """A process died of an entry after so many of its items; the refusal stands in the place of the rest."""

    items: int
    refusal: Refusal

    def instead(self, items: Iterator[Item]) -> Iterator[Item]:
        """The items before the loss, and the refusal."""
        yield from islice(items, self.items)
        yield self.refusal


class _Request(NamedTuple):
    """Entries to read, but for the items of the first one that were `received` already; losses by their numbers."""

    entries: Sequence[Any]
    received: int
    losses: Mapping[int, _Loss]


class _Piece(msgspec.Struct, array_like=True):
    """Some items of an entry, which may end there; refusals have their places among all items."""

    articles: list[Article] = []
    refusals: list[tuple[int, Refusal]] = []
    ends: bool = False

    def __len__(self) -> int:
        """How many items it has."""
        return len(self.articles) + len(self.refusals)

    def add(self, item: Item) -> None:
        """Adds an item."""
        if isinstance(item, Refusal):
            self.refusals.append((len(self), item))
        else:
            self.articles.append(item)

    def items(self) -> Iterator[Item]:
        """The items in their order."""
        articles, refusals = iter(self.articles), dict(self.refusals)
        return (refusals[place] if place in refusals else next(articles) for place in range(len(self)))


_encoder, _decoder = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(list[_Piece])


class Process(Generic[Entry]):
    """A process that reads."""

    def __init__(self, readers: Readers[Entry]) -> None:
        self._readers = readers
        self._place = mmap(-1, _PLACE.size)  # shared: it says of which entry the process died
        self._connection, there = Pipe()
        self._pid = os.fork()
        if self._pid == 0:
            self._connection.close()
            self._live(there)
        there.close()

    def _live(self, connection: Connection) -> None:
        """Answers requests until there are no more, and never returns to what it was forked from."""
        try:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group: the parent decides
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            gc.freeze()  # what was there before is never collected here
            WATCH.install()
            while True:
                self._answer(connection.recv(), _Sender(connection))
        finally:
            os._exit(1)

    def _answer(self, request: _Request, sender: _Sender) -> None:
        for number, entry in enumerate(request.entries):
            _PLACE.pack_into(self._place, 0, number, 0)
            items = self._readers.read(entry)
            items = request.losses[number].instead(items) if number in request.losses else items
            for count, item in enumerate(items, 1):
                _PLACE.pack_into(self._place, 0, number, count)
                if number or count > request.received:
                    sender.add(item)
            sender.end()
        sender.flush()

    def pieces(self, request: _Request) -> Iterator[_Piece]:
        """The pieces of all entries, in order. Raises EOFError where the process dies."""
        left = len(request.entries)
        try:
            self._connection.send(request)
            while left:
                pieces = _decoder.decode(self._connection.recv_bytes())
                left -= sum(piece.ends for piece in pieces)
                yield from pieces
        except OSError as error:
            raise EOFError from error

    def died_of(self) -> tuple[int, int]:
        """The number of the entry that it read last, and how many items it found there."""
        number, items = _PLACE.unpack_from(self._place)
        return number, items

    def lost(self, entry: Entry) -> Refusal:
        """What is said of the entry of which it died. Ends it."""
        return self._readers.lost(entry, self.end())

    def end(self) -> int:
        """Ends the process, dead or alive. Gives the signal that ended it; 0 where it ended by itself."""
        os.kill(self._pid, signal.SIGKILL)
        _, status = os.waitpid(self._pid, 0)
        self._connection.close()
        return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


class _Sender:
    """Gathers items and sends them together."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._start()

    def _start(self) -> None:
        self._pieces = [_Piece()]
        self._items = self._text = 0

    def add(self, item: Item) -> None:
        """Adds an item of the entry that is being read."""
        self._pieces[-1].add(item)
        self._items += 1
        self._text += len(item.body) if isinstance(item, Article) else 0
        if self._items >= MOST_SENT or self._text >= MOST_TEXT:
            self.flush()

    def end(self) -> None:
        """Ends the entry."""
        self._pieces[-1].ends = True
        self._pieces.append(_Piece())

    def flush(self) -> None:
        """Sends what was gathered."""
        self._connection.send_bytes(_encoder.encode(self._pieces))
        self._start()


_idle: list[Process[Any]] = []
"""Processes that wait for entries. A process that is forked from this one has none."""

if can_fork:
    os.register_at_fork(after_in_child=_idle.clear)


@atexit.register
def end_all() -> None:
    """Ends the processes that wait."""
    while _idle:
        _idle.pop().end()


def read_apart(entries: Sequence[Entry], readers: Readers[Entry]) -> Iterator[Item]:
    """The items of all entries in order, read in a process apart."""
    start = received = 0
    losses: dict[int, _Loss] = {}
    while start < len(entries):
        process, done = (_idle.pop() if _idle else Process(readers)), start
        here = {number - start: loss for number, loss in losses.items() if number >= start}
        try:
            for piece in process.pieces(_Request(entries[start:], received, here)):
                yield from piece.items()
                received = 0 if piece.ends else received + len(piece)
                done += piece.ends
        except EOFError:
            number, items = process.died_of()
            number, items = (start + number, items) if start + number >= done else (done, received)
            losses[number] = _Loss(items, process.lost(entries[number]))
        except BaseException:  # whoever asked wants no more: what it still sends is nobody's
            process.end()
            raise
        else:
            _idle.append(process)
        start = done
