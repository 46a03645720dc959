"""The one table of fields: what each holds and how it is indexed."""

from __future__ import annotations

import msgspec
from whoosh.fields import ID, STORED, TEXT, Schema

from kiosque.corpus.article import Article
from kiosque.index.segment.posting_formats import PressPositions
from kiosque.index.text.analyzer import french_analyzer

TEXTS = ("title", "body")
"""The fields that plain words are searched in; `search.ranking` has what each counts."""

LONG_TEXTS = ("body",)
"""Those whose tokens are found by skipping (see `skips`)."""

VALUES = ("id", "source", "date", "author", "section")
"""The fields whose whole value is one term."""

COLUMNS = ("source", "date", "author", "section")
"""The fields whose value can be read by document number, to filter, count and sort."""

KEPT = ("source_origin", "source_written", "date_origin", "url", "format", "cuts")
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


HEADERS = {0xD9: 2, 0xDA: 3, 0xDB: 5}
"""Bytes before a text in msgpack, by the first of them; 1 for those up to 31 bytes long."""


class Card(msgspec.Struct, frozen=True):
    """What a list of articles shows of a stored one. The body is as it is stored: see `text_bytes`."""

    id: str
    title: str
    body: msgspec.Raw
    source: str | None = None
    date: str | None = None
    url: str | None = None


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Article)
_card_decoder = msgspec.msgpack.Decoder(Card)


def stored(article: Article) -> bytes:
    """An article as the index stores it."""
    return _encoder.encode(article)


def article_of(record: bytes) -> Article:
    """The article of a stored record."""
    return _decoder.decode(record)


def card_of(record: bytes) -> Card:
    """The card of a stored record; its body is not decoded, which costs more than all the rest."""
    return _card_decoder.decode(record)


def text_bytes(raw: msgspec.Raw) -> memoryview:
    """The UTF-8 of a text that msgpack holds: a header of one to five bytes stands before it."""
    data = memoryview(raw)
    return data[HEADERS.get(data[0], 1) :]
