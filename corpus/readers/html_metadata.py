"""What a page says of its article: JSON-LD, OpenGraph, meta elements, <time>, bylines, in its own words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from lxml import html

from kiosque.corpus.clean.lines import same_letters
from kiosque.corpus.dates.metadata_dates import read_date
from kiosque.corpus.dates.stamp import stamp
from kiosque.corpus.draft.draft import Draft
from kiosque.corpus.draft.stamp_lines import byline
from kiosque.corpus.readers.html_data import article_nodes
from kiosque.corpus.sources.source import is_source

# For each field the meta elements that hold it, the surest first; names as in lower case.
_META = {
    "title": "og:title twitter:title headline dc.title dcterms.title citation_title parsely-title",
    "date": (
        "article:published_time og:article:published_time datepublished og:published_time dc.date.issued "
        "dcterms.issued dcterms.created dc.date dcterms.date bepress_citation_date sailthru.date "
        "parsely-pub-date pubdate publish-date "
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
    "//*[@itemprop='datePublished'][@datetime]",
    "//time[@pubdate][@datetime]",
    "//article//time[contains(@class, 'publi')][@datetime]",
    "//abbr[contains(concat(' ', @class, ' '), ' published ')][@title]",  # hAtom, as SPIP writes it
    "//article//time[@datetime]",
    "//header//time[@datetime]",
)
_BYLINE = (
    "//*[@rel='author' or @itemprop='author' or contains(@class, 'author') or contains(@class, 'byline')"
    " or contains(@class, 'auteur') or contains(@class, 'signature') or contains(@class, 'fn')]"
)
_BYLINE_WORDS = frozenset("author byline auteur signature fn".split())
_MOST_BYLINES = 8
# What others wrote below the article: neither dates nor people there are its own.
_OTHERS = "//*[contains(@class, 'omment') or contains(@id, 'omment') or contains(@class, 'forum')]"
_OTHER_WORDS = frozenset("comment comments commentaire commentaires forum".split())
_ADDRESSES = "//link[@rel='canonical']/@href"
_DATA = "//script[@type='application/ld+json']"


def page_metadata(tree: html.HtmlElement) -> Draft:
    """What the page says of its article, in a Draft whose body is what JSON-LD has of it.

    Where its head lacks day or people, they are looked for among its elements, and comments are taken out before that.
    """
    meta = _meta(tree)
    canonical = next(filter(_is_address, _values(tree, (_ADDRESSES,))), None)
    data = _article_data(tree, (canonical, meta.get("url")), (heading(tree), meta.get("title"), page_title(tree)))
    found = {field: _first(data.get(field), meta.get(field)) for field in _META}
    found["title"] = _longer(data.get("title"), meta.get("title"))
    person = None if _is_house(found["author"], found["source"]) else found["author"]
    times: list[str] = []
    if not (found["date"] and found["author"]):
        _drop_comments(tree)
    if not (found["date"] and person):
        times = [] if found["date"] else list(_times(tree))
        found["date"] = next(iter(times), found["date"])
        found["author"] = person or next(filter(None, _bylines(tree)), found["author"])
    found["url"] = _first(*(url for url in (canonical, found["url"]) if _is_address(url)))
    days = set(filter(None, map(read_date, times)))
    return Draft(**dict[str, Any](found), body=data.get("body"), contested=len(days) > 1)


def _is_house(author: str | None, source: str | None) -> bool:
    """Whether the author of the metadata is no person but the paper, as where a site names itself on every page."""
    if not author or author.isupper():  # capitals may be a person's
        return False
    name = author.split(" (")[0]
    return is_source(name) or bool(source and same_letters(name, source))


def _times(tree: html.HtmlElement) -> Iterator[str]:
    """The days of the elements that may date the article; the words of one, which people read, before its attribute."""
    for element in (found for path in _TIMES for found in tree.xpath(path)[:1]):
        written = stamp(element.text_content())
        yield from filter(None, (written and written.published, element.get("datetime") or element.get("title")))


def _drop_comments(tree: html.HtmlElement) -> None:
    for other in tree.xpath(_OTHERS):
        if _is_of_others(other) and other.getparent() is not None and other.find(".//h1") is None:
            other.drop_tree()


def _is_of_others(element: html.HtmlElement) -> bool:
    return bool((_words(element, "class") | _words(element, "id")) & _OTHER_WORDS)


def _bylines(tree: html.HtmlElement) -> Iterator[str | None]:
    """The people that bylines name: those marked as such before those that only a class names."""
    found = tree.xpath(_BYLINE)
    marked = [one for one in found if "author" in (one.get("rel"), one.get("itemprop"))]
    named = [one for one in found if one not in marked and _words(one, "class") & _BYLINE_WORDS]
    for element in (*marked[:_MOST_BYLINES], *named[:_MOST_BYLINES]):
        if not any(map(_is_of_others, element.iterancestors())):  # comments, which stay where the head names an author
            yield byline(" ".join(element.text_content().split()))


def _words(element: html.HtmlElement, name: str) -> set[str]:
    """The words of an attribute: "article__author" is "article" and "author"."""
    return set(re.split(r"[\s_-]+", element.get(name, "").lower()))


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
    """The longer of two that begin alike: headlines are cut for search engines."""
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
        name = (element.get("property") or element.get("name") or element.get("itemprop") or "").replace("DC:", "dc.")
        value = (element.get("content") or "").strip()
        if value and not (
            name.lower() in _PEOPLE_OR_HOUSES and _is_address(value)
        ):  # the address of a Facebook page is not a name
            values.setdefault(name.lower(), value)
    found = {
        field: next((values[name] for name in names.split() if name in values), "") for field, names in _META.items()
    }
    return {field: value for field, value in found.items() if value}


_PEOPLE_OR_HOUSES = frozenset(f"{_META['source']} {_META['author']}".split())


def _article_data(
    tree: html.HtmlElement, addresses: tuple[str | None, ...], titles: tuple[str | None, ...]
) -> dict[str, str]:
    """The fields of the article in the page's JSON-LD that is about this page: a page may describe others first."""
    nodes = [node for script in tree.xpath(_DATA) for node in article_nodes(script.text_content())]
    if not nodes:
        return {}
    node = max(reversed(nodes), key=lambda one: _is_this(one, addresses, titles))
    found = {
        "title": _text(node.get("headline")) or _text(node.get("name")),
        "date": _text(node.get("datePublished")),
        "source": _names(node.get("publisher")),
        "author": _names(node.get("author")),
        "section": _text(node.get("articleSection")),
        "url": _address(node),
        "body": _text(node.get("articleBody")),
    }
    return {field: value for field, value in found.items() if value}


def _is_this(node: dict[str, Any], addresses: tuple[str | None, ...], titles: tuple[str | None, ...]) -> int:
    """How surely a node is about this page: 2 by its address, 1 by its title, 0 where neither tells."""
    address = (_address(node) or "").rstrip("/")
    if address and any(address == (one or "").rstrip("/") for one in addresses):
        return 2
    headline = _text(node.get("headline")) or ""
    return int(any(one and headline and same_letters(one[: len(headline)], headline) for one in titles))


def _address(node: dict[str, Any]) -> str | None:
    return _text(node.get("url")) or _identifier(node.get("mainEntityOfPage"))


def _text(value: object) -> str | None:
    if isinstance(value, list):
        return _text(value[0]) if value else None
    return unescape(value).strip() or None if isinstance(value, str) else None


def _names(value: object) -> str | None:
    """The names of people or organisations, given as texts or as objects."""
    values = value if isinstance(value, list) else [value]
    names = (_names(one.get("name")) if isinstance(one, dict) else _text(one) for one in values)
    return ", ".join(dict.fromkeys(name for name in names if name and not _is_address(name))) or None


def _identifier(value: object) -> str | None:
    return _text(value.get("@id")) if isinstance(value, dict) else _text(value)
