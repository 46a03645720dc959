"""By which names the server may be asked, so that another site cannot read it by taking its address (DNS rebinding)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from flask import Flask, request

from kiosque.web.problems import UnknownHostError
from kiosque.web.serving.admission import PROBES

HERE: Final = ("localhost", "127.0.0.1", "[::1]")
PORT: Final = re.compile(r":\d+$")


def allowed(config: Mapping[str, Any]) -> frozenset[str] | None:
    """The names of the setting `hosts`; None for any.

    Where it is empty, a server that listens on this machine only, and has no proxy in front, is asked by its own names.
    """
    named = frozenset(config["HOSTS"].lower().split())
    alone = config["HOST"] in ("localhost", "127.0.0.1", "::1") and not config["PROXIES"]
    if "*" in named:
        return None
    return named or (frozenset(HERE) if alone else None)


def register(app: Flask) -> None:
    """Refuse other names, and what is none; probes ask by address."""
    names = allowed(app.config)

    def check() -> None:
        name = PORT.sub("", request.host.lower())
        if request.path not in PROBES and (not name or (names is not None and name not in names)):
            raise UnknownHostError

    app.before_request(check)
