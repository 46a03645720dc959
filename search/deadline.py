"""How long a query may take. The long steps of a search look at the clock between one piece of work and the next.

What is asked for looks by itself: the deadline is the request's, whatever it calls, and holds in its thread only.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, wraps
from pathlib import Path
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar

from kiosque.index.compiled import compiled_before
from kiosque.search.errors import QueryTimeout

clock = time.monotonic
"""Seconds; tests put another one here."""

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


class _Deadline(NamedTuple):
    at: float
    seconds: int


_current: ContextVar[_Deadline | None] = ContextVar("deadline", default=None)


def check() -> None:
    """Nothing while there is time. Raises QueryTimeout."""
    deadline = _current.get()
    if deadline is not None and clock() > deadline.at:
        raise QueryTimeout(deadline.seconds)


@contextmanager
def deadline(seconds: int) -> Iterator[None]:
    """What runs inside has so many seconds; 0 for any number. An outer deadline stays."""
    if not seconds or _current.get() is not None:
        yield
        return
    token = _current.set(_Deadline(clock() + seconds, seconds))
    try:
        yield
    finally:
        _current.reset(token)


@cache
def compiled() -> bool:
    """Whether the kernels were compiled before this process: who compiles them first may take a minute."""
    return compiled_before(Path(__file__).parent / "execute" / "kernels.py")


def bounded(method: Callable[Concatenate[Any, Given], Answer]) -> Callable[Concatenate[Any, Given], Answer]:
    """A method of an engine that has `_settings`, within their `query_seconds`."""

    @wraps(method)
    def within(self: Any, /, *given: Given.args, **named: Given.kwargs) -> Answer:
        with deadline(self._settings.query_seconds if compiled() else 0):
            return method(self, *given, **named)

    return within
