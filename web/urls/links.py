"""Every link of a result page, ready for the templates to print. Builds URLs, runs no search."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, Final, NamedTuple
from urllib.parse import quote, quote_plus, urlencode
from zlib import crc32

import flask

from kiosque.corpus.french import number as written
from kiosque.search import SearchPage, SearchRequest
from kiosque.search.facet_table import VALUED, Facet, wanted_values
from kiosque.search.model import Sort, ValueCount
from kiosque.web import french
from kiosque.web.urls.params import arguments, changed, is_blank

SORTS: Final[dict[Sort, str]] = {"relevance": "Pertinence", "newest": "Plus récents", "oldest": "Plus anciens"}
NOTHING: Final[Mapping[str, Any]] = {}
PAGES_AROUND: Final = 2
MOST_PICKED: Final = 20
"""Picked values of a facet that have a link each: as many links as values, each with all values, would be a square."""
QUOTED: Final = lru_cache(4096)(quote_plus)
"""Cached, because the sixty links of a page repeat the same words."""


class Link(NamedTuple):
    """A link; `current` if it leads to this page."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True)
class FacetLink:
    """A bucket of a facet; its URL picks it, or releases it if it is picked."""

    label: str
    count: int
    selected: bool
    toggle_url: str
    field: str = "sources"

    @property
    def id(self) -> str:
        """Independent of the bucket's place, so that it keeps the focus when counts change the order."""
        own = self.label if self.field == "sources" else f"{self.field} {self.label}"
        return f"f{crc32(own.encode('utf-8', 'replace')):08x}"


def search_url(request: SearchRequest) -> str:
    """The canonical URL of a search, to share."""
    if is_blank(request) and request.sort == "relevance":
        return path_url("/")
    return path_url("/search", arguments(request))


def values_url(request: SearchRequest, facet: Facet) -> str:
    """The URL of the list of all values of a facet in a search."""
    return path_url("/" + facet.listed, arguments(changed(request)))


def feed_url(request: SearchRequest) -> str:
    """The URL of a search as an Atom feed; it has no order and no page."""
    return path_url("/search.atom", arguments(changed(request, sort="relevance")))


def trends_url(request: SearchRequest) -> str:
    """The URL of the trends of a search."""
    kept = {"q": request.q, **wanted_values(request), "from": request.since, "to": request.until}
    return path_url("/tendances", {name: value for name, value in kept.items() if value})


def export_url(request: SearchRequest, suffix: str) -> str:
    """The URL of a whole result as a file."""
    return path_url(f"/search.{suffix}", arguments(changed(request)))


def citation_url(article_id: str, name: str) -> str:
    """The URL of a citation in the format of that name."""
    return path_url("/citations/" + quote(article_id), {"format": name})


def article_url(request: SearchRequest, article_id: str, *, original: bool = False, part: int | None = None) -> str:
    """The URL of an article, which keeps the search that found it. `original` shows the removed lines; `part` is a part
    of a very long article."""
    more = {"original": "1"} if original else {"part": part} if part else {}
    return path_url("/articles/" + quote(article_id), {**arguments(request), **more})


def part_links(request: SearchRequest, article_id: str, part: int, parts: int) -> list[Link | None]:
    """Links to the parts of a very long article, as `page_links`."""
    return _some(part, parts, lambda number: part_link(request, article_id, number, part))


def part_link(request: SearchRequest, article_id: str, number: int, current: int) -> Link:
    """The link to a part."""
    return Link(written(number), article_url(request, article_id, part=number), number == current)


def path_url(path: str, values: Mapping[str, Any] = NOTHING) -> str:
    """The URL of a path of this site with its arguments."""
    # not url_for: it costs 40 µs, and a page has 60 links
    return flask.request.script_root + path + ("?" + urlencode(values, doseq=True, quote_via=QUOTED) if values else "")


def value_links(request: SearchRequest, field: str, buckets: Sequence[ValueCount]) -> list[FacetLink]:
    """The links of a facet's values; `field` of the request has the wanted ones."""
    return [
        FacetLink(
            bucket.value, bucket.count, bucket.selected, search_url(_toggled(request, field, bucket.value)), field
        )
        for bucket in buckets
    ]


def value_buckets(buckets: Sequence[ValueCount], most: int) -> list[ValueCount]:
    """The first `most` buckets, and the picked ones among the others, at most MOST_PICKED."""
    picked = (bucket for bucket in buckets[most:] if bucket.selected)
    return [*buckets[:most], *islice(picked, MOST_PICKED)]


def _toggled(request: SearchRequest, field: str, value: str) -> SearchRequest:
    wanted = getattr(request, field)
    return changed(request, **{field: [one for one in wanted if one != value] if value in wanted else [*wanted, value]})


def undated_link(request: SearchRequest, page: SearchPage) -> FacetLink:
    """The bucket of the articles without a date."""
    other = changed(request, undated=not request.undated, since=None, until=None)
    return FacetLink("sans date", page.facets.date.undated, request.undated, search_url(other))


def filter_links(request: SearchRequest) -> list[Link]:
    """The filters in force, each with the URL that removes it."""
    freed = [*_without_values(request), *without_dates(request)]
    return [Link(label, search_url(search)) for label, search in freed]


def _without_values(request: SearchRequest) -> Iterator[tuple[str, SearchRequest]]:
    """Each wanted value with the search without it; those beyond MOST_PICKED together."""
    for row in VALUED:
        values = getattr(request, row.field)
        shown, others = values[:MOST_PICKED], values[MOST_PICKED:]
        yield from ((value, _toggled(request, row.field, value)) for value in shown)
        if others:
            yield french.count(len(others), "autre filtre", "autres filtres"), changed(request, **{row.field: shown})


def without_facet(request: SearchRequest) -> Iterator[tuple[str, SearchRequest]]:
    """Each facet with wanted values, in French, with the search without any of them."""
    for row in VALUED:
        if values := getattr(request, row.field):
            yield values[0] if len(values) == 1 else row.heading, changed(request, **{row.field: []})


def without_dates(request: SearchRequest) -> Iterator[tuple[str, SearchRequest]]:
    """The dates in force, in French, with the search without them."""
    if request.undated:
        yield "sans date", changed(request, undated=False)
    elif request.since or request.until:
        yield french.period(request.since, request.until), changed(request, since=None, until=None)


def unfiltered(request: SearchRequest) -> SearchRequest:
    """The query alone, in the same order."""
    return SearchRequest(q=request.q, sort=request.sort, copies=request.copies)


def sort_links(request: SearchRequest) -> list[Link]:
    """The orders of a result."""
    return [Link(label, search_url(changed(request, sort=sort)), sort == request.sort) for sort, label in SORTS.items()]


def copies_link(request: SearchRequest) -> Link:
    """The switch between one hit a group of near copies and one a copy."""
    if request.copies == "grouped":
        return Link("Montrer chaque reprise", search_url(changed(request, copies="all")))
    return Link("Regrouper les reprises", search_url(changed(request, copies="grouped")))


def page_links(request: SearchRequest, pages: int) -> list[Link | None]:
    """Links to the first, the last and the pages around this one, with None for a gap."""
    return _some(request.page, pages, lambda number: page_link(request, number))


def _some(current: int, count: int, link: Callable[[int], Link]) -> list[Link | None]:
    links: list[Link | None] = []
    shown = _shown(current, count)
    for before, number in zip([0, *shown], shown, strict=False):
        if number > before + 1:
            links.append(None)
        links.append(link(number))
    return links


def _shown(page: int, pages: int) -> Sequence[int]:
    around = range(max(1, page - PAGES_AROUND), min(pages, page + PAGES_AROUND) + 1)
    return sorted({1, pages, *around} & set(range(1, pages + 1)))


def page_link(request: SearchRequest, number: int) -> Link:
    """The link to a page of the same result."""
    return Link(written(number), search_url(changed(request, page=number)), number == request.page)
