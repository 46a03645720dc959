"""The deadline of a request. The long steps of a search call `check` between one piece of work and the next.

A deadline holds in the thread of its request, whatever that calls. Time that Numba spends compiling does not count: a
kernel that changed since its cache was written takes most of a minute, once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, Concatenate, Final, NamedTuple, ParamSpec, TypeVar

from numba.core.event import Event, Listener, register

from kiosque.search import giving_way
from kiosque.search.errors import QueryTimeout

clock = time.monotonic
"""Seconds; tests put another one here."""

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


class _CompileClock(Listener):
    """How long Numba has compiled in this process. Its lock lets one thread compile at a time, others wait for that."""

    def __init__(self) -> None:
        self._depth = 0  # a kernel's compilation holds those of the kernels that it calls
        self._done_and_start: tuple[float, float | None] = (0.0, None)  # one value: other threads read it at any time

    def on_start(self, event: Event) -> None:
        """Numba begins to compile a kernel."""
        self._depth += 1
        if self._depth == 1:
            self._done_and_start = (self._done_and_start[0], clock())

    def on_end(self, event: Event) -> None:
        """Numba has compiled a kernel, or failed to."""
        self._depth -= 1
        if self._depth == 0:
            self._done_and_start = (self.seconds(), None)

    def seconds(self) -> float:
        """All of it, until now."""
        done, start = self._done_and_start
        return done if start is None else done + clock() - start


_compiling: Final = _CompileClock()
register("numba:compile", _compiling)  # type: ignore[no-untyped-call]


class _Deadline(NamedTuple):
    at: float
    """When the time is over, in seconds of `_worked`."""
    seconds: int


_current: ContextVar[_Deadline | None] = ContextVar("deadline", default=None)


def _worked() -> float:
    """The clock without the time spent compiling."""
    return clock() - _compiling.seconds()


def check() -> None:
    """Raises QueryTimeout where the time is over, and GaveWay where that of a turn is."""
    giving_way.check()
    deadline = _current.get()
    if deadline is not None and _worked() > deadline.at:
        raise QueryTimeout(deadline.seconds)


@contextmanager
def deadline(seconds: int) -> Iterator[None]:
    """Gives what runs inside so many seconds; 0 for any number. An outer deadline stays."""
    if not seconds or _current.get() is not None:
        yield
        return
    token = _current.set(_Deadline(_worked() + seconds, seconds))
    try:
        yield
    finally:
        _current.reset(token)


def bounded(method: Callable[Concatenate[Any, Given], Answer]) -> Callable[Concatenate[Any, Given], Answer]:
    """A method of an engine that has `_settings`, within their `query_seconds`."""

    @wraps(method)
    def within(self: Any, /, *given: Given.args, **named: Given.kwargs) -> Answer:
        with deadline(self._settings.query_seconds):
            return method(self, *given, **named)

    return within
