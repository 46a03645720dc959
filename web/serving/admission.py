"""Admission: one short answer at a time in a worker, beside one long one and a few exports, each in a bounded queue."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec
from werkzeug.wrappers import Response
from werkzeug.wsgi import ClosingIterator

from kiosque.corpus.french import typeset
from kiosque.search.giving_way import GaveWay, turn
from kiosque.web.api.exports import FORMATS
from kiosque.web.problems import PROGRAMS, URN, Problem
from kiosque.web.serving.headers import HEADERS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Answer = TypeVar("Answer")

EXPORT_PATHS: Final = frozenset(f"{root}/search.{suffix}" for root in ("", "/api/v1") for suffix in FORMATS)
"""Paths of streamed answers. A feed is a page."""

PROBES: Final = ("/healthz", "/readyz")
"""Always answered: a supervisor that gets no answer would restart a worker that is only busy."""

AGAIN: Final = "kiosque.again"
"""In the environ of a request that begins again, in the queue of the long ones."""

SHORT_POSTINGS: Final = 250_000
SHORT_SECONDS: Final = 0.05
"""A short answer reads so many postings (see search.giving_way) and takes so much processor time; most take a tenth."""

LONG_WAITING: Final = 4
LONG_PATIENCE: Final = 5.0
"""Long requests that wait in a worker, and for how many seconds."""

TITLE: Final = "Trop de demandes à la fois"


class FullError(RuntimeError):
    """The queue is full, or the wait was too long."""


class Queue:
    """One thread, for which at most `waiting` calls wait, first come, first served, each at most `patience` seconds."""

    def __init__(self, name: str, waiting: int, patience: float) -> None:
        self._thread, self._patience = ThreadPoolExecutor(1, name), patience
        self._places = threading.Semaphore(1 + waiting)

    def call(self, answer: Callable[[], Answer]) -> Answer:
        """What `answer` returns, in its turn. Raises FullError."""
        if not self._places.acquire(blocking=False):
            raise FullError
        try:
            begun = self._thread.submit(answer)
            wait([begun], self._patience)
            if begun.cancel():
                raise FullError
            return begun.result()
        finally:
            self._places.release()


class Admission:
    """A WSGI application that any number of threads may call at once.

    Two threads that render pages fight for the GIL: fewer pages a second and twice the p99 (docs/adr-wsgi-server.md).
    So one thread renders them all; after `patience` seconds in its queue a reader has given up. A request that turns
    out to be long gives way and begins again in a second thread, whose queue holds up no page: its loops over postings
    hold no GIL. A thread that sends an export mostly waits for a slow client: up to `exports` of them run beside.
    """

    def __init__(self, app: WSGIApplication, exports: int, waiting: int, patience: float) -> None:
        self._app = app
        self._short = Queue("pages", waiting, patience)
        self._long = Queue("long", LONG_WAITING, LONG_PATIENCE)
        self._exports = threading.Semaphore(exports)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The answer of the application, in its turn; 503 with Retry-After where the queue is full or too slow."""
        path = environ["PATH_INFO"]
        if path in PROBES:
            return self._app(environ, start_response)
        if path in EXPORT_PATHS:
            return self._export(environ, start_response)
        try:
            return self._page(environ, start_response)
        except FullError:
            return _busy(path, 2)(environ, start_response)

    def _page(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def short() -> Iterable[bytes]:
            with turn(SHORT_POSTINGS, SHORT_SECONDS):
                return self._app(dict(environ), start_response)

        try:
            return self._short.call(short)
        except GaveWay:
            return self._long.call(lambda: self._app({**environ, AGAIN: True}, start_response))

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
