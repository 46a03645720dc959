"""Exports on their way hold nobody up, and there are not too many of them."""

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
    """Searches when it is let."""

    def __init__(self) -> None:
        super().__init__(ARTICLES)
        self.begun, self.let = threading.Event(), threading.Event()

    def search(self, request: SearchRequest) -> SearchPage:
        self.begun.set()
        assert self.let.wait(30)
        return super().search(request)


def test_a_page_is_served_while_exports_are_sent() -> None:
    visitor = client(1)
    export = visitor.get("/search.csv?q=aide", buffered=False)
    assert visitor.get("/search?q=aide").status_code == 200
    assert export.text.count("kiev-") == 2


def test_one_export_too_many_is_told_to_come_back() -> None:
    visitor = client(1)
    first = visitor.get("/search.csv?q=aide", buffered=False)
    second = visitor.get("/api/v1/search.jsonl?q=aide")
    assert (second.status_code, second.mimetype) == (503, "application/problem+json")
    assert int(second.headers["Retry-After"]) > 0
    first.close()
    assert visitor.get("/search.csv?q=aide").status_code == 200


def test_a_refused_export_gives_its_place_back() -> None:
    visitor = client(1)
    for _ in range(3):
        with visitor.get("/search.csv?from=2022-13") as answer:
            assert answer.status_code == 400


@pytest.mark.parametrize(
    ("path", "mimetype"), [("/search?q=aide", "text/plain"), ("/api/v1/stats", "application/problem+json")]
)
def test_who_finds_the_line_full_is_told_to_come_back_and_the_others_are_served(path: str, mimetype: str) -> None:
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


def test_pages_are_rendered_by_one_thread_whoever_asks() -> None:
    seen: set[int] = set()

    class Watched(FakeEngine):
        def search(self, request: SearchRequest) -> SearchPage:
            seen.add(threading.get_ident())
            return super().search(request)

    visitor = client(1, Watched(ARTICLES), waiting=8)
    with ThreadPoolExecutor(4) as readers:
        assert {a.status_code for a in readers.map(lambda n: visitor.get(f"/search?q=aide&page={n}"), range(1, 9))} == {
            200
        }
    assert len(seen) == 1


def test_who_has_waited_in_vain_is_told_to_come_back_and_is_not_searched_for() -> None:
    engine = Slow()
    visitor = client(1, engine, waiting=1, patience=0.01)
    with ThreadPoolExecutor(1) as reader:
        first = reader.submit(visitor.get, "/search?q=aide")
        assert engine.begun.wait(30)
        assert visitor.get("/search?q=casques").status_code == 503
        engine.let.set()
        assert first.result().status_code == 200, "what is being answered is not given up"
    assert visitor.get("/search?q=aide").status_code == 200
    assert [asked.q for asked in engine.requests] == ["aide", "aide"]
