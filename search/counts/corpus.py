"""Articles by source and year, counted from the columns, without deleted documents."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from kiosque.index.commit.reports import refusals_name
from kiosque.search.counts.facets import most_frequent, values_found
from kiosque.search.execute.kernels import DELETED
from kiosque.search.execute.snapshot import Snapshot, View
from kiosque.search.facet_table import MOST_SOURCES
from kiosque.search.model import Corpus, SourceYears, Summary

NO_YEAR = 0
"""The year of an article without a date."""


def corpus_of(snapshot: Snapshot) -> Corpus:
    """The counts of a snapshot, most frequent sources first, and the report of the run that read its articles."""
    years, place_of_date = _years(snapshot.dates.texts)
    names, row_of_source, others = _rows(snapshot)
    counts = np.zeros((len(names) + 1, len(years)), np.int64)
    for view in snapshot.views:
        counts += _counts(view, row_of_source, place_of_date, counts.shape)
    kept = refusals_name(snapshot.reader.generation()) if snapshot.reading else None
    found = described(names, years, counts[:-1], snapshot.reading, kept)
    rest = _row(None, years, counts[-1]) if others else None
    return replace(found, all=_row(None, years, counts.sum(0)), others=others, rest=rest)


def described(
    sources: list[str], years: list[int], counts: NDArray[np.int64], reading: Summary | None, refusals: str | None
) -> Corpus:
    """The view of counts by source and year, int64 of shape (sources, years), NO_YEAR first."""
    rows = [_row(name or None, years, row) for name, row in zip(sources, counts, strict=True)]
    return Corpus(
        all=_row(None, years, counts.sum(0)),
        sources=sorted(filter(_total, rows), key=lambda row: (-row.total, row.source or "")),
        reading=reading,
        refusals=refusals,
    )


def _rows(snapshot: Snapshot) -> tuple[list[str], NDArray[np.int64], int]:
    """The sources with a row of their own; the row of every source, the last for the rest; how many are in the rest."""
    names = snapshot.sources.texts
    if len(names) <= MOST_SOURCES:
        return names, np.arange(len(names)), 0
    totals = np.zeros(len(names), np.int64)
    for view in snapshot.views:
        totals += np.bincount(view.places["source"][_kept(view, "column.source")], minlength=len(names))
    places = most_frequent(totals, names, MOST_SOURCES)
    if names[0] == "":
        places = np.append(places, 0)
    rows = np.full(len(names), len(places), np.int64)
    rows[places] = np.arange(len(places))
    return [names[at] for at in places.tolist()], rows, max(values_found(totals, names) - MOST_SOURCES, 0)


def _years(dates: list[str]) -> tuple[list[int], NDArray[np.int64]]:
    """The years of the dates, sorted, NO_YEAR first, and the place of each date's year among them (int64)."""
    found, places = np.unique([NO_YEAR, *(int(date[:4] or NO_YEAR) for date in dates)], return_inverse=True)
    return found.tolist(), places[1:]


def _counts(
    view: View, row_of_source: NDArray[np.int64], place_of_date: NDArray[np.int64], shape: tuple[int, int]
) -> NDArray[np.int64]:
    """The number of a view's documents by row of sources and year; int64 of shape `shape`."""
    cells = (row_of_source[view.places["source"]] * shape[1])[_kept(view, "column.source")]
    cells += place_of_date[view.places["date"]][_kept(view, "column.date")]
    return np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape)


def _kept(view: View, column: str) -> NDArray[np.uint32]:
    """A column's ordinals, without deleted documents."""
    values = np.asarray(view.data[column])
    return values[view.flags & DELETED == 0] if len(view.flags) else values


def _row(source: str | None, years: list[int], counts: NDArray[np.int64]) -> SourceYears:
    undated, *dated = counts.tolist()
    by_year = {f"{year:04}": count for year, count in zip(years[1:], dated, strict=True) if count}
    return SourceYears(source=source, total=undated + sum(dated), undated=undated, years=by_year)


def _total(row: SourceYears) -> int:
    return row.total
