"""What readers ask of a server, in the shares in which they might: pages, the API, articles, exports, feeds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Final
from urllib.parse import quote, urlencode

from benchmarks.article import BenchArticle
from benchmarks.load_client import Asked
from benchmarks.load_corpus import WORD
from benchmarks.queries import BenchQuery
from benchmarks.tree import KIOSQUE

SHARES: Final = {
    "page": 40,
    "api": 25,
    "witness": 10,
    "article": 8,
    "suggest": 8,
    "trends": 3,
    "feed": 2,
    "citation": 2,
    "export": 1,
    "start": 1,
}


def mix(articles: list[BenchArticle], queries: list[BenchQuery], seed: int) -> Iterator[Asked]:
    """Requests without end; the same seed gives the same."""
    rng = Random(seed)
    kinds, weights = list(SHARES), list(SHARES.values())
    while True:
        [kind] = rng.choices(kinds, weights)
        yield Asked(kind, PATHS[kind](rng.choice(queries), rng.choice(articles)))


def _asked(query: BenchQuery) -> str:
    since, until = query.months or ("", "")
    fields = {"q": KIOSQUE.write(query.tree), "source": query.source, "from": since, "to": until}
    return urlencode({name: value for name, value in fields.items() if value})


def _of(query: BenchQuery) -> str:
    return urlencode({"q": KIOSQUE.write(query.tree)})


PATHS: Final[dict[str, Callable[[BenchQuery, BenchArticle], str]]] = {
    "page": lambda query, article: f"/search?{_asked(query)}",
    "api": lambda query, article: f"/api/v1/search?{_asked(query)}",
    "witness": lambda query, article: f"/api/v1/search?q={WORD}&size=20",
    "article": lambda query, article: f"/articles/{quote(article.id)}?{_of(query)}",
    "suggest": lambda query, article: f"/api/v1/suggest?q={quote(article.title[:4])}",
    "trends": lambda query, article: f"/api/v1/trends?{_of(query)}",
    "feed": lambda query, article: f"/search.atom?{_of(query)}",
    "citation": lambda query, article: f"/citations/{quote(article.id)}?format=ris",
    "export": lambda query, article: f"/search.csv?{_asked(query)}",
    "start": lambda query, article: "/",
}
