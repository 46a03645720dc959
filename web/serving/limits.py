"""What one client may ask: addresses of a length, and so many requests a minute."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from flask import Flask, request

from kiosque.web.problems import TooLongError, TooManyError

MOST_CLIENTS: Final = 10_000
"""Clients that are remembered; the one that has been silent for longest is forgotten first."""


class Buckets:
    """A token bucket for each client: `rate` requests a minute, and as many at once."""

    def __init__(self, rate: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._clock = rate, clock
        self._known: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str) -> float:
        """0 where the client may ask, and then it has; else the seconds until it may."""
        now = self._clock()
        tokens, since = self._known.pop(client, (float(self._rate), now))
        tokens = min(float(self._rate), tokens + (now - since) * self._rate / 60)
        allowed = tokens >= 1
        self._known[client] = (tokens - 1 if allowed else tokens, now)
        if len(self._known) > MOST_CLIENTS:
            self._known.popitem(last=False)
        return 0.0 if allowed else (1 - tokens) * 60 / self._rate


def register(app: Flask) -> None:
    """Refuse what is too long or too much, before anything is looked at."""
    longest, rate = app.config["LONGEST_URL"], app.config["RATE"]
    buckets = Buckets(rate) if rate else None

    def check() -> None:
        if len(request.query_string) > longest:
            raise TooLongError(longest)
        if buckets and (seconds := buckets.wait(request.remote_addr or "")):
            raise TooManyError(seconds)

    app.before_request(check)
