"""What an index holds by source and year, counted from its columns; deleted documents do not count."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from index.reports import refusals_name
from search.kernels import DELETED
from search.model import Corpus, SourceYears, Summary
from search.snapshot import Snapshot, View

NO_YEAR = 0
"""What stands for the year of an article without a date."""


def corpus_of(snapshot: Snapshot) -> Corpus:
    """The counts of a snapshot, the sources with most articles first, and the report of the reading that made it."""
    years, place_of_date = _years(snapshot.dates.texts)
    counts = np.zeros((len(snapshot.sources.texts), len(years)), np.int64)
    for view in snapshot.views:
        counts += _counts(view, place_of_date, counts.shape)
    kept = refusals_name(snapshot.reader.generation()) if snapshot.reading else None
    return described(snapshot.sources.texts, years, counts, snapshot.reading, kept)


def described(
    sources: list[str], years: list[int], counts: NDArray[np.int64], reading: Summary | None, refusals: str | None
) -> Corpus:
    """Counts by source and year (int64 of that shape; NO_YEAR comes first) as they are shown."""
    rows = [_row(name or None, years, row) for name, row in zip(sources, counts, strict=True)]
    return Corpus(
        all=_row(None, years, counts.sum(0)),
        sources=sorted(filter(_total, rows), key=lambda row: (-row.total, row.source or "")),
        reading=reading,
        refusals=refusals,
    )


def _years(dates: list[str]) -> tuple[list[int], NDArray[np.int64]]:
    """The years of some dates, sorted, NO_YEAR first, and the place of each date's year among them (int64)."""
    found, places = np.unique([NO_YEAR, *(int(date[:4] or NO_YEAR) for date in dates)], return_inverse=True)
    return found.tolist(), places[1:]


def _counts(view: View, place_of_date: NDArray[np.int64], shape: tuple[int, int]) -> NDArray[np.int64]:
    """How many documents of a view each source has in each year; int64 of that shape."""
    sources, dates = view.data["column.source"], view.data["column.date"]
    if len(view.flags):
        kept = view.flags & DELETED == 0
        sources, dates = sources[kept], dates[kept]
    cells = (view.sources * shape[1])[sources]
    cells += place_of_date[view.dates][dates]
    return np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape)


def _row(source: str | None, years: list[int], counts: NDArray[np.int64]) -> SourceYears:
    undated, *dated = counts.tolist()
    by_year = {f"{year:04}": count for year, count in zip(years[1:], dated, strict=True) if count}
    return SourceYears(source=source, total=undated + sum(dated), undated=undated, years=by_year)


def _total(row: SourceYears) -> int:
    return row.total
