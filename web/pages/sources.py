"""All sources of a search with their counts, to pick several or find one by its name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
from flask import Blueprint, Response, render_template, request
from unidecode import unidecode

from kiosque.search import SearchRequest
from kiosque.search.facet_table import wanted_values
from kiosque.search.model import ValueCount
from kiosque.web import htmx
from kiosque.web.engine import engine
from kiosque.web.urls.links import search_url, value_buckets, value_links
from kiosque.web.urls.params import changed, read_request

sources = Blueprint("sources", __name__)
DEFAULTS: Final = (None, "", "relevance", "grouped")
BESIDE: Final = 12
"""Sources in the side column; the page has all."""


@sources.get("/sources")
def every() -> str:
    """The page with all sources of a search; for htmx, those of the side column whose names match `named`."""
    asked, named = read_request(request.args), request.args.get("named", "")
    facets = engine().search(msgspec.structs.replace(changed(asked), size=1)).facets
    counted = facets.source
    found = matching(counted, named)
    if htmx.wants_fragment():
        beside = value_buckets(found, BESIDE)
        return render_template("_sources.html", sources=value_links(asked, "sources", beside), named=named)
    return render_template(
        "sources.html",
        request=asked,
        sources=found,
        named=named,
        every=max(len(counted), facets.sources),
        listed=len(counted),
        back=search_url(asked),
        kept=_kept(asked),
    )


def matching(buckets: Sequence[ValueCount], named: str) -> list[ValueCount]:
    """The sources whose names have all words of `named`, ignoring accents and case, and every picked one."""
    words = unidecode(named).lower().split()
    return [b for b in buckets if b.selected or all(word in unidecode(b.value).lower() for word in words)]


def _kept(asked: SearchRequest) -> list[tuple[str, str]]:
    """The parameters that the form sends beside the sources."""
    wanted = wanted_values(asked)
    pairs = [
        ("q", asked.q),
        *((name, value) for name, values in wanted.items() if name != "source" for value in values),
        ("from", asked.since),
        ("to", asked.until),
        ("undated", "1" if asked.undated else ""),
    ]
    return [
        (name, value)
        for name, value in [*pairs, ("sort", asked.sort), ("copies", asked.copies)]
        if value not in DEFAULTS
    ]


@sources.after_request
def vary(response: Response) -> Response:
    """One URL, two answers: no cache may take the fragment for the page."""
    response.vary.add("HX-Request")
    return response
