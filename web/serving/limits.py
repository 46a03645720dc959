"""Requests refused before anything is searched: for another host, too long, or too many.

A server answers to its own names only, so that another site cannot read it by DNS rebinding.
"""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Flask, request

from kiosque.web.problems import TooLongError, TooManyError, UnknownHostError
from kiosque.web.serving.admission import AGAIN, PROBES

HERE: Final = ("localhost", "127.0.0.1", "[::1]")
PORT: Final = re.compile(r":\d+$")

MOST_CLIENTS: Final = 10_000
"""Maximum clients remembered; the least recent is forgotten first."""


class Buckets:
    """A token bucket for each client: `rate` requests a minute, and as many at once."""

    def __init__(self, rate: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._clock = rate, clock
        self._known: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str) -> float:
        """Takes a token: 0, or the seconds until there is one."""
        now = self._clock()
        tokens, since = self._known.pop(client, (float(self._rate), now))
        tokens = min(float(self._rate), tokens + (now - since) * self._rate / 60)
        allowed = tokens >= 1
        self._known[client] = (tokens - 1 if allowed else tokens, now)
        if len(self._known) > MOST_CLIENTS:
            self._known.popitem(last=False)
        return 0.0 if allowed else (1 - tokens) * 60 / self._rate


def allowed_hosts(config: Mapping[str, Any]) -> frozenset[str] | None:
    """The names of the setting `hosts`; None for any.

    Where it is empty, a server that listens on this machine only, without a proxy, answers to this machine's names.
    """
    named = frozenset(config["HOSTS"].lower().split())
    local = config["HOST"] in ("localhost", "127.0.0.1", "::1") and not config["PROXIES"]
    if "*" in named:
        return None
    return named or (frozenset(HERE) if local else None)


def register(app: Flask) -> None:
    """Check each request: its host, its length, then its client's rate."""
    hosts, longest, rate = allowed_hosts(app.config), app.config["LONGEST_URL"], app.config["RATE"]
    buckets = Buckets(rate) if rate else None

    def check() -> None:
        if len(request.query_string) > longest:
            raise TooLongError(longest)
        if request.path in PROBES:  # a supervisor asks by address, and takes 429 for a dead process
            return
        if not _is_for(hosts):
            raise UnknownHostError
        if buckets and AGAIN not in request.environ and (seconds := buckets.wait(request.remote_addr or "")):
            raise TooManyError(seconds)

    app.before_request(check)


def _is_for(hosts: frozenset[str] | None) -> bool:
    name = PORT.sub("", request.host.lower())
    return bool(name) and (hosts is None or name in hosts)
