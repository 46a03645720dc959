"""Counts -> the buckets that a page shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from itertools import accumulate

from index.days import day_iso, day_span
from search.dates import Days
from search.execute import UNDATED
from search.model import DateBucket, DateFacet, SourceCount, Unit

DAYS_OF_DAYS = 62
"""Up to two months are drawn by day."""

DAYS_OF_MONTHS = 366 * 4
"""Up to four years are drawn by month, more by year."""

LONGEST_MONTH = 31

LENGTHS = {"year": 4, "month": 7, "day": 10}


def source_facet(counts: Mapping[str, int], selected: frozenset[str]) -> list[SourceCount]:
    """Sources by falling count, then name; a selected one stays, even at 0. Articles without a source are in none."""
    counts = {**dict.fromkeys(selected, 0), **counts}
    rows = [SourceCount(value=name, count=count, selected=name in selected) for name, count in counts.items() if name]
    return sorted((row for row in rows if row.count or row.selected), key=lambda row: (-row.count, row.value))


def date_facet(counts: Counter[tuple[int, int]], selected: Days) -> DateFacet:
    """The histogram of the articles' dates, in the unit that suits the selected days or else all that were found.

    An article counts in every bucket that it may belong to, so that a bucket's count is what its link finds.
    """
    dated = {span: count for span, count in counts.items() if span[0] != UNDATED and count}
    undated = sum(count for (first, _), count in counts.items() if first == UNDATED)
    if not dated:
        return DateFacet(unit="year", buckets=[], undated=undated)
    ends = min(first for first, _ in dated), max(last for _, last in dated)
    unit, window = _window(ends, selected, finest=min(last - first for first, last in dated) + 1)
    return DateFacet(unit=unit, buckets=_buckets(dated, unit, window, selected), undated=undated)


def _window(ends: tuple[int, int], selected: Days, finest: int) -> tuple[Unit, tuple[int, int]]:
    """What to draw: the selection with its surroundings, so that a picked bar keeps its neighbours.

    `finest` is the shortest span of a date, in days: where all that is known is the month, no days are drawn.
    """
    since, until = max(ends[0], selected[0] or ends[0]), min(ends[1], selected[1] or ends[1])
    if since > until or selected == (None, None):
        since, until = ends
    unit = _unit(until - since + 1, finest)
    if selected == (None, None):
        return unit, ends
    whole = LENGTHS["month" if unit == "day" else "year"]
    first, last = day_span(day_iso(since)[:whole])[0], day_span(day_iso(until)[:whole])[1]
    return unit, (max(first, ends[0]), min(last, ends[1]))


def _unit(days: int, finest: int) -> Unit:
    if days <= DAYS_OF_DAYS and finest == 1:
        return "day"
    return "month" if days <= DAYS_OF_MONTHS and finest <= LONGEST_MONTH else "year"


def _buckets(
    dated: Mapping[tuple[int, int], int], unit: Unit, window: tuple[int, int], selected: Days
) -> list[DateBucket]:
    names = _names(unit, window)
    place = {name: at for at, name in enumerate(names)}
    steps = [0] * (len(names) + 1)
    for (first, last), count in dated.items():
        if last >= window[0] and first <= window[1]:
            steps[place[_name(max(first, window[0]), unit)]] += count
            steps[place[_name(min(last, window[1]), unit)] + 1] -= count
    return [_bucket(name, count, selected) for name, count in zip(names, accumulate(steps[:-1]), strict=True)]


def _bucket(name: str, count: int, selected: Days) -> DateBucket:
    first, last = day_span(name)
    since, until = selected
    picked = selected != (None, None) and (since is None or first >= since) and (until is None or last <= until)
    return DateBucket(since=name, until=name, count=count, selected=picked)


def _name(day: int, unit: Unit) -> str:
    return day_iso(day)[: LENGTHS[unit]]


def _names(unit: Unit, window: tuple[int, int]) -> list[str]:
    first, last = (date.fromordinal(day) for day in window)
    if unit == "year":
        return [f"{year:04}" for year in range(first.year, last.year + 1)]
    if unit == "month":
        months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
        return [f"{month // 12:04}-{month % 12 + 1:02}" for month in months]
    return [day_iso(day) for day in range(window[0], window[1] + 1)]
