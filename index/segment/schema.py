"""The one table of fields: how each is indexed, stored, weighed and asked for. All else about fields is derived.

Derived here: the Whoosh schema and the tuples. Elsewhere: the cluster's mapping (`index.cluster.mapping`), the names
in queries (`search.query.lexer`), the weights of the ranking (`search.ranking`).
"""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple

import msgspec
from whoosh.fields import ID, STORED, TEXT, FieldType, Schema

from kiosque.corpus.article import Article
from kiosque.index.segment.posting_formats import PressPositions
from kiosque.index.text.analyzer import french_analyzer


class Kind(Enum):
    """How a field is indexed. The stored article has every field, whatever its kind."""

    TEXT = auto()
    """Cut into terms by the French analyzer, with positions and forms; plain words search it."""
    VALUE = auto()
    """The whole value is one term."""
    STORED = auto()
    """Not indexed."""


class FieldRow(NamedTuple):
    """A field of an article."""

    name: str
    kind: Kind
    weight: float = 1.0
    """The score of a word here, relative to the body."""
    unique: bool = False
    """Whether it identifies the article."""
    column: bool = False
    """Whether it can be read by document number, to filter, count and sort."""
    skips: bool = False
    """Whether its tokens are found by skipping (see `skips`): for long texts."""
    query_names: tuple[str, ...] = ()
    """The names that a query asks for it by, French and English: `titre:climat`."""
    unknown: str | None = None
    """For a field that is asked for by a name, the note when no article has that name."""


FIELDS = (
    # nDCG@10 on held-back queries (docs/RELEVANCE.md): a title of 2 is -.058 on piaf, -.040 on stories
    FieldRow("title", Kind.TEXT, weight=0.5, query_names=("titre", "title")),
    FieldRow("body", Kind.TEXT, skips=True, query_names=("texte", "text", "body")),
    FieldRow("id", Kind.VALUE, unique=True),
    FieldRow(
        "source", Kind.VALUE, column=True, query_names=("source",), unknown="Aucune source ne s’appelle « {} »."
    ),
    FieldRow("date", Kind.VALUE, column=True, query_names=("date",)),
    FieldRow(
        "author", Kind.VALUE, column=True, query_names=("auteur", "author"), unknown="Aucun auteur ne s’appelle « {} »."
    ),
    FieldRow(
        "section", Kind.VALUE, column=True, query_names=("rubrique", "section"),
        unknown="Aucune rubrique ne s’appelle « {} ».",
    ),
    FieldRow("source_origin", Kind.STORED),
    FieldRow("source_written", Kind.STORED),
    FieldRow("date_origin", Kind.STORED),
    FieldRow("url", Kind.STORED),
    FieldRow("format", Kind.STORED),
    FieldRow("cuts", Kind.STORED),
    FieldRow("unread", Kind.STORED),
    FieldRow("date_contested", Kind.STORED),
)  # fmt: skip

TEXTS = tuple(row.name for row in FIELDS if row.kind is Kind.TEXT)
LONG_TEXTS = tuple(row.name for row in FIELDS if row.skips)
VALUES = tuple(row.name for row in FIELDS if row.kind is Kind.VALUE)
COLUMNS = tuple(row.name for row in FIELDS if row.column)

K1 = 0.9
"""BM25: how fast a word's repetition stops counting. 1.2 is -.006, -.003, -.004 (docs/RELEVANCE.md)."""

B = 0.75
"""BM25: how much a long text is held back. .85 and .5 are each better on one collection and worse on another."""


def schema() -> Schema:
    """The Whoosh schema."""
    return Schema(**{row.name: _whoosh_field(row) for row in FIELDS})


def _whoosh_field(row: FieldRow) -> FieldType:
    if row.kind is Kind.TEXT:
        field = TEXT(french_analyzer(), stored=True)
        field.format = PressPositions()
        return field
    if row.kind is Kind.VALUE:
        return ID(stored=True, unique=row.unique, sortable=row.column)
    return STORED()


HEADERS = {0xD9: 2, 0xDA: 3, 0xDB: 5}
"""Bytes before a text in msgpack, by the first of them; 1 for those up to 31 bytes long."""


class Card(msgspec.Struct, frozen=True):
    """The fields of a stored article that a list of articles shows. The body is not decoded: see `text_bytes`."""

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
    """The card of a stored record. Decoding the body would cost more than all the rest."""
    return _card_decoder.decode(record)


def text_bytes(raw: msgspec.Raw) -> memoryview:
    """The UTF-8 of a msgpack text, without its header of one to five bytes."""
    data = memoryview(raw)
    return data[HEADERS.get(data[0], 1) :]
