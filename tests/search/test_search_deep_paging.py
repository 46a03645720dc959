"""Deep pages have the hits of the export, ordered once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kiosque.corpus.article import Article
from kiosque.search import Engine, SearchRequest
from kiosque.search.execute.deep_paging import FIRST, MOST, OrderCache

ROWS = [
    Article(
        id=f"a{n:04}", title=f"Titre {n % 7}", body="mot " * (n % 5 + 1), source=f"S{n % 3}", date=f"{1900 + n % 97}"
    )
    for n in range(1300)
]


@pytest.fixture(scope="module")
def engine(engine_over: Callable[..., Engine]) -> Engine:
    return engine_over(*ROWS)


def test_deep_pages_equal_the_export(engine: Engine) -> None:
    ids = [article.id for article in engine.export(SearchRequest(q="mot")).articles]
    assert len(ids) == len(ROWS) > FIRST
    for page in (10, 11, 12, 13, 14):
        found = engine.search(SearchRequest(q="mot", page=page, size=100))
        assert [hit.id for hit in found.hits] == ids[(page - 1) * 100 : page * 100]
        assert [hit.rank for hit in found.hits[:1]] == [(page - 1) * 100 + 1] * bool(found.hits)
        assert found.total == len(ROWS)


def test_deep_pages_depend_on_filters_and_order(engine: Engine) -> None:
    deep = SearchRequest(q="mot", page=12, size=100)
    assert engine.search(deep).total == len(ROWS)
    narrow = engine.search(SearchRequest(q="mot", sources=["S1"], page=12, size=100))
    assert (narrow.total, narrow.hits) == (len([row for row in ROWS if row.source == "S1"]), [])
    other = engine.search(SearchRequest(q="mot", sort="newest", page=12, size=100))
    newest = [article.id for article in engine.export(SearchRequest(q="mot", sort="newest")).articles]
    assert [hit.id for hit in other.hits] == newest[1100:1200] != [hit.id for hit in engine.search(deep).hits]


def test_orders_are_cached_and_the_oldest_is_evicted() -> None:
    orders: OrderCache[int] = OrderCache()
    found: list[int] = []

    def ask(number: int) -> int:
        def find() -> int:
            found.append(number)
            return number

        return orders.get(number, find)

    for number in (0, 0, 1, 0, *range(2, MOST + 2), 0):
        assert ask(number) == number
    assert found == [0, 1, *range(2, MOST + 2), 0]
