"""SQLite FTS5: texts in the FTS5 table, what facets count in a narrow table beside it.

As its docs advise: one transaction, no journal and no syncing while building, `optimize` at the end, `ORDER BY rank`
with the weights of bm25 configured once. Tried and kept: a large hash table while building (one level of the index
instead of dozens); small integers for sources; one grouped count that gives the total and both facets at once, with
or without filters, instead of a query for each; snippets asked for the ten hits by rowid.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.article import BenchArticle, read_articles
from benchmarks.days import NAMES, span
from benchmarks.peers.peer import SIZE, TITLE_WEIGHT, Facts, child
from benchmarks.queries import BenchQuery
from benchmarks.tree import FTS5

FILE = "articles.db"
BUILDING = {"journal_mode": "OFF", "synchronous": "OFF", "cache_size": -262_144, "temp_store": "MEMORY"}
READING = {"cache_size": -262_144, "mmap_size": 8 << 30, "temp_store": "MEMORY"}
HASH_BYTES = 64 << 20
SNIPPET_TOKENS = 45
"""About 280 characters of French."""

TABLES = (
    'CREATE VIRTUAL TABLE texts USING fts5(title, body, tokenize="unicode61 remove_diacritics 2")',
    f"INSERT INTO texts(texts, rank) VALUES('rank', 'bm25({TITLE_WEIGHT}, 1.0)')",
    f"INSERT INTO texts(texts, rank) VALUES('hashsize', {HASH_BYTES})",
    "CREATE TABLE facets(number INTEGER PRIMARY KEY, source INTEGER, day INTEGER, month INTEGER)",
    "CREATE TABLE articles(number INTEGER PRIMARY KEY, id TEXT, source TEXT, date TEXT, url TEXT)",
    "CREATE TABLE sources(number INTEGER PRIMARY KEY, name TEXT)",
)
UNITS = {"year": "month / 12", "month": "month", "day": "day"}
MATCHES = "FROM texts JOIN facets ON facets.number = texts.rowid WHERE texts MATCH ?"


def _connect(path: Path, settings: dict[str, Any]) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for name, value in settings.items():
        connection.execute(f"PRAGMA {name} = {value}")
    return connection


class Builder:
    """Fills the tables; what is not text waits in memory, a few integers an article, for one insert a table."""

    def __init__(self, path: Path) -> None:
        self._connection = _connect(path, BUILDING)
        self._sources: dict[str, int] = {}

    def build(self, corpus: Path) -> None:
        run = self._connection.execute
        for statement in TABLES:
            run(statement)
        run("BEGIN")
        self._fill("INSERT INTO texts(rowid, title, body) VALUES(?, ?, ?)", self._texts(corpus))
        self._fill("INSERT INTO facets VALUES(?, ?, ?, ?)", self._facets(corpus))
        self._fill("INSERT INTO articles VALUES(?, ?, ?, ?, ?)", self._articles(corpus))
        self._fill("INSERT INTO sources VALUES(?, ?)", ((number, name) for name, number in self._sources.items()))
        run("COMMIT")
        run("INSERT INTO texts(texts) VALUES('optimize')")
        run("PRAGMA optimize")
        self._connection.close()

    def _fill(self, statement: str, rows: Iterator[tuple[Any, ...]]) -> None:
        self._connection.executemany(statement, rows)

    def _texts(self, corpus: Path) -> Iterator[tuple[Any, ...]]:
        return ((number, article.title, article.body) for number, article in enumerate(read_articles(corpus), 1))

    def _facets(self, corpus: Path) -> Iterator[tuple[Any, ...]]:
        for number, article in enumerate(read_articles(corpus), 1):
            yield number, self._source(article), article.day, article.month

    def _source(self, article: BenchArticle) -> int | None:
        return self._sources.setdefault(article.source, len(self._sources)) if article.source else None

    def _articles(self, corpus: Path) -> Iterator[tuple[Any, ...]]:
        for number, article in enumerate(read_articles(corpus), 1):
            yield number, article.id, article.source, article.date, article.url


class Asked(NamedTuple):
    text: str
    source: int | None
    days: tuple[int, int] | None
    unit: str


class Answer(NamedTuple):
    total: int
    hits: list[tuple[Any, ...]]
    sources: Counter[int]
    dates: Counter[int]
    unit: str


class OpenFts5:
    def __init__(self, directory: Path) -> None:
        self._connection = _connect(directory / FILE, READING)
        self._names: dict[int, str] = dict(self._rows("SELECT number, name FROM sources"))

    def _rows(self, statement: str, *values: Any) -> list[Any]:
        return self._connection.execute(statement, values).fetchall()

    def prepare(self, query: BenchQuery) -> Asked:
        numbers = {name: number for number, name in self._names.items()}
        source = numbers.get(query.source, -1) if query.source else None
        return Asked(FTS5.write(query.tree), source, span(query.months) if query.months else None, query.unit)

    def page(self, asked: Asked) -> Answer:
        best = self._best(asked)
        total, sources, dates = self._counts(asked)
        return Answer(total, self._hits(asked.text, best), sources, dates, asked.unit)

    def _best(self, asked: Asked) -> list[int]:
        """The rowids of the ten best; without a filter the table of facets is not touched."""
        if asked.source is not None:
            rows = self._rows(f"SELECT texts.rowid {MATCHES} AND source = ? {TOP}", asked.text, asked.source)
        elif asked.days:
            rows = self._rows(f"SELECT texts.rowid {MATCHES} AND day BETWEEN ? AND ? {TOP}", asked.text, *asked.days)
        else:
            rows = self._rows(f"SELECT rowid FROM texts WHERE texts MATCH ? {TOP}", asked.text)
        return [rowid for (rowid,) in rows]

    def _counts(self, asked: Asked) -> tuple[int, Counter[int], Counter[int]]:
        """Total and both facets (each without its own filter), from one count by source, date and "in the dates"."""
        inside = "day BETWEEN {} AND {}".format(*asked.days) if asked.days else "1"
        columns = f"source, {UNITS[asked.unit]}, {inside}"
        rows = self._rows(f"SELECT {columns}, count(*) {MATCHES} GROUP BY 1, 2, 3", asked.text)
        total, sources, dates = 0, Counter[int](), Counter[int]()
        for source, bucket, dated, count in rows:
            selected = asked.source is None or source == asked.source
            sources[source] += count if dated else 0
            dates[bucket] += count if selected else 0
            total += count if dated and selected else 0
        return total, sources, dates

    def _hits(self, text: str, best: list[int]) -> list[tuple[Any, ...]]:
        marks = ", ".join("?" * len(best))
        rows = {row[0]: row for row in self._rows(f"{HITS} AND texts.rowid IN ({marks})", text, *best)}
        return [rows[rowid] for rowid in best]

    def facts(self, answer: Answer) -> Facts:
        name = NAMES[answer.unit]
        return Facts(
            total=answer.total,
            hits=len(answer.hits),
            snippets=sum(bool(hit[2]) for hit in answer.hits),
            sources={self._names[number]: count for number, count in answer.sources.items() if number is not None},
            dates={name(number): count for number, count in answer.dates.items() if number is not None},
        )

    def describe(self) -> str:
        return f"{self._rows('SELECT count(*) FROM articles')[0][0]} articles"


TOP = f"ORDER BY rank LIMIT {SIZE}"
HITS = (
    f"SELECT texts.rowid, title, snippet(texts, 1, '<mark>', '</mark>', '…', {SNIPPET_TOKENS}), id, source, date, url "
    "FROM texts JOIN articles ON articles.number = texts.rowid WHERE texts MATCH ?"
)


class Fts5:
    name = "fts5"
    differs = (
        "does not stem: `manifestation` does not find *manifestations*, so it finds fewer articles and has less to do",
        "indexes and searches with one thread, whatever the number of cores",
        "texts are stored uncompressed; its transaction is not synced to the disk",
        "snippets are counted in tokens and not escaped for HTML; titles are not marked",
    )

    def version(self) -> str:
        with sqlite3.connect(":memory:") as connection:
            try:
                connection.execute("CREATE VIRTUAL TABLE probe USING fts5(text)")
            except sqlite3.OperationalError as error:
                raise ImportError(f"this SQLite has no FTS5: {error}") from error
        return f"SQLite FTS5 {sqlite3.sqlite_version}"

    def command(self, corpus: Path, directory: Path, jobs: int) -> list[str]:
        return child("build", self.name, corpus, directory, "--jobs", jobs)

    def build(self, corpus: Path, directory: Path, jobs: int) -> None:
        Builder(directory / FILE).build(corpus)

    def load(self) -> None:
        """The imports above are all."""

    def open(self, directory: Path) -> OpenFts5:
        return OpenFts5(directory)


PEER = Fts5()
