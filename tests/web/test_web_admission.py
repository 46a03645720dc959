"""Admission: exports do not block pages, and both are limited."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from werkzeug.test import Client

from kiosque.search import SearchPage, SearchRequest
from kiosque.web.serving.admission import Admission
from tests.web.fake_engine import ARTICLES, FakeEngine, visit


def client(exports: int, engine: FakeEngine | None = None, waiting: int = 1, patience: float = 60) -> Client:
    return Client(Admission(visit(engine=engine or FakeEngine(ARTICLES)).application, exports, waiting, patience))


class Slow(FakeEngine):
    """Waits for the event `let` before it searches."""

    def __init__(self) -> None:
        super().__init__(ARTICLES)
        self.begun, self.let = threading.Event(), threading.Event()

    def search(self, request: SearchRequest) -> SearchPage:
        self.begun.set()
        assert self.let.wait(30)
        return super().search(request)


def test_a_page_is_served_during_an_export() -> None:
    visitor = client(1)
    export = visitor.get("/search.csv?q=aide", buffered=False)
    assert visitor.get("/search?q=aide").status_code == 200
    assert export.text.count("kiev-") == 2


def test_too_many_exports_are_refused_with_retry_after() -> None:
    visitor = client(1)
    first = visitor.get("/search.csv?q=aide", buffered=False)
    second = visitor.get("/api/v1/search.jsonl?q=aide")
    assert (second.status_code, second.mimetype) == (503, "application/problem+json")
    assert int(second.headers["Retry-After"]) > 0
    first.close()
    assert visitor.get("/search.csv?q=aide").status_code == 200


def test_a_failed_export_frees_its_slot() -> None:
    visitor = client(1)
    for _ in range(3):
        with visitor.get("/search.csv?from=2022-13") as answer:
            assert answer.status_code == 400


@pytest.mark.parametrize(
    ("path", "mimetype"), [("/search?q=aide", "text/plain"), ("/api/v1/stats", "application/problem+json")]
)
def test_a_full_queue_refuses_new_requests_and_serves_the_waiting_ones(path: str, mimetype: str) -> None:
    engine = Slow()
    visitor = client(1, engine, waiting=0)
    with ThreadPoolExecutor(1) as reader:
        first = reader.submit(visitor.get, "/search?q=aide")
        assert engine.begun.wait(30)
        refused = visitor.get(path)
        assert (refused.status_code, refused.mimetype) == (503, mimetype)
        assert int(refused.headers["Retry-After"]) > 0
        assert refused.headers["X-Content-Type-Options"] == "nosniff"
        assert visitor.get("/healthz").status_code == visitor.get("/readyz").status_code == 200
        engine.let.set()
        assert first.result().status_code == 200
    assert visitor.get("/search?q=aide").status_code == 200


def test_one_thread_renders_all_pages() -> None:
    seen: set[int] = set()

    class Recording(FakeEngine):
        def search(self, request: SearchRequest) -> SearchPage:
            seen.add(threading.get_ident())
            return super().search(request)

    visitor = client(1, Recording(ARTICLES), waiting=8)
    with ThreadPoolExecutor(4) as readers:
        assert {a.status_code for a in readers.map(lambda n: visitor.get(f"/search?q=aide&page={n}"), range(1, 9))} == {
            200
        }
    assert len(seen) == 1


def test_a_request_that_times_out_in_the_queue_is_never_searched() -> None:
    engine = Slow()
    visitor = client(1, engine, waiting=1, patience=0.01)
    with ThreadPoolExecutor(1) as reader:
        first = reader.submit(visitor.get, "/search?q=aide")
        assert engine.begun.wait(30)
        assert visitor.get("/search?q=casques").status_code == 503
        engine.let.set()
        assert first.result().status_code == 200, "a request in progress is not cancelled"
    assert visitor.get("/search?q=aide").status_code == 200
    assert [asked.q for asked in engine.requests] == ["aide", "aide"]
