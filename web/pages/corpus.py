"""The corpus: how many articles each source has in each year, and what was read, guessed, cut and refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import msgspec
from flask import Blueprint, Response, render_template

from kiosque.corpus.french import CONFIDENCES, ORIGINS
from kiosque.search import SearchRequest
from kiosque.search.model import Corpus, SourceYears
from kiosque.web import french
from kiosque.web.engine import engine
from kiosque.web.urls.links import search_url

corpus = Blueprint("corpus", __name__)

MOST_SOURCES: Final = 100
"""Rows of the table; the sources beyond are summed in one row."""

FLOOR: Final = 6.0
"""Percent of its height that the smallest bar has: one article beside a thousand must still be seen."""

FILLED: Final = 0.84
"""What a bar takes of its slot."""


class Cell(NamedTuple):
    """A count and the search that gives its articles; no URL where there are none, or where no search gives them."""

    articles: int
    url: str | None = None


class Row(NamedTuple):
    """One source: its name, its articles in all, by year and undated; `bars` is an SVG path over 100 by 100."""

    name: str
    total: Cell
    cells: list[Cell]
    undated: Cell
    bars: str


class OriginCounts(NamedTuple):
    """How many dates and sources have one origin, or one level of confidence."""

    name: str
    dates: int
    sources: int


@dataclass(frozen=True)
class CorpusView:
    """What the page shows."""

    corpus: Corpus

    @property
    def years(self) -> list[str]:
        """The years that have articles, the last one first."""
        return list(self.corpus.all.years)[::-1]

    @property
    def rows(self) -> list[Row]:
        """All sources together, then each, then those beyond MOST_SOURCES, then what has no source."""
        named = [row for row in self.corpus.sources if row.source]
        first, rest = named[:MOST_SOURCES], named[MOST_SOURCES:]
        rows = [self._row("Toutes les sources", self.corpus.all, SearchRequest())]
        rows += [self._row(row.source or "", row, SearchRequest(sources=[row.source or ""])) for row in first]
        others = len(rest) + self.corpus.others
        if others:
            beyond = [*rest, *([self.corpus.rest] if self.corpus.rest else [])]
            rows.append(self._row(french.count(others, "autre source", "autres sources"), summed(beyond), None))
        return rows + [self._row("Sans source", row, None) for row in self.corpus.sources if not row.source]

    def _row(self, name: str, row: SourceYears, search: SearchRequest | None) -> Row:
        cells = [_cell(row.years.get(year, 0), search, since=year, until=year) for year in self.years]
        undated = _cell(row.undated, search, undated=True)
        return Row(name, _cell(row.total, search), cells, undated, bars(yearly_counts(row.years, self.years[::-1])))

    @property
    def formats(self) -> list[tuple[str, int, int]]:
        """Each format with its files and its articles."""
        reading = self.corpus.reading
        if reading is None:
            return []
        names = dict.fromkeys((*reading.formats, *reading.files))
        return [(name, reading.files.get(name, 0), reading.formats.get(name, 0)) for name in names]

    @property
    def origins(self) -> list[OriginCounts]:
        """Where dates and sources were found."""
        return self._counts("dates", "sources", {key: french.origin_heading(key) for key in ORIGINS})

    @property
    def confidence(self) -> list[OriginCounts]:
        """How reliable they are."""
        names = {key: french.confidence_heading(key) for key in CONFIDENCES}
        return self._counts("date_confidence", "source_confidence", names)

    def _counts(self, dates: str, sources: str, names: Mapping[str, str]) -> list[OriginCounts]:
        counted = [getattr(self.corpus.reading, field, {}) for field in (dates, sources)]
        rows = (OriginCounts(name, *(counts.get(key, 0) for counts in counted)) for key, name in names.items())
        return [row for row in rows if row.dates or row.sources]


def _cell(count: int, search: SearchRequest | None, **narrower: Any) -> Cell:
    """The count with its search, the newest first. An empty search would be the start page: it gets no URL."""
    if not count or search is None or not (search.sources or narrower):
        return Cell(count)
    return Cell(count, search_url(msgspec.structs.replace(search, sort="newest", **narrower)))


def summed(rows: Sequence[SourceYears]) -> SourceYears:
    """The sum of some rows."""
    years = {year: sum(row.years.get(year, 0) for row in rows) for year in {year for row in rows for year in row.years}}
    total, undated = sum(row.total for row in rows), sum(row.undated for row in rows)
    return SourceYears(source=None, total=total, undated=undated, years=years)


def yearly_counts(years: Mapping[str, int], span: Sequence[str]) -> list[int]:
    """The counts of every year from the first to the last of `span`, those without articles too."""
    every = range(int(span[0]), int(span[-1]) + 1) if span else ()
    return [years.get(f"{year:04}", 0) for year in every]


def bars(counts: Sequence[int]) -> str:
    """An SVG path over 100 by 100 with a bar for each count, the greatest as high as the drawing."""
    highest, slot = max(counts, default=0), 100 / max(len(counts), 1)
    return "".join(
        f"M{at * slot:.2f} 100v-{max(FLOOR, 100 * count / highest):.1f}h{slot * FILLED:.2f}V100z"
        for at, count in enumerate(counts)
        if count
    )


@corpus.get("/corpus")
def page() -> str:
    """The page of the corpus."""
    return render_template("corpus.html", view=CorpusView(engine().corpus()), stats=engine().stats())


@corpus.get("/api/v1/corpus")
def api() -> Response:
    """The same as JSON: Corpus."""
    return Response(msgspec.json.encode(engine().corpus()), mimetype="application/json")
