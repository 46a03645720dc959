"""What to offer where filters leave no result: the same search without a filter, or with wider dates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kiosque.corpus.french import typeset
from kiosque.search import Engine, SearchRequest
from kiosque.web import french
from kiosque.web.urls.links import search_url, unfiltered, without_dates, without_facet
from kiosque.web.urls.params import changed, is_filtered


class Alternative(NamedTuple):
    """A search that finds something, and its total."""

    label: str
    url: str
    total: int


def alternatives(engine: Engine, request: SearchRequest) -> list[Alternative]:
    """Wider searches that find something, the nearest to `request` first; empty where it has no filter."""
    if not is_filtered(request):
        return []
    tried = ((label, wider, engine.search(changed(wider, size=1)).total) for label, wider in _wider(request))
    return [Alternative(label, search_url(wider), total) for label, wider, total in tried if total]


def _wider(request: SearchRequest) -> Iterator[tuple[str, SearchRequest]]:
    yield from _whole_year(request)
    # one source of several less finds nothing more
    freed = [*without_facet(request), *without_dates(request)]
    yield from ((typeset(f"Sans le filtre « {label} »"), search) for label, search in freed)
    if len(freed) > 1:
        yield "Sans aucun filtre", unfiltered(request)


def _whole_year(request: SearchRequest) -> Iterator[tuple[str, SearchRequest]]:
    """The years of the picked dates, where these are narrower."""
    since, until = (request.since or "")[:4], (request.until or "")[:4]
    if since and until and not request.undated and (since, until) != (request.since, request.until):
        name = french.period(since, until)
        yield typeset(f"Dates élargies : {name}"), changed(request, since=since, until=until)
