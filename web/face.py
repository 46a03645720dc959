"""What the result page shows, gathered for its templates: an engine's answer and the links around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from search import SearchPage, SearchRequest
from search.model import Hit, Note, Stats
from web import links
from web.links import FacetLink, Link
from web.params import changed

SOURCES_SHOWN: Final = 12


@dataclass(frozen=True)
class Face:
    """A search and its answer. `stats` is given on the start page only."""

    request: SearchRequest
    page: SearchPage
    stats: Stats | None = None

    @property
    def url(self) -> str:
        """The canonical URL of this very page."""
        return links.search_url(self.request)

    @property
    def filters(self) -> list[Link]:
        """The filters in force, each with the URL that removes it."""
        return links.filter_links(self.request)

    @property
    def unfiltered(self) -> str:
        """The URL of the query alone."""
        return links.search_url(SearchRequest(q=self.request.q, sort=self.request.sort))

    @property
    def sorts(self) -> list[Link]:
        """The orders to choose from."""
        return links.sort_links(self.request)

    @property
    def sources(self) -> tuple[list[FacetLink], list[FacetLink]]:
        """The sources at sight, where every picked one is, and those that fold."""
        found = links.source_links(self.request, self.page)
        folded = [link for link in found[SOURCES_SHOWN:] if not link.selected]
        return [link for link in found if link not in folded], folded

    @property
    def bars(self) -> list[FacetLink]:
        """The histogram of the dates."""
        return links.bar_links(self.request, self.page)

    @property
    def undated(self) -> FacetLink:
        """The articles without a date."""
        return links.undated_link(self.request, self.page)

    @property
    def pager(self) -> list[Link | None]:
        """Links to pages; None where some are left out. Empty where one page is all."""
        return links.page_links(self.request, self.page.pages) if self.page.pages > 1 else []

    @property
    def previous(self) -> Link | None:
        """The page before, if there is one."""
        number = min(self.request.page - 1, self.page.pages)
        return links.page_link(self.request, number) if number >= 1 else None

    @property
    def following(self) -> Link | None:
        """The page after, if there is one."""
        number = self.request.page + 1
        return links.page_link(self.request, number) if number <= self.page.pages else None

    def article(self, hit: Hit) -> str:
        """The URL of a hit, which remembers this search; the start page has none to remember."""
        return links.article_url(SearchRequest() if self.stats else self.request, hit.id)

    def mended(self, note: Note) -> str | None:
        """The URL of the query that a note offers."""
        return links.search_url(changed(self.request, q=note.query)) if note.query else None
