"""Two questions of whoever watches the process: does it live, can it answer?"""

from __future__ import annotations

from flask import Blueprint, Response

from kiosque.web.engine import engine

health = Blueprint("health", __name__)


@health.get("/healthz")
def lives() -> Response:
    """The process lives, whatever its index."""
    return Response("ok\n", mimetype="text/plain")


@health.get("/readyz")
def ready() -> Response:
    """The engine answers, else the error handler says 503; what keeps it from answering from the last commit."""
    engine().stats()
    return Response(f"{engine().trouble() or 'ok'}\n", mimetype="text/plain")
