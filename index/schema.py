"""The one table of fields: what each holds, how it is indexed, and what it is worth."""

from __future__ import annotations

import msgspec
from whoosh.fields import ID, STORED, TEXT, Schema

from corpus.article import Article
from index.analysis import french_analyzer
from index.formats import PressPositions

TEXTS = {"title": 2.0, "body": 1.0}
"""The fields that plain words are searched in, with their weights."""

VALUES = ("id", "source", "date", "author", "section")
"""The fields whose whole value is one term."""

COLUMNS = ("source", "date", "author", "section")
"""The fields whose value can be read by document number, to filter, count and sort."""

KEPT = ("source_origin", "date_origin", "url")
"""The fields that are only stored."""


def schema() -> Schema:
    """The Whoosh schema."""
    texts = {name: _text() for name in TEXTS}
    values = {name: ID(stored=True, unique=name == "id", sortable=name in COLUMNS) for name in VALUES}
    return Schema(**texts, **values, **{name: STORED() for name in KEPT})


def _text() -> TEXT:
    """A field of text that remembers how its terms were written."""
    field = TEXT(french_analyzer(), stored=True)
    field.format = PressPositions()
    return field


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Article)


def stored(article: Article) -> bytes:
    """An article as the index stores it."""
    return _encoder.encode(article)


def article_of(record: bytes) -> Article:
    """The article of a stored record."""
    return _decoder.decode(record)
