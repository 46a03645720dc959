"""RSS and Atom files: one article an entry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.sax import SAXException

import feedparser

from kiosque.corpus.article import Article
from kiosque.corpus.draft.draft import Draft, finish, host
from kiosque.corpus.french import counted
from kiosque.corpus.french import number as number_of
from kiosque.corpus.location import Location
from kiosque.corpus.markup.text_of_markup import text_of_markup
from kiosque.corpus.refusal import Refusal, Unreadable
from kiosque.corpus.sources.source import is_source, split_title

MOST_ENTRIES = 50_000  # feedparser takes a tenth of a millisecond for an empty one
_LONGEST_TITLE = 60  # characters of a feed's title that can name a house
_HUGO = re.compile(r"Recent content (?:in .+ )?on (?P<site>.+)", re.DOTALL)  # what a feed of Hugo says of itself
_DATES = ("published", "issued", "created", "updated")  # Atom asks for the last one only


def read_feed(data: bytes, location: Location) -> Iterator[Article | Refusal]:
    """The articles of a feed, and a Refusal for each entry that gives none, and for the rest of a broken feed.

    Raises Unreadable for more than MOST_ENTRIES.
    """
    if data.count(b"<item") + data.count(b"<entry") > MOST_ENTRIES:
        raise Unreadable(f"flux de plus de {number_of(MOST_ENTRIES)} articles : le couper")
    # A stream: given bytes, feedparser would take "https://..." for an address and fetch it.
    feed = feedparser.parse(BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    for number, entry in enumerate(feed.entries, 1):
        try:
            yield finish(_draft(entry, feed.feed, location, number), location, number)
        except Unreadable as error:
            yield Refusal(location.part(number), str(error))
    if not feed.entries or isinstance(feed.get("bozo_exception"), SAXException):
        read = counted(len(feed.entries), "article lu", "articles lus")
        yield Refusal(location.shown, f"flux abîmé : {read}, peut-être pas tous")


def _draft(entry: Any, feed: Any, location: Location, number: int) -> Draft:
    contents = [content.get("value", "") for content in entry.get("content", [])]
    text = max([*contents, entry.get("summary", "")], key=len)  # some feeds cut the one, some the other
    return Draft(
        id=f"{location.id}:{entry.get('id') or number}",
        title=text_of_markup(entry.get("title", "")),
        body=text_of_markup(text),
        date=next((entry[name] for name in _DATES if entry.get(name)), None),
        source=entry.get("source", {}).get("title") or entry.get("publisher") or _feed_source(feed),
        url=entry.get("link"),
        site=feed.get("link"),
        author=", ".join(filter(None, (one.get("name") for one in entry.get("authors", [])))) or entry.get("author"),
        section=", ".join(filter(None, (tag.get("term") or tag.get("label") for tag in entry.get("tags", [])))),
    )


def _feed_source(feed: Any) -> str | None:
    """The house of a feed, where its title is that: "Débats : toute l’actualité" is none, and the address will tell."""
    hugo = _HUGO.fullmatch(text_of_markup(feed.get("subtitle", "")).strip())
    title = hugo["site"] if hugo else text_of_markup(feed.get("title", "")).strip()
    head, source = split_title(title)
    named = feed.get("publisher") or source or (head if is_source(head) else None)
    return named or (None if host(feed.get("link")) or len(title) > _LONGEST_TITLE else title)
