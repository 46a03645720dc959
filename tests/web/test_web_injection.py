"""Hostile texts and queries on every page, feed and export: none becomes markup."""

from __future__ import annotations

import csv
import io
import json
import re
from functools import cache
from html.parser import HTMLParser
from urllib.parse import quote
from xml.etree import ElementTree

import msgspec
import pytest
from flask.testing import FlaskClient

from kiosque.search import SearchPage, SearchRequest
from kiosque.search.counts.trends import Trends, TrendsRequest
from kiosque.search.model import Note
from kiosque.web.app import create_app
from tests.web.fake_engine import FakeEngine, article

PAYLOADS = [
    "<script>alert(1)</script>",
    "\"><script>alert(1)</script>",
    "'><img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "\" onmouseover=\"alert(1)",
    "' autofocus onfocus='alert(1)",
    "</title><script>alert(1)</script>",
    "</textarea></style></script><script>alert(1)</script>",
    "<!--", "--><script>alert(1)</script>", "]]><script>alert(1)</script>", "<![CDATA[<b>]]>", "<?xml version='1.0'?>",
    "javascript:alert(1)", "data:text/html,<script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;b&#62;", "&amp;&quot;",
    "{{ 7 * 7 }}", "{% raw %}", "${7*7}", "<%= 7 %>",
    "<mark>", "</mark><b>", "<a href=javascript:alert(1)>x</a>",
    "\u202e<b>", "\u0000<b>", "\ufeff<b>", "<\u0000script>", "＜script＞",
    "a\r\nX-Evil: 1", "a\nER  - \nTY  - NEWS", "},\n@article{x,", "=HYPERLINK(\"http://x\")",
    "../../etc/passwd", "%3Cscript%3E", "\\u003cscript\\u003e", "x" * 3000,
]  # fmt: skip

PAGES = [
    "/",
    "/search",
    "/sources",
    "/tendances",
    "/articles/{id}",
    "/rien/{id}",
    "/api",
    "/search?from={q}",
    "/sources?named={q}",
]
FRAGMENTS = ["/search", "/sources", "/search?from={q}"]
HTMX = {"HX-Request": "true"}


class Echo(FakeEngine):
    """Every article matches, and a note echoes the query."""

    def search(self, request: SearchRequest) -> SearchPage:
        page = super().search(msgspec.structs.replace(request, q="", sources=[], since=None, until=None, undated=False))
        notes = [Note(kind="x", message=f"Note sur {request.q}", query=request.q)]
        return msgspec.structs.replace(page, query=request.q, notes=notes)

    def trends(self, request: TrendsRequest) -> Trends:
        return super().trends(msgspec.structs.replace(request, by_source=True))


class Page(HTMLParser):
    """The tags of a page, as an HTML parser sees them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@cache
def visitor(payload: str) -> FlaskClient:
    """A client of an app whose articles are made of a payload; an app is made once, most of the time of a test."""
    named = article(
        "id-" + payload,
        payload,
        f"{payload} mot {payload}",
        source=payload,
        author=payload,
        section=payload,
        url=payload,
        date="2022-01",
    )
    return create_app({"ENGINE": Echo([named, article("b", "b", source=payload)])}).test_client()


def url(pattern: str, payload: str) -> str:
    path = pattern.format(id=quote("id-" + payload, safe=""), q=quote(payload, safe=""))
    if "?" in path or pattern == "/":
        return path
    return f"{path}?q={quote(payload, safe='')}&source={quote(payload, safe='')}"


def skeleton(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """The tags and their attribute names, without marks and paragraphs, whose number depends on the text."""
    found = [(tag, tuple(sorted(attributes))) for tag, attributes in Page(text).tags]
    return [row for row in found if row[0] != "mark" and row != ("p", ())]


def check(text: str) -> None:
    for tag, attributes in Page(text).tags:
        assert not [name for name in attributes if name.startswith("on") or name == "style"], tag
        if tag == "script":
            assert re.match(r"/static/\w+\.js\?v=|https://cdn\.jsdelivr\.net/", attributes["src"] or "")
        assert tag not in ("iframe", "object", "embed", "base", "style")
        for name in ("href", "src", "action"):
            assert re.match(r"[/#]|https?://|$", attributes.get(name) or ""), attributes


@cache
def harmless(pattern: str) -> list[tuple[str, tuple[str, ...]]]:
    """The elements of a page about a word without any sign."""
    return skeleton(visitor("mot-innocent").get(url(pattern, "mot-innocent")).text)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_adds_no_element_or_attribute(payload: str) -> None:
    client = visitor(payload)
    for pattern in PAGES:
        answer = client.get(url(pattern, payload))
        check(answer.text)
        if "{q}" not in pattern and "href" not in payload and len(payload) < 2000:
            assert skeleton(answer.text) == harmless(pattern), pattern
    for pattern in FRAGMENTS:
        check(client.get(url(pattern, payload), headers=HTMX).text)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_feeds_and_files_are_well_formed(payload: str) -> None:
    client = visitor(payload)
    q = quote(payload, safe="")
    root = ElementTree.fromstring(client.get(f"/search.atom?q={q}").text)
    assert {child.tag.rpartition("}")[2] for child in root.iter()} <= {
        "feed", "title", "id", "updated", "published", "link", "generator", "author", "name", "entry", "summary",
    }  # fmt: skip
    rows = list(csv.reader(io.StringIO(client.get(f"/search.csv?q={q}").text, newline="")))
    assert {len(row) for row in rows} == {10}
    assert not [cell for row in rows[1:] for cell in row if re.match(r"\s*[=+\-@]", cell)]
    assert len([json.loads(line) for line in client.get(f"/search.jsonl?q={q}").text.splitlines()]) == 2
    assert client.get(f"/search.ris?q={q}").text.count("\r\nER  - \r\n") == 2
    assert len(re.findall("^@article{", client.get(f"/search.bib?q={q}").text, re.MULTILINE)) == 2
    table = list(csv.reader(io.StringIO(client.get(f"/tendances.csv?q={q}").text, newline="")))
    assert len({len(row) for row in table}) == 1


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_breaks_neither_json_nor_headers(payload: str) -> None:
    client = visitor(payload)
    q, name = quote(payload, safe=""), quote("id-" + payload, safe="")
    for path in (
        f"/api/v1/search?q={q}",
        f"/api/v1/articles/{name}?q={q}",
        f"/api/v1/trends?q={q}",
        f"/api/v1/search?from={q}",
    ):
        answer = client.get(
            path, headers={**HTMX, "X-Request-Id": payload.encode("ascii", "replace").decode().split("\n")[0].strip()}
        )
        assert answer.mimetype and answer.mimetype.endswith("json")
        json.loads(answer.text)
        assert "X-Evil" not in answer.headers
    for path in (f"/search?q={q}", f"/search.csv?q={q}", f"/citations/{name}?format=bibtex"):
        answer = client.get(path, headers=HTMX)
        assert "X-Evil" not in answer.headers
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
