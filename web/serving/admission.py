"""Admission: one answer at a time in a worker, beside a few exports, and a bounded queue."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Final

import msgspec
from werkzeug.wrappers import Response
from werkzeug.wsgi import ClosingIterator

from kiosque.corpus.french import typeset
from kiosque.web.problems import PROGRAMS, URN, Problem
from kiosque.web.serving.headers import HEADERS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LONG: Final = ("/search.", "/api/v1/search.")
"""Prefixes of the paths of streamed answers."""

PROBES: Final = ("/healthz", "/readyz")
"""Always answered: a supervisor that gets no answer would restart a worker that is only busy."""

TITLE: Final = "Trop de demandes à la fois"


class Admission:
    """A WSGI application that any number of threads may call at once.

    Two threads that render pages fight for the GIL: fewer pages a second and twice the p99 (docs/adr-wsgi-server.md).
    So one thread renders them all, first come, first served; at most `waiting` requests wait for it, each at most
    `patience` seconds: after that its reader has given up. A thread that sends an export mostly waits for a slow
    client: up to `exports` of them run beside.
    """

    def __init__(self, app: WSGIApplication, exports: int, waiting: int, patience: float) -> None:
        self._app, self._patience = app, patience
        self._renderer = ThreadPoolExecutor(1, "pages")
        self._places = threading.Semaphore(1 + waiting)
        self._exports = threading.Semaphore(exports)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The answer of the application, in its turn; 503 with Retry-After where the queue is full or too slow."""
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
    """A refusal without a template: it must be cheaper than an answer."""
    headers = {**HEADERS, "Retry-After": str(seconds), "Content-Security-Policy": "default-src 'none'"}
    detail = typeset(f"Le serveur est très demandé : réessayez dans {seconds} secondes.")
    if not path.startswith(PROGRAMS):
        return Response(f"{TITLE}. {detail}", 503, headers, content_type="text/plain; charset=utf-8")
    problem = Problem(type=URN + "busy", title=TITLE, status=503, detail=detail)
    return Response(msgspec.json.encode(problem), 503, headers, mimetype="application/problem+json")
