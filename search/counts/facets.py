"""Counts -> buckets of facets."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

from kiosque.index.text.days import day_iso, day_span
from kiosque.search.dates import Days
from kiosque.search.execute.search_result import Filters
from kiosque.search.facet_table import VALUED, Facet
from kiosque.search.leaves.filters import EPOCH, UNDATED, Values
from kiosque.search.model import DateBucket, DateFacet, Facets, Unit, ValueCount

Counts = NDArray[np.int64]

DAYS_OF_DAYS = 62
"""Up to two months are drawn by day."""

DAYS_OF_MONTHS = 366 * 4
"""Up to four years are drawn by month, more by year."""

LONGEST_MONTH = 31

CODES = {"year": "Y", "month": "M", "day": "D"}
"""NumPy's names of the units."""


def facets_of(counts: Mapping[str, Counts], values: Mapping[str, Values], filters: Filters) -> Facets:
    """The facets of a result: `counts` by column, by the place of the value in its sorted `values`."""
    found = {
        row.column: value_facet(counts[row.column], values[row.column].texts, filters.values(row.column), row.most)
        for row in VALUED
    }
    return Facets(
        date=date_facet(counts["date"], values["date"], filters.days),
        sources=values_found(counts["source"], values["source"].texts),
        **found,
    )


def values_of(facets: Facets, row: Facet) -> tuple[list[ValueCount], int]:
    """The buckets of a facet of values, and how many values have articles, listed or not."""
    buckets: list[ValueCount] = getattr(facets, row.column)
    return buckets, max(len(buckets), facets.sources if row.column == "source" else 0)


def value_facet(counts: Counts, names: Sequence[str], selected: frozenset[str], most: int) -> list[ValueCount]:
    """The `most` most frequent values, by falling count, then name, and the selected ones, even at 0. The empty value
    is none.

    `counts` is int64 by the place of the value in `names`, which are sorted.
    """
    places = most_frequent(counts, names, most)
    rows = [
        ValueCount(value=names[at], count=count, selected=names[at] in selected)
        for at, count in zip(places.tolist(), counts[places].tolist(), strict=True)
    ]
    others = sorted(selected - {row.value for row in rows}) if selected else []
    return rows + [ValueCount(value=name, count=_count_of(name, counts, names), selected=True) for name in others]


def values_found(counts: Counts, names: Sequence[str]) -> int:
    """How many values have articles; a facet lists the most frequent."""
    return int(np.count_nonzero(counts)) - int(names[:1] == [""] and counts[0] > 0)


def most_frequent(counts: Counts, names: Sequence[str], most: int) -> NDArray[np.int64]:
    """The places of the `most` most frequent names, by falling count, then name; without the empty name."""
    [found] = counts[: len(names)].nonzero()
    if names[:1] == [""] and counts[0]:
        found = found[1:]
    keys = found - counts[found] * len(names)
    if len(found) > most:
        kept = keys.argpartition(most)[:most]
        found, keys = found[kept], keys[kept]
    return found[keys.argsort()]


def _count_of(name: str, counts: Counts, names: Sequence[str]) -> int:
    at = bisect_left(names, name)
    return int(counts[at]) if at < len(names) and names[at] == name else 0


def date_facet(counts: Counts, values: Values, selected: Days) -> DateFacet:
    """The histogram of the dates, in the unit that suits the selected days, or else the span of the articles found.

    `counts` is int64 by the place of the date in `values`. An article counts in every bucket that it may belong to, so
    a bucket's count is what its link finds.
    """
    undated, first, last, finest = map(int, _extent(counts, values.first, values.last))
    if not last:
        return DateFacet(unit="year", buckets=[], undated=undated)
    unit, window = _window((first, last), selected, finest)
    begin, end = (_place(day, unit) for day in window)
    heights = np.zeros(end - begin + 2, np.int64)
    _add_up(counts, values.first, *values.places(CODES[unit]), begin, heights)
    return DateFacet(
        unit=unit,
        buckets=[_bucket(_name(begin + at, unit), count, selected) for at, count in enumerate(heights[:-1].tolist())],
        undated=undated,
    )


@njit(nogil=True, cache=True)
def _extent(
    counts: Counts, first: NDArray[np.int32], last: NDArray[np.int32]
) -> tuple[np.int64, np.int64, np.int64, np.int64]:
    """How many articles are undated; the first and the last day of the dates (0 without any); the shortest span of a
    date, in days."""
    undated = low = high = finest = np.int64(0)
    for at in range(len(counts)):
        if counts[at] == 0:
            continue
        if first[at] == UNDATED:
            undated += counts[at]
            continue
        begins, ends = np.int64(first[at]), np.int64(last[at])
        low = begins if high == 0 else min(low, begins)
        finest = ends - begins + 1 if high == 0 else min(finest, ends - begins + 1)
        high = max(high, ends)
    return undated, low, high, finest


@njit(nogil=True, cache=True)
def _add_up(
    counts: Counts,
    days: NDArray[np.int32],
    first: NDArray[np.int64],
    last: NDArray[np.int64],
    begin: int,
    heights: NDArray[np.int64],
) -> None:
    """Adds each date's count to every place that it may belong to. `heights` begins at `begin`, and has one spare."""
    end = begin + len(heights) - 2
    for at in range(len(counts)):
        if counts[at] > 0 and days[at] != UNDATED and first[at] <= end and last[at] >= begin:
            heights[max(first[at], begin) - begin] += counts[at]
            heights[min(last[at], end) - begin + 1] -= counts[at]
    for place in range(1, len(heights)):
        heights[place] += heights[place - 1]


def _window(ends: tuple[int, int], selected: Days, finest: int) -> tuple[Unit, tuple[int, int]]:
    """The unit and the span to draw: the selection with its surroundings, so that a picked bar keeps its neighbours.

    `finest` is the shortest span of a date, in days: dates that are known to the month are not drawn by day.
    """
    since, until = max(ends[0], selected[0] or ends[0]), min(ends[1], selected[1] or ends[1])
    if since > until or selected == (None, None):
        since, until = ends
    unit = _unit(until - since + 1, finest)
    if selected == (None, None):
        return unit, ends
    around: Unit = "month" if unit == "day" else "year"
    first, last = day_span(_name(_place(since, around), around))[0], day_span(_name(_place(until, around), around))[1]
    return unit, (max(first, ends[0]), min(last, ends[1]))


def _unit(days: int, finest: int) -> Unit:
    if days <= DAYS_OF_DAYS and finest == 1:
        return "day"
    return "month" if days <= DAYS_OF_MONTHS and finest <= LONGEST_MONTH else "year"


def _bucket(name: str, count: int, selected: Days) -> DateBucket:
    since, until = selected
    picked = False
    if selected != (None, None):
        first, last = day_span(name)
        picked = (since is None or first >= since) and (until is None or last <= until)
    return DateBucket(since=name, until=name, count=count, selected=picked)


def _place(day: int, unit: Unit) -> int:
    """`calendar_places` of one day."""
    if unit == "day":
        return day - EPOCH
    of_day = date.fromordinal(day)
    return of_day.year - 1970 if unit == "year" else (of_day.year - 1970) * 12 + of_day.month - 1


@lru_cache(maxsize=1 << 14)
def _name(place: int, unit: Unit) -> str:
    """The ISO date of a place that `_place` returned."""
    if unit == "day":
        return day_iso(place + EPOCH)
    return f"{1970 + place:04}" if unit == "year" else f"{1970 + place // 12:04}-{place % 12 + 1:02}"
