"""Exports on their way hold nobody up, and there are not too many of them."""

from __future__ import annotations

from fake_engine import ARTICLES, FakeEngine, visit
from werkzeug.test import Client

from web.turns import Turns


def client(exports: int) -> Client:
    return Client(Turns(visit(engine=FakeEngine(ARTICLES)).application, exports))


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
