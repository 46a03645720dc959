"""Runs a query tree over an index: every match once, counted for both facets, the best kept in a stable order."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from whoosh.collectors import Collector
from whoosh.query import Query
from whoosh.reading import IndexReader
from whoosh.searching import Searcher

from search.dates import Days
from search.model import Sort

UNDATED = 0
"""The first and last day of an article without a date."""


@dataclass(frozen=True)
class Filters:
    """What narrows a result without scoring it; `undated` replaces `days`."""

    sources: frozenset[str]
    days: Days
    undated: bool

    def source_passes(self, source: str) -> bool:
        """Whether an article of this source is wanted."""
        return not self.sources or source in self.sources

    def days_pass(self, first: int, last: int) -> bool:
        """Whether an article whose date lies somewhere in first..last may be of the wanted days."""
        since, until = self.days
        if self.undated:
            return first == UNDATED
        if since is None and until is None:
            return True
        return first != UNDATED and (until is None or first <= until) and (since is None or last >= since)


@dataclass
class Outcome:
    """What a query found. Facet counts are disjunctive: each ignores its own filter and obeys the other's."""

    total: int = 0
    matched: int = 0
    """All that match the query, before the filters."""
    best: list[tuple[int, float]] = field(default_factory=list)
    sources: Counter[str] = field(default_factory=Counter)
    days: Counter[tuple[int, int]] = field(default_factory=Counter)


class Columns:
    """The columns of a reader by document number: id, source ("" is none), first and last day."""

    def __init__(self, reader: IndexReader) -> None:
        self._reader = reader

    def _column(self, name: str) -> list[int] | list[str]:
        column = self._reader.column_reader(name)
        return [column[number] for number in range(self._reader.doc_count_all())]

    @cached_property
    def ids(self) -> list[str]:
        """The id of each document; "" for deleted ones."""
        found = [""] * self._reader.doc_count_all()
        for number, stored in self._reader.iter_docs():
            found[number] = stored["id"]
        return found

    @cached_property
    def rows(self) -> list[tuple[str, int, int]]:
        """Source, first and last day of each document."""
        return list(zip(*(self._column(name) for name in ("source", "first_day", "last_day")), strict=True))


class _Everything(Collector):  # type: ignore[misc]
    """Keeps the number and score of every match; Whoosh's own collectors stop counting at their limit."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, float]] = []

    def collect(self, sub_docnum: int) -> None:
        self.found.append((self.offset + sub_docnum, self.matcher.score()))


def execute(searcher: Searcher, columns: Columns, tree: Query, filters: Filters, sort: Sort, best: int) -> Outcome:
    """The `best` first matches in the order of `sort`, the exact total and the counts of both facets."""
    matches = _matches(searcher, tree)
    outcome = Outcome(matched=len(matches))
    outcome.best = heapq.nsmallest(best, _passing(matches, columns, filters, outcome), _order(columns, sort))
    return outcome


def _matches(searcher: Searcher, tree: Query) -> list[tuple[int, float]]:
    collector = _Everything()
    searcher.search_with_collector(tree, collector, searcher.context(needs_current=True))
    return collector.found


def _passing(
    matches: list[tuple[int, float]], columns: Columns, filters: Filters, outcome: Outcome
) -> Iterator[tuple[int, float]]:
    for number, score in matches:
        source, first, last = columns.rows[number]
        source_passes, days_pass = filters.source_passes(source), filters.days_pass(first, last)
        outcome.sources[source] += days_pass
        outcome.days[first, last] += source_passes
        if source_passes and days_pass:
            outcome.total += 1
            yield number, score


def _order(columns: Columns, sort: Sort) -> Callable[[tuple[int, float]], tuple[float | int | str, ...]]:
    """Score, then date (newest first), then id; by date, articles without one come last."""
    ids, rows = columns.ids, columns.rows
    if sort == "relevance":
        return lambda match: (-match[1], -rows[match[0]][2], ids[match[0]])
    if sort == "newest":
        return lambda match: (-rows[match[0]][2], -match[1], ids[match[0]])
    return lambda match: (rows[match[0]][1] == UNDATED, rows[match[0]][1], -match[1], ids[match[0]])
