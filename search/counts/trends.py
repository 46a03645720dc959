"""Trends: the articles of queries by day, month or year, beside those of the whole corpus."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray
from whoosh.query import Query

from kiosque.search.counts.facets import CODES
from kiosque.search.dates import parameter_days
from kiosque.search.errors import RequestError
from kiosque.search.execute.search_result import Filters
from kiosque.search.execute.searchable import Searchable
from kiosque.search.facet_table import wanted_values
from kiosque.search.leaves.filters import UNDATED, Values, calendar_places
from kiosque.search.model import Unit

MOST_QUERIES: Final = 5
MOST_PERIODS: Final = 4000
"""Maximum points of a line: eleven years of days."""

SOURCES_SHOWN: Final = 5

DAYS_OF_DAYS: Final = 92
DAYS_OF_MONTHS: Final = 366 * 20
"""Up to three months are counted by day and up to twenty years by month, unless a unit is asked for."""

DIGITS: Final = {"year": 4, "month": 7, "day": 10}
"""The length of an ISO date that names a period of the unit."""


class TrendsRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Queries to compare. Without a `unit`, the span of the dates chooses it."""

    queries: list[str] = []
    sources: list[str] = []
    sections: list[str] = []
    since: str | None = None
    until: str | None = None
    unit: Unit | None = None
    by_source: bool = False
    match: Literal["all", "any"] = "all"


class SourceTrend(msgspec.Struct, frozen=True, kw_only=True):
    """The matches of a query in one source, by period."""

    source: str
    total: int
    counts: list[int]


class Trend(msgspec.Struct, frozen=True, kw_only=True):
    """The matches of a query by period.

    total: the sum of `counts`. imprecise: how many are dated less precisely than the unit, and so are in no period.
    undated: how many have no date. sources: those with the most articles, if asked for.
    """

    query: str
    total: int
    counts: list[int]
    imprecise: int
    undated: int
    sources: list[SourceTrend] = []


class Trends(msgspec.Struct, frozen=True, kw_only=True):
    """Trends over the same periods (ISO, of the unit, without holes); `corpus` counts all articles by period."""

    unit: Unit
    periods: list[str]
    corpus: list[int]
    series: list[Trend]


Counts = NDArray[np.int64]
Parse = Callable[[str], Query]


def trends_of(state: Searchable, request: TrendsRequest, parse: Parse) -> Trends:
    """The trends of a state; `parse` makes a tree of a query. Raises RequestError."""
    if len(request.queries) > MOST_QUERIES:
        raise RequestError("q", f"On compare {MOST_QUERIES} recherches au plus.")
    trees = [parse(query) for query in request.queries]
    wanted = wanted_values(request)
    filters = Filters.selected(wanted)
    found = [state.execute(tree, filters, "newest", range(0)) for tree in trees]
    everything = state.execute(parse(""), filters, "newest", range(0)).counts["date"]
    window = _window(state.statistics.dates, request, [result.counts["date"] for result in found], everything)
    calendar = _Calendar(state.statistics.dates, window, request.unit)
    series = []
    for query, tree, result in zip(request.queries, trees, found, strict=True):
        names = _sources(state, result.counts["source"], request) if request.by_source else []
        sources = [_of_source(name, state, tree, wanted, calendar) for name in names]
        series.append(_trend(query, result.counts["date"], calendar, sources))
    return Trends(unit=calendar.unit, periods=calendar.periods, corpus=calendar.binned(everything), series=series)


def _trend(query: str, counts: Counts, calendar: _Calendar, sources: list[SourceTrend]) -> Trend:
    binned = calendar.binned(counts)
    imprecise, undated = calendar.left_out(counts)
    return Trend(query=query, total=sum(binned), counts=binned, imprecise=imprecise, undated=undated, sources=sources)


def _sources(state: Searchable, counts: Counts, request: TrendsRequest) -> list[str]:
    """The sources with the most articles, of the wanted ones where some are."""
    names = state.statistics.sources.texts
    found = [names[at] for at in np.argsort(-counts, kind="stable").tolist() if names[at] and counts[at]]
    return [name for name in found if not request.sources or name in request.sources][:SOURCES_SHOWN]


def _of_source(
    name: str, state: Searchable, tree: Query, wanted: dict[str, list[str]], calendar: _Calendar
) -> SourceTrend:
    filters = Filters.selected(wanted | {"source": [name]})
    counts = calendar.binned(state.execute(tree, filters, "newest", range(0)).counts["date"])
    return SourceTrend(source=name, total=sum(counts), counts=counts)


class _Calendar:
    """The periods of an answer, and the place of each date of the corpus among them."""

    def __init__(self, values: Values, window: tuple[int, int], unit: Unit | None) -> None:
        first, last = window
        self._values = values
        self.unit: Unit = unit or _unit(last - first + 1)
        self._code = CODES[self.unit]
        lengths = np.array([len(text) for text in values.texts], np.int64)
        self._inside = (values.first != UNDATED) & (values.last >= first) & (values.first <= last)
        self._precise = self._inside & (lengths >= DIGITS[self.unit])
        begin, end = calendar_places(np.array([first, last], np.int32), self._code).tolist()
        self._places = np.arange(begin, end + 1 if first <= last else begin)
        if len(self._places) > MOST_PERIODS and self.unit != "year":  # all years that a date can name are 9,999
            raise RequestError("unit", "La période est trop longue pour être comptée ainsi : choisissez le mois.")
        self.periods: list[str] = self._places.astype(f"datetime64[{self._code}]").astype(str).tolist()

    def binned(self, counts: Counts) -> list[int]:
        """Counts by period, from counts by date."""
        if not len(self._places):
            return []
        places = self._values.places(self._code)[0][self._precise] - self._places[0]
        kept = (places >= 0) & (places < len(self._places))
        binned = np.bincount(places[kept], counts[self._precise][kept], len(self._places))
        return [int(count) for count in binned]

    def left_out(self, counts: Counts) -> tuple[int, int]:
        """How many articles are dated less precisely than the unit, and how many not at all."""
        vague = counts[self._inside & ~self._precise].sum()
        return int(vague), int(counts[self._values.first == UNDATED].sum())


def _window(values: Values, request: TrendsRequest, found: Sequence[Counts], everything: Counts) -> tuple[int, int]:
    """The first and the last day with an article: of the corpus if dates are selected, else of the queries."""
    since, until = parameter_days(request.since, request.until)
    looked_at = [everything] if since or until or not found else found
    dated = (sum(looked_at, np.zeros(len(values.texts), np.int64)) > 0) & (values.first != UNDATED)
    if not dated.any():
        return 1, 0
    first, last = int(values.first[dated].min()), int(values.last[dated].max())
    return max(first, since or first), min(last, until or last)


def _unit(days: int) -> Unit:
    return "day" if days <= DAYS_OF_DAYS else "month" if days <= DAYS_OF_MONTHS else "year"
