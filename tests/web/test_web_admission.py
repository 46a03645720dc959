"""Admission: exports do not block pages, and both are limited."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from werkzeug.test import Client

from kiosque.search import SearchPage, SearchRequest, deadline, giving_way
from kiosque.web.api.exports import FORMATS
from kiosque.web.app import create_app
from kiosque.web.serving.admission import EXPORT_PATHS, Admission
from tests.web.fake_engine import ARTICLES, FakeEngine, visit


@pytest.fixture(autouse=True)
def no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """No page takes long, however busy the machine."""
    monkeypatch.setattr(giving_way, "clock", lambda: 0.0)


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


# What costs more than a page gives way to pages.


class Heavy(FakeEngine):
    """A search for "lourd" reads more postings than a short answer may, or computes for longer, and then waits."""

    def __init__(self, cost: Callable[[], None]) -> None:
        super().__init__(ARTICLES)
        self.cost, self.begun, self.let = cost, threading.Event(), threading.Event()

    def search(self, request: SearchRequest) -> SearchPage:
        if request.q == "lourd":
            self.cost()
            self.begun.set()
            assert self.let.wait(30)
        return super().search(request)


class Clock:
    """Processor time of a thread that has just computed for an hour."""

    seconds = 0.0

    def __call__(self) -> float:
        self.seconds += 3600
        return self.seconds


@pytest.mark.parametrize("by", ["postings", "time"])
@pytest.mark.parametrize("path", ["/search?q=lourd", "/api/v1/search?q=lourd", "/search.atom?q=lourd"])
def test_a_long_request_is_answered_and_holds_up_no_page(path: str, by: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Heavy(lambda: giving_way.spend(10**9) if by == "postings" else deadline.check())
    if by == "time":
        monkeypatch.setattr(giving_way, "clock", Clock())
    visitor = client(1, engine, waiting=0, patience=30)
    with ThreadPoolExecutor(1) as reader:
        long = reader.submit(visitor.get, path)
        assert engine.begun.wait(30)
        monkeypatch.setattr(giving_way, "clock", lambda: 0.0)
        assert [visitor.get(url).status_code for url in ("/", "/search?q=aide", "/api/v1/stats")] == [200, 200, 200]
        engine.let.set()
        assert long.result().status_code == 200


def test_long_requests_have_a_queue_that_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosque.web.serving.admission.LONG_WAITING", 0)
    engine = Heavy(lambda: giving_way.spend(10**9))
    visitor = client(1, engine)
    with ThreadPoolExecutor(1) as reader:
        first = reader.submit(visitor.get, "/search?q=lourd")
        assert engine.begun.wait(30)
        refused = visitor.get("/search?q=lourd")
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
        assert visitor.get("/search?q=aide").status_code == 200
        engine.let.set()
        assert first.result().status_code == 200


def test_a_request_that_begins_again_takes_one_turn_of_its_rate() -> None:
    engine = Heavy(lambda: giving_way.spend(10**9))
    engine.let.set()
    app = create_app({"ENGINE": engine, "RATE": 2})
    visitor = Client(Admission(app, 1, 1, 60))
    assert [visitor.get("/search?q=lourd").status_code for _ in range(3)] == [200, 200, 429]


def test_a_feed_is_a_page() -> None:
    visitor = client(1)
    export = visitor.get("/search.csv?q=aide", buffered=False)
    assert visitor.get("/search.csv?q=aide").status_code == 503
    assert visitor.get("/search.atom?q=aide").status_code == visitor.get("/api/v1/search.atom").status_code == 200
    export.close()


def test_every_export_is_admitted_as_one() -> None:
    rules = visit().application.url_map.iter_rules()
    streamed = {rule.rule for rule in rules if rule.endpoint in ("exports.whole", "exports.api")}
    assert len(streamed) == 2
    for rule in streamed:
        assert {path for path in EXPORT_PATHS if path.startswith(rule.partition("<")[0])}
    assert len(EXPORT_PATHS) == 2 * len(FORMATS)
