"""The time and memory that reading one file may take, watched from inside the process that reads it.

A timer of processor time ticks while a reader works. A reader that gives nothing for too many ticks is stopped by
Unreadable, as if it had found its file damaged, so that the rest of an archive is read. What no exception stops (a call
into a library in C that never returns) is ended by the system, with the process: see `walk.apart`.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import NamedTuple, TypeVar

from kiosque.corpus.french import number
from kiosque.corpus.refusal import Unreadable
from kiosque.corpus.settings import Settings

TICKS = 8
"""Ticks of the timer within the seconds that one article may take."""

PATIENCE = 2
"""Times these seconds after which a library that does not return is ended with its process."""

_MEGABYTE = 2**20
_FACTOR = 8
"""Bytes of memory for each byte of a file, beside what any file may take: a tree takes several."""

TIMED_OUT = int(getattr(signal, "SIGVTALRM", 0))
"""The signal that ends a process whose library does not return."""

_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


Item = TypeVar("Item")


class OverBudget(Unreadable):
    """Raised within a reader whose file takes too long."""


class Limits(NamedTuple):
    """What a file may take: seconds of processor time for an article, ticks for the whole, bytes of memory."""

    seconds: float
    ticks: int
    memory: int

    @classmethod
    def of(cls, settings: Settings, size: int) -> Limits:
        """The limits of a file of `size` bytes: as much time again for each whole megabyte."""
        megabytes = 1 + size // _MEGABYTE
        memory = (settings.reading_memory + _FACTOR * megabytes) * _MEGABYTE
        return cls(settings.reading_seconds, TICKS * megabytes, memory)


class _Watch:
    """Counts ticks, and those since the reader last gave something."""

    def __init__(self) -> None:
        self.beats = 0
        self.is_reading = False
        self._limits: Limits | None = None
        self._seen = self._idle = self._spent = self._parent = 0

    @property
    def is_spent(self) -> bool:
        """Whether the file took all the time that it may take as a whole."""
        return self._limits is not None and self._spent >= self._limits.ticks

    def begin(self, limits: Limits) -> None:
        """Watches the reading of a file."""
        self._idle = self._spent = 0
        if self._limits is None or limits.seconds != self._limits.seconds:
            _set(signal.ITIMER_PROF, limits.seconds / TICKS, limits.seconds / TICKS)
            _set(signal.ITIMER_VIRTUAL, PATIENCE * limits.seconds)
        if self._limits is None or limits.memory > self._limits.memory:
            _give(limits.memory)
        self._limits = limits

    def install(self) -> None:
        """Makes this process one that is watched; only its main thread may call this."""
        self._limits, self._parent = None, os.getppid()
        signal.signal(signal.SIGVTALRM, signal.SIG_DFL)
        signal.signal(signal.SIGPROF, self._tick)
        signal.siginterrupt(signal.SIGPROF, False)  # libraries in C may not expect that reading is interrupted

    def _tick(self, _signal: int, _frame: FrameType | None) -> None:
        if self._limits is None:
            return
        if os.getppid() != self._parent:
            os._exit(1)  # nobody waits for the outcome
        self._spent += 1
        self._idle = self._idle + 1 if self.beats == self._seen else 0
        self._seen = self.beats
        if self.is_reading and (self._idle >= TICKS or self.is_spent):
            raise OverBudget(too_long(self._limits.seconds))  # again at the next tick where something swallows it
        _set(signal.ITIMER_VIRTUAL, PATIENCE * self._limits.seconds)


WATCH = _Watch()


def watched(items: Iterator[Item], limits: Limits) -> Iterator[Item]:
    """The items that a reader gives of one file. Raises OverBudget where they take too long as a whole."""
    WATCH.begin(limits)
    is_spent = False
    try:
        while (item := _next(items)) is not None:
            if is_spent:
                raise OverBudget(too_long(limits.seconds))
            is_spent = WATCH.is_spent
            yield item
    finally:
        WATCH.is_reading = False


def _next(items: Iterator[Item]) -> Item | None:
    WATCH.is_reading = True
    item = next(items, None)
    WATCH.is_reading = False  # what is done with an item is not the reader's time
    return item


def beat() -> None:
    """Says that a reader gave something, or begins a file inside another: its time begins anew."""
    WATCH.beats += 1


def too_long(seconds: float) -> str:
    """The refusal of a file that takes more than these seconds."""
    return f"se lit en plus de {seconds:g} s : le couper, ou augmenter reading.seconds dans kiosque.toml"


def too_large(megabytes: int) -> str:
    """The refusal of a file that takes more than this memory."""
    return f"prend plus de {number(megabytes)} Mo de mémoire : {_MORE_MEMORY}"


def crashed(megabytes: int) -> str:
    """The refusal of a file of which the process died."""
    return f"fait échouer son lecteur, ou prend plus de {number(megabytes)} Mo de mémoire : {_MORE_MEMORY}"


_MORE_MEMORY = "le réenregistrer ou le couper, ou augmenter reading.memory dans kiosque.toml"


def _set(timer: int, seconds: float, interval: float = 0) -> None:
    signal.setitimer(timer, seconds, interval)


def _give(memory: int) -> None:
    """Limits the memory that this process may take beside what it has, where the system can."""
    import resource

    try:
        taken = int(Path("/proc/self/statm").read_bytes().split()[0]) * _PAGE
    except OSError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (taken + memory, resource.RLIM_INFINITY))
