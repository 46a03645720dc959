"""One answer at a time in a process, beside a few exports, and an end to the line of those who wait."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Final

import msgspec
from werkzeug.wrappers import Response
from werkzeug.wsgi import ClosingIterator

from kiosque.web.problems import PROGRAMS, URN, Problem
from kiosque.web.serving.headers import HEADERS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LONG: Final = ("/search.", "/api/v1/search.")
"""Where the paths of streamed answers begin."""

PROBES: Final = ("/healthz", "/readyz")
"""Asked by whoever restarts a process that is dead: one that is busy is not."""

TITLE: Final = "Trop de demandes à la fois"


class Admission:
    """A WSGI application that any number of threads may enter together.

    Two threads that render pages fight for the GIL: fewer pages a second and twice the p99 (docs/adr-wsgi-server.md).
    So one renders them all, in the order in which they came, and at most `waiting` requests wait for it, each at most
    `patience` seconds: its reader has given up then. One that sends an export mostly waits for its reader, who may be
    slow: `exports` of them are sent beside.
    """

    def __init__(self, app: WSGIApplication, exports: int, waiting: int, patience: float) -> None:
        self._app, self._patience = app, patience
        self._renderer = ThreadPoolExecutor(1, "pages")
        self._places = threading.Semaphore(1 + waiting)
        self._exports = threading.Semaphore(exports)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The answer of the application, in its turn; 503 and when to retry where too many are before it."""
        path = environ["PATH_INFO"]
        if path in PROBES:
            return self._app(environ, start_response)
        if path.startswith(LONG):
            return self._export(environ, start_response)
        if not self._places.acquire(blocking=False):
            return _busy(path, 2)(environ, start_response)
        try:
            turn = self._renderer.submit(self._app, environ, start_response)
            wait([turn], self._patience)
            return _busy(path, 2)(environ, start_response) if turn.cancel() else turn.result()
        finally:
            self._places.release()

    def _export(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not self._exports.acquire(blocking=False):
            return _busy(environ["PATH_INFO"], 10)(environ, start_response)
        try:
            answer = self._app(environ, start_response)
        except BaseException:
            self._exports.release()
            raise
        return ClosingIterator(answer, self._exports.release)


def _busy(path: str, seconds: int) -> Response:
    """A refusal that costs no template: it has to be cheaper than an answer."""
    headers = {**HEADERS, "Retry-After": str(seconds), "Content-Security-Policy": "default-src 'none'"}
    detail = f"Le serveur est très demandé\u00a0: réessayez dans {seconds} secondes."
    if not path.startswith(PROGRAMS):
        return Response(f"{TITLE}. {detail}", 503, headers, content_type="text/plain; charset=utf-8")
    problem = Problem(type=URN + "busy", title=TITLE, status=503, detail=detail)
    return Response(msgspec.json.encode(problem), 503, headers, mimetype="application/problem+json")
