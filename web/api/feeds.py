"""A query as an Atom feed, its newest articles first; and the description by which browsers add the engine."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request

from kiosque.web import french
from kiosque.web.engine import engine
from kiosque.web.urls.links import article_url, feed_url, search_url
from kiosque.web.urls.params import changed, read_request

feeds = Blueprint("feeds", __name__)

NEWEST: Final = 50
UNDATED: Final = "1970-01-01T00:00:00Z"
"""Atom wants a time of each entry, and no time is invented from the clock: it would change with every visit."""

FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML document may contain, not even escaped."""


def xml(text: str) -> str:
    """`text` without what XML forbids; the template escapes the rest."""
    return FORBIDDEN.sub("\ufffd", text)


def moment(date: str | None) -> str:
    """The first moment of a date of any precision, as RFC 3339 has it."""
    return f"{date}{'-01-01'[len(date) - 4 :]}T00:00:00Z" if date else UNDATED


def entry_id(article_id: str) -> str:
    """What names an entry wherever the engine runs."""
    return "urn:kiosque:article:" + quote(article_id, safe="")


@feeds.get("/search.atom")
@feeds.get("/api/v1/search.atom", endpoint="api")
def atom() -> Response:
    """The newest articles of a search as an Atom feed (RFC 4287): an alert that needs no account."""
    asked = changed(read_request(request.args, api=True), sort="newest")
    found = engine().search(changed(asked, size=NEWEST))
    root = request.host_url.rstrip("/")
    updated = max((moment(hit.date) for hit in found.hits), default=UNDATED)
    filters = [*asked.sources, "sans date" if asked.undated else french.period(asked.since, asked.until)]
    title = " · ".join(part for part in (asked.q, *filters, "Kiosque") if part)
    page = render_template(
        "feed.xml", title=title, root=root, page=search_url(asked), feed=feed_url(asked), updated=updated,
        entries=[(hit, article_url(asked, hit.id), entry_id(hit.id), moment(hit.date)) for hit in found.hits],
    )  # fmt: skip
    return Response(page, content_type="application/atom+xml; charset=utf-8")


@feeds.get("/opensearch.xml")
def opensearch() -> Response:
    """OpenSearch 1.1: where a browser sends what is typed into its address bar."""
    page = render_template("opensearch.xml", host=request.host_url.rstrip("/"))
    return Response(page, content_type="application/opensearchdescription+xml; charset=utf-8")
