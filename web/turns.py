"""One answer at a time in a process, beside a few exports, which last as long as a slow reader."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import msgspec
from werkzeug.wrappers import Response
from werkzeug.wsgi import ClosingIterator

from web.problems import URN, Problem

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LONG: Final = ("/search.", "/api/v1/search.")
"""Where the paths of streamed answers begin."""

RETRY_SECONDS: Final = 10


class Turns:
    """A WSGI application that `exports + 1` threads may enter together.

    Two threads that render pages fight for the GIL: fewer pages a second and twice the p99 (docs/adr-wsgi-server.md).
    One that sends an export mostly waits for its reader, who may be slow: it must not be the only one.
    """

    def __init__(self, app: WSGIApplication, exports: int) -> None:
        self._app = app
        self._turn = threading.Lock()
        self._exports = threading.Semaphore(exports)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The answer of the application, in its turn; 503 to an export where too many are on their way."""
        if not environ["PATH_INFO"].startswith(LONG):
            with self._turn:
                return self._app(environ, start_response)
        if not self._exports.acquire(blocking=False):
            return _busy()(environ, start_response)
        try:
            answer = self._app(environ, start_response)
        except BaseException:
            self._exports.release()
            raise
        return ClosingIterator(answer, self._exports.release)


def _busy() -> Response:
    problem = Problem(
        type=URN + "busy",
        title="Trop d’exports à la fois",
        status=503,
        detail="D’autres exports sont en cours : réessayez dans quelques instants.",
    )
    headers = {"Retry-After": str(RETRY_SECONDS)}
    return Response(msgspec.json.encode(problem), 503, headers, mimetype="application/problem+json")
