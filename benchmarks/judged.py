"""Judged collections: articles, queries, and which articles answer which query."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from benchmarks.corpus import REAL
from kiosque.corpus.article import Article

FOLDER = REAL.parent / "relevance"


class Row(msgspec.Struct):
    """A line of a collection's file."""

    id: str
    title: str
    body: str
    source: str | None = None
    date: str | None = None


@dataclass(frozen=True)
class Judged:
    """A collection. `qrels` has for each query the grades of its articles; `without` an article that does not count:
    the one that the query was made from."""

    name: str
    articles: list[Article]
    queries: dict[str, str]
    qrels: dict[str, dict[str, int]]
    without: dict[str, str] = field(default_factory=dict)

    def fair(self, run: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        """The run without the articles that do not count."""
        return {query: [id for id in ids if id != self.without.get(query)] for query, ids in run.items()}


def held_back(query: str) -> bool:
    """Whether a query is of the half that reports and never chooses; by a hash of its number, so it never changes."""
    return _digest(query)[0] % 2 == 1


def in_order_of_hash(queries: Iterable[str]) -> list[str]:
    """An order that never changes and means nothing: its beginning is a sample."""
    return sorted(queries, key=_digest)


def _digest(query: str) -> bytes:
    return hashlib.sha256(query.encode()).digest()


def titles() -> Judged:
    """The titles of press articles ask for their bodies, which alone are indexed."""
    queries, qrels = _queries(FOLDER / "titles"), _qrels(FOLDER / "titles")
    return Judged("titles", [_article(row, title="") for row in rows(REAL)], queries, qrels)


def piaf() -> Judged:
    """Questions to paragraphs of the French Wikipedia."""
    articles = [_article(row, row.title) for row in rows(FOLDER / "piaf" / "corpus.jsonl.gz")]
    return Judged("piaf", articles, _queries(FOLDER / "piaf"), _qrels(FOLDER / "piaf"))


def rows(path: Path) -> Iterator[Row]:
    """The articles of a .jsonl.gz."""
    decoder = msgspec.json.Decoder(Row)
    with gzip.open(path) as lines:
        yield from map(decoder.decode, lines)


def _article(row: Row, title: str) -> Article:
    return Article(id=row.id, title=title, body=row.body, source=row.source, date=(row.date or "")[:10] or None)


def _queries(folder: Path) -> dict[str, str]:
    lines = (folder / "queries.tsv").read_text("utf-8").splitlines()
    return dict(line.split("\t", 1) for line in lines)


def _qrels(folder: Path) -> dict[str, dict[str, int]]:
    qrels: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.txt").read_text("utf-8").splitlines():
        query, _, article, grade = line.split()
        qrels.setdefault(query, {})[article] = int(grade)
    return qrels
