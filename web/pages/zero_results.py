"""Ways out of an empty result: what would be found with a filter less, or with wider dates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kiosque.search import Engine, SearchRequest
from kiosque.web import french
from kiosque.web.urls.links import search_url, unfiltered, without_each
from kiosque.web.urls.params import changed, is_filtered


class Way(NamedTuple):
    """A search that finds something, and how much."""

    label: str
    url: str
    total: int


def ways(engine: Engine, request: SearchRequest) -> list[Way]:
    """The searches near `request` that find something, the nearest first; none where no filter is in force."""
    if not is_filtered(request):
        return []
    tried = ((label, wider, engine.search(changed(wider, size=1)).total) for label, wider in _wider(request))
    return [Way(label, search_url(wider), total) for label, wider, total in tried if total]


def _wider(request: SearchRequest) -> Iterator[tuple[str, SearchRequest]]:
    yield from _whole_year(request)
    yield from ((f"Sans le filtre «\u00a0{label}\u00a0»", freed) for label, freed in without_each(request))
    if len(list(without_each(request))) > 1:
        yield "Sans aucun filtre", unfiltered(request)


def _whole_year(request: SearchRequest) -> Iterator[tuple[str, SearchRequest]]:
    """The years that the picked dates lie in, where these are narrower."""
    since, until = (request.since or "")[:4], (request.until or "")[:4]
    if since and until and not request.undated and (since, until) != (request.since, request.until):
        name = french.period(since, until)
        yield f"Dates élargies\u00a0: {name}", changed(request, since=since, until=until)
