"""All values of a facet of a search with their counts (all sources, all sections), to pick several or find one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

import msgspec
from flask import Blueprint, Response, render_template, request
from unidecode import unidecode

from kiosque.search import SearchRequest
from kiosque.search.counts.facets import values_of
from kiosque.search.facet_table import VALUED, Facet, wanted_values
from kiosque.search.model import ValueCount
from kiosque.web import htmx
from kiosque.web.engine import engine
from kiosque.web.urls.links import search_url, value_buckets, value_links
from kiosque.web.urls.params import changed, read_request

facet_values = Blueprint("facet_values", __name__)
DEFAULTS: Final = (None, "", "relevance", "grouped")
BESIDE: Final = 12
"""Values in the side column after a name was typed there; the page has all."""


def every(facet: Facet) -> str:
    """The page with all values of a facet; for htmx, those of the side column whose names match `named`."""
    asked, named = read_request(request.args), request.args.get("named", "")
    facets = engine().search(msgspec.structs.replace(changed(asked), size=1)).facets
    counted, total = values_of(facets, facet)
    found = matching(counted, named)
    if htmx.wants_fragment():
        links = value_links(asked, facet.field, value_buckets(found, BESIDE))
        return render_template("_values.html", facet=facet, links=links, named=named)
    return render_template(
        "values.html",
        request=asked,
        facet=facet,
        values=found,
        picked=wanted_values(asked)[facet.column],
        named=named,
        every=total,
        listed=len(counted),
        back=search_url(asked),
        kept=_kept(asked, facet),
    )


for _facet in VALUED:
    facet_values.add_url_rule(f"/{_facet.listed}", _facet.column, partial(every, _facet))


def matching(buckets: Sequence[ValueCount], named: str) -> list[ValueCount]:
    """The values whose names have all words of `named`, ignoring accents and case, and every picked one."""
    words = unidecode(named).lower().split()
    return [b for b in buckets if b.selected or all(word in unidecode(b.value).lower() for word in words)]


def _kept(asked: SearchRequest, facet: Facet) -> list[tuple[str, str]]:
    """The parameters that the form sends beside the facet's values."""
    wanted = wanted_values(asked)
    pairs = [
        ("q", asked.q),
        *((name, value) for name, values in wanted.items() if name != facet.column for value in values),
        ("from", asked.since),
        ("to", asked.until),
        ("undated", "1" if asked.undated else ""),
    ]
    return [
        (name, value)
        for name, value in [*pairs, ("sort", asked.sort), ("copies", asked.copies)]
        if value not in DEFAULTS
    ]


@facet_values.after_request
def vary(response: Response) -> Response:
    """One URL, two answers: no cache may take the fragment for the page."""
    response.vary.add("HX-Request")
    return response
