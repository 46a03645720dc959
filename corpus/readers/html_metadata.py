"""What a page says of its article: JSON-LD, OpenGraph, meta elements, <time>, in its own words."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from typing import Any

import msgspec
from lxml import html

from kiosque.corpus.draft.draft import Draft

_LONGEST_DATA = 4 * 2**20  # characters of a script of JSON-LD

# For each field the meta elements that hold it, the surest first; names as in lower case.
_META = {
    "title": "og:title twitter:title headline dc.title dcterms.title citation_title parsely-title",
    "date": (
        "article:published_time og:article:published_time datepublished og:published_time dc.date.issued "
        "dcterms.issued dcterms.created dc.date dcterms.date sailthru.date parsely-pub-date pubdate publish-date "
        "publication_date article.published citation_publication_date citation_date cxenseparse:recs:publishtime "
        "video:release_date date"
    ),
    "source": ("publisher article:publisher og:site_name dc.publisher dcterms.publisher citation_journal_title"),
    "author": "author article:author dc.creator dcterms.creator parsely-author sailthru.author citation_author byl",
    "section": "article:section og:article:section parsely-section section",
    "url": "og:url twitter:url parsely-link",
    "site": "identifier-url",
}
_TIMES = (
    "//*[@itemprop='datePublished']/@datetime",
    "//time[@pubdate]/@datetime",
    "//article//time[contains(@class, 'publi')]/@datetime",
    "//article//time/@datetime",
)
_ADDRESSES = "//link[@rel='canonical']/@href"
_DATA = "//script[@type='application/ld+json']"


def page_metadata(tree: html.HtmlElement) -> Draft:
    """What the page says of its article, in a Draft whose body is what JSON-LD has of it."""
    data, meta = _article_data(tree), _meta(tree)
    found = {field: _first(data.get(field), meta.get(field)) for field in _META}
    found["title"] = _longer(data.get("title"), meta.get("title"))
    found["date"] = _first(data.get("date"), meta.get("date"), *_values(tree, _TIMES))
    found["url"] = _first(*(url for url in (*_values(tree, (_ADDRESSES,)), found["url"]) if _is_address(url)))
    return Draft(**found, body=data.get("body"))


def heading(tree: html.HtmlElement) -> str | None:
    """The only <h1> of a page."""
    found = tree.findall(".//h1")
    return " ".join(found[0].text_content().split()) or None if len(found) == 1 else None


def page_title(tree: html.HtmlElement) -> str | None:
    """The <title> of a page."""
    return " ".join((tree.findtext(".//title") or "").split()) or None


def _first(*values: str | None) -> str | None:
    return next(filter(None, values), None)


def _longer(headline: str | None, title: str | None) -> str | None:
    """Search engines cut headlines: where both begin alike, the longer one."""
    if headline and title and title.startswith(headline.rstrip(" .…")):
        return title
    return headline or title


def _is_address(value: str | None) -> bool:
    return value is not None and value.startswith(("http://", "https://"))


def _values(tree: html.HtmlElement, paths: tuple[str, ...]) -> Iterator[str]:
    for path in paths:
        yield from (str(value) for value in tree.xpath(path)[:1])


def _meta(tree: html.HtmlElement) -> dict[str, str]:
    values: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        value = (element.get("content") or "").strip()
        if value and not (name.lower() in _PEOPLE_OR_HOUSES and _is_address(value)):  # a page on Facebook is no name
            values.setdefault(name.lower(), value)
    found = {
        field: next((values[name] for name in names.split() if name in values), "") for field, names in _META.items()
    }
    return {field: value for field, value in found.items() if value}


_PEOPLE_OR_HOUSES = frozenset(f"{_META['source']} {_META['author']}".split())


def _article_data(tree: html.HtmlElement) -> dict[str, str]:
    """The fields of the first article in the page's JSON-LD."""
    node = next((node for script in tree.xpath(_DATA) for node in _nodes(script.text_content())), None)
    if node is None:
        return {}
    found = {
        "title": _text(node.get("headline")) or _text(node.get("name")),
        "date": _text(node.get("datePublished")),
        "source": _names(node.get("publisher")),
        "author": _names(node.get("author")),
        "section": _text(node.get("articleSection")),
        "url": _text(node.get("url")) or _identifier(node.get("mainEntityOfPage")),
        "body": _text(node.get("articleBody")),
    }
    return {field: value for field, value in found.items() if value}


def _nodes(script: str) -> Iterator[dict[str, Any]]:
    """The articles in a script of JSON-LD: alone, in a list, or in a graph."""
    if len(script) > _LONGEST_DATA:
        return
    try:
        data = msgspec.json.decode(script.strip().removesuffix(";").encode(), strict=False)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return
    for node in data if isinstance(data, list) else [data]:
        graph = node.get("@graph") if isinstance(node, dict) else None
        for part in graph if isinstance(graph, list) else [node]:
            if isinstance(part, dict) and _is_article(part.get("@type")):
                yield part


def _is_article(kind: object) -> bool:
    kinds = kind if isinstance(kind, list) else [kind]
    return any(isinstance(name, str) and name.endswith(("Article", "BlogPosting", "Report")) for name in kinds)


def _text(value: object) -> str | None:
    if isinstance(value, list):
        return _text(value[0]) if value else None
    return unescape(value).strip() or None if isinstance(value, str) else None


def _names(value: object) -> str | None:
    """The names of people or organisations, given as texts or as objects."""
    values = value if isinstance(value, list) else [value]
    names = (_text(one.get("name")) if isinstance(one, dict) else _text(one) for one in values)
    return ", ".join(dict.fromkeys(name for name in names if name and not _is_address(name))) or None


def _identifier(value: object) -> str | None:
    return _text(value.get("@id")) if isinstance(value, dict) else _text(value)
