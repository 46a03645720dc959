"""The data of the result page's templates: a search, its answer, and every link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from kiosque.search import SearchPage, SearchRequest
from kiosque.search.counts.facets import values_of
from kiosque.search.facet_table import VALUED, Facet, wanted_values
from kiosque.search.model import Copy, Hit, Note, Stats, ValueCount
from kiosque.web.api.exports import FORMATS
from kiosque.web.pages import histogram
from kiosque.web.pages.histogram import Histogram
from kiosque.web.pages.zero_results import Alternative
from kiosque.web.urls import links
from kiosque.web.urls.links import FacetLink, Link
from kiosque.web.urls.params import changed

SOURCES_SHOWN: Final = 12
VALUES_SHOWN: Final = 8


class ValueFacet(NamedTuple):
    """A facet of values: the links of the most frequent and of every picked one, how many there are, and where."""

    facet: Facet
    links: list[FacetLink]
    every: int
    all_values: str


@dataclass(frozen=True)
class ResultsView:
    """A search and its answer. `stats` are for the start page, `alternatives` for filters that leave no result."""

    request: SearchRequest
    page: SearchPage
    stats: Stats | None = None
    alternatives: Sequence[Alternative] = ()

    @property
    def url(self) -> str:
        """The canonical URL of this page."""
        return links.search_url(self.request)

    @property
    def filters(self) -> list[Link]:
        """The filters in force, each with the URL that removes it."""
        return links.filter_links(self.request)

    @property
    def feed(self) -> str:
        """The URL of this search as a feed."""
        return links.feed_url(self.request)

    @property
    def trends(self) -> str:
        """The URL of the trends of this search."""
        return links.trends_url(self.request)

    @property
    def exports(self) -> list[Link]:
        """The whole result as files."""
        return [Link(kind.label, links.export_url(self.request, suffix)) for suffix, kind in FORMATS.items()]

    @property
    def sorts(self) -> list[Link]:
        """The orders to choose from."""
        return links.sort_links(self.request)

    @property
    def copies(self) -> Link | None:
        """The switch between one hit a group of near copies and one a copy; None where it changes nothing."""
        return links.copies_link(self.request) if self.page.regrouped or self.request.copies == "all" else None

    @cached_property
    def value_facets(self) -> list[ValueFacet]:
        """The facets of values; one without buckets is left out."""
        counted = ((row, *values_of(self.page.facets, row)) for row in VALUED)
        return [self._value_facet(row, buckets, every) for row, buckets, every in counted if buckets]

    def _value_facet(self, facet: Facet, buckets: Sequence[ValueCount], every: int) -> ValueFacet:
        shown = links.value_buckets(buckets, SOURCES_SHOWN if facet.column == "source" else VALUES_SHOWN)
        return ValueFacet(
            facet, links.value_links(self.request, facet.field, shown), every, links.values_url(self.request, facet)
        )

    @property
    def wanted(self) -> list[tuple[str, str]]:
        """The parameters of the wanted values, which the form sends with a new query."""
        return [(name, value) for name, values in wanted_values(self.request).items() for value in values]

    @cached_property
    def dates(self) -> Histogram:
        """The histogram of the dates."""
        return histogram.histogram(self.request, self.page)

    @property
    def undated(self) -> FacetLink:
        """The bucket of the articles without a date."""
        return links.undated_link(self.request, self.page)

    @property
    def pager(self) -> list[Link | None]:
        """Links to pages, None for a gap; empty where there is one page."""
        return links.page_links(self.request, self.page.pages) if self.page.pages > 1 else []

    @property
    def previous(self) -> Link | None:
        """The previous page, if there is one."""
        number = min(self.request.page - 1, self.page.pages)
        return links.page_link(self.request, number) if number >= 1 else None

    @property
    def following(self) -> Link | None:
        """The next page, if there is one."""
        number = self.request.page + 1
        return links.page_link(self.request, number) if number <= self.page.pages else None

    def article(self, hit: Hit) -> str:
        """The URL of a hit, which keeps this search; the start page has none."""
        return links.article_url(SearchRequest() if self.stats else self.request, hit.id)

    def copy(self, copy: Copy) -> str:
        """The URL of a near copy of a hit."""
        return links.article_url(SearchRequest() if self.stats else self.request, copy.id)

    def mended(self, note: Note) -> str | None:
        """The URL of the query that a note offers."""
        return links.search_url(changed(self.request, q=note.query)) if note.query else None
