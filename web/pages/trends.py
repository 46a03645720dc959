"""Trends: how often up to five searches are in the news, as a chart, a table, CSV and JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import msgspec
from flask import Blueprint, Response, render_template, request
from msgspec.structs import replace
from werkzeug.datastructures import MultiDict

from kiosque.corpus.french import number
from kiosque.search import SearchRequest
from kiosque.search.counts.trends import MOST_QUERIES, Trend, Trends, TrendsRequest
from kiosque.search.facet_table import VALUED, wanted_values
from kiosque.search.model import Unit
from kiosque.search.parameters import TREND_PARAMETERS, Parameter
from kiosque.web import french
from kiosque.web.api.exports import defused
from kiosque.web.engine import engine
from kiosque.web.pages.chart import Chart, chart
from kiosque.web.urls.links import Link, path_url, search_url

trends = Blueprint("trends", __name__)

SHARE: Final = Parameter("share", "share", "flag", "la part du corpus au lieu du nombre")
ROWS: Final = (*TREND_PARAMETERS, SHARE)
LINK_CHARACTERS: Final = 2_000_000
"""Characters of all links of the table: each repeats a search, which may be long."""

UNITS: Final[dict[Unit, str]] = {"year": "Année", "month": "Mois", "day": "Jour"}


class ChartRequest(NamedTuple):
    """A request for trends, and whether shares of the corpus are drawn instead of numbers."""

    trends: TrendsRequest
    share: bool


def read_request(args: MultiDict[str, str], *, api: bool = False) -> ChartRequest:
    """The trends that a URL asks for; RequestError names the parameter that cannot be read.

    To the page an empty value is none, as a form sends it; to the API an empty choice is a mistake.
    """
    texts = {
        row: [text.strip() for text in args.getlist(row.name) if text.strip() or (api and row.kind == "choice")]
        for row in ROWS
    }
    fields = {row.field: row.read(values) for row, values in texts.items() if values}
    share = fields.pop(SHARE.field, False)
    return ChartRequest(TrendsRequest(**fields), share)


def arguments(asked: ChartRequest, **changes: Any) -> dict[str, Any]:
    """The arguments of the URL of some trends, with other fields."""
    wanted = replace(asked.trends, **{k: v for k, v in changes.items() if k != "share"})
    pairs = {
        "q": wanted.queries,
        **wanted_values(wanted),
        "from": wanted.since,
        "to": wanted.until,
        "unit": wanted.unit,
        "share": changes.get("share", asked.share) and "1",
        "by_source": wanted.by_source and "1",
        "match": wanted.match if wanted.match != "all" else None,
    }
    return {name: value for name, value in pairs.items() if value}


@dataclass(frozen=True)
class Row:
    """One period of the table: its cells link to its articles."""

    label: str
    period: str
    cells: list[tuple[str, str]]
    corpus: int


@dataclass(frozen=True)
class TrendsView:
    """What the page shows."""

    asked: ChartRequest
    found: Trends

    @property
    def charts(self) -> list[Chart]:
        """One chart of all queries, or one of each by source."""
        return [
            chart(title, self.found.periods, [(n, t, self._values(c)) for n, t, c in series], self.asked.share)
            for title, series in self._groups()
        ]

    def _groups(self) -> Iterator[tuple[str, list[tuple[str, int, list[int]]]]]:
        if not self.asked.trends.by_source:
            yield "", [(one.query, one.total, one.counts) for one in self.found.series]
            return
        for one in self.found.series:
            yield one.query, [(part.source, part.total, part.counts) for part in one.sources]

    def _values(self, counts: Sequence[int]) -> Sequence[float]:
        return shares(counts, self.found.corpus) if self.asked.share else counts

    @property
    def rows(self) -> list[Row]:
        """The table, the newest period first."""
        first = len(self.found.periods) - self.linked
        found = enumerate(zip(self.found.periods, self.found.corpus, strict=True))
        return [self._row(at, period, corpus, at >= first) for at, (period, corpus) in found][::-1]

    def _row(self, at: int, period: str, corpus: int, linked: bool) -> Row:
        cells = [
            (
                french.percent(shares([one.counts[at]], [corpus])[0]) if self.asked.share else number(one.counts[at]),
                self._articles(one, period) if linked and one.counts[at] else "",
            )
            for one in self.found.series
        ]
        return Row(french.day(period), period, cells, corpus)

    def _articles(self, one: Trend, period: str) -> str:
        """The URL of the articles of a cell."""
        return search_url(replace(self.search, q=one.query, since=period, until=period))

    @cached_property
    def linked(self) -> int:
        """How many periods, the newest, have links."""
        periods = self.found.periods
        characters = sum(len(self._articles(one, periods[0])) for one in self.found.series) if periods else 0
        return min(len(periods), LINK_CHARACTERS // max(1, characters))

    @cached_property
    def search(self) -> SearchRequest:
        """A search with the wanted values of the facets."""
        return SearchRequest(**{row.field: getattr(self.asked.trends, row.field) for row in VALUED})

    @property
    def wanted(self) -> list[tuple[str, str, list[str]]]:
        """Of each facet with wanted values its parameter, its heading and the values."""
        found = wanted_values(self.asked.trends)
        return [(row.column, row.heading, found[row.column]) for row in VALUED if found[row.column]]

    @property
    def units(self) -> list[Link]:
        """The units to choose from."""
        return [self._link(label, self.found.unit == unit, unit=unit) for unit, label in UNITS.items()]

    @property
    def scales(self) -> list[Link]:
        """Numbers or shares."""
        share = self.asked.share
        return [self._link("Nombre", not share, share=False), self._link("Part du corpus", share, share=True)]

    @property
    def splits(self) -> list[Link]:
        """All sources together or each by itself."""
        split = self.asked.trends.by_source
        return [self._link("Ensemble", not split, by_source=False), self._link("Par source", split, by_source=True)]

    def _link(self, label: str, current: bool, **changes: Any) -> Link:
        return Link(label, path_url("/tendances", arguments(self.asked, **changes)), current)

    @property
    def csv(self) -> str:
        """The URL of the table as a file."""
        return path_url("/tendances.csv", arguments(self.asked))

    @property
    def fields(self) -> list[str]:
        """What the form's fields hold: the queries, and one empty field while there is room."""
        return [*self.asked.trends.queries, ""][:MOST_QUERIES]


def shares(counts: Sequence[int], corpus: Sequence[int]) -> list[float]:
    """Counts in percent of all articles of each period."""
    return [100 * count / whole if whole else 0.0 for count, whole in zip(counts, corpus, strict=True)]


@trends.get("/tendances")
def page() -> str:
    """The page of trends."""
    asked = read_request(request.args)
    return render_template("trends.html", view=TrendsView(asked, engine().trends(asked.trends)))


@trends.get("/tendances.csv")
@trends.get("/api/v1/trends.csv", endpoint="api_csv")
def table() -> Response:
    """The counts as CSV: a row a period, a column a query or a source of one, and the corpus."""
    found = engine().trends(read_request(request.args, api=request.endpoint == "trends.api_csv").trends)
    columns = [(one.query, one.counts) for one in found.series]
    columns += [(f"{one.query} | {part.source}", part.counts) for one in found.series for part in one.sources]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["period", *(defused(name) for name, _ in columns), "corpus"])
    writer.writerows(zip(found.periods, *(counts for _, counts in columns), found.corpus, strict=True))
    response = Response("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="kiosque-tendances.csv"'
    return response


@trends.get("/api/v1/trends")
def api() -> Response:
    """The counts as JSON: Trends."""
    found = engine().trends(read_request(request.args, api=True).trends)
    return Response(msgspec.json.encode(found), mimetype="application/json")
