"""How much of a request runs in a thread that shorter requests wait for. What costs more gives way and runs elsewhere.

The cost is estimated before a query runs, by its postings, and measured while it does, in processor time: a machine
busy with other work makes no request longer.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

clock = time.thread_time
"""Seconds of this thread; tests put another one here."""


class GaveWay(BaseException):
    """The request costs more than its turn allows. No error: nothing that handles errors may take it for one."""


@dataclass
class _Turn:
    """What is left: postings, and the moment at which the time is over."""

    postings: int
    end: float


_current: ContextVar[_Turn | None] = ContextVar("turn", default=None)


@contextmanager
def turn(postings: int, seconds: float) -> Iterator[None]:
    """Raises GaveWay from what runs inside as soon as it costs more than this."""
    token = _current.set(_Turn(postings, clock() + seconds))
    try:
        yield
    finally:
        _current.reset(token)


def spend(postings: int) -> None:
    """Counts the postings that are to be read now, if more than none; raises GaveWay where they are too many."""
    if left := _current.get():
        left.postings -= max(0, postings)
        if left.postings < 0:
            raise GaveWay


def check() -> None:
    """Raises GaveWay where the time of the turn is over."""
    if (left := _current.get()) and clock() > left.end:
        raise GaveWay
