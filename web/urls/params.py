"""From a URL to a SearchRequest and back, by the table of kiosque.search.parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from werkzeug.datastructures import MultiDict

from kiosque.search import SearchRequest
from kiosque.search.facet_table import VALUED
from kiosque.search.parameters import PARAMETERS

DEFAULT: Final = SearchRequest()


def read_request(args: MultiDict[str, str], *, api: bool = False) -> SearchRequest:
    """The search that a URL asks for; RequestError, in French, names the parameter that cannot be read.

    Unknown parameters are left alone: `?utm_source=` on a shared link must not break it.
    """
    rows = [row for row in PARAMETERS if row.name in args and (api or row.on_page)]
    return SearchRequest(**{row.field: row.read(args.getlist(row.name)) for row in rows})


def arguments(request: SearchRequest) -> Mapping[str, Any]:
    """The arguments of the canonical URL of `request`, without those at their defaults."""
    pairs = ((row.name, getattr(request, row.field), getattr(DEFAULT, row.field)) for row in PARAMETERS)
    return {name: "1" if value is True else value for name, value, default in pairs if value != default}


def changed(request: SearchRequest, **changes: Any) -> SearchRequest:
    """`request` with other fields, from its first page."""
    return msgspec.structs.replace(request, **{"page": 1, **changes})


def is_blank(request: SearchRequest) -> bool:
    """Whether there is no word and no filter: such a request shows the start page."""
    return not request.q.strip() and not is_filtered(request) and request.page == 1


def is_filtered(request: SearchRequest) -> bool:
    """Whether a facet narrows the search."""
    chosen = any(getattr(request, row.field) for row in VALUED)
    return bool(chosen or request.since or request.until or request.undated)
