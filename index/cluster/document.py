"""A document of the cluster: what it gets of an article. Pure: nothing here knows of HTTP."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import islice, pairwise
from typing import Any

from corpus.article import Article
from index.analysis import bare
from index.cluster.mapping import FORMS, LENGTH, LONGEST_TOKEN, NOT_WRITTEN, WRITTEN
from index.days import day_span
from index.lexicon import Lexicon
from index.schema import TEXTS, VALUES, article_of
from index.tokens import scan, texts_of

LONGEST_ID = 512
"""Bytes that a cluster takes for the name of a document."""

UNBROKEN = "\u00a0"
"""Stands for what the cluster would cut a token at."""

BLANK = re.compile(r"\s")

Document = dict[str, Any]


def document_id(id: str) -> str:
    """The name of an article's document: its id, or a hash of it where that is too long."""
    encoded = id.encode()
    return id if len(encoded) <= LONGEST_ID else "blake2b:" + blake2b(encoded, digest_size=32).hexdigest()


def digest(record: bytes) -> str:
    """What tells whether a stored article has changed."""
    return blake2b(record, digest_size=16).hexdigest()


def token_text(text: str) -> str:
    """A term or a form as the cluster has it, also in a query: without blanks, never empty, cut where it is endless."""
    return BLANK.sub(UNBROKEN, text)[:LONGEST_TOKEN] or UNBROKEN


def written_text(surface: str) -> str:
    """How a token is written, where that has capitals; else the placeholder."""
    if surface.isascii() and surface.islower():
        return NOT_WRITTEN
    written = bare(surface)
    return token_text(written) if written != written.lower() else NOT_WRITTEN


class Documents:
    """Makes documents of stored articles. Each surface is analysed once for all of them."""

    def __init__(self) -> None:
        self._lexicon = Lexicon()
        self._term_texts: list[str] = []
        self._form_texts: list[str] = []
        self._terms: list[str] = []
        self._forms: list[str] = []
        self._written: list[str] = []

    def of(self, records: Sequence[bytes]) -> Iterator[tuple[str, Document]]:
        """The document of each record with its name, in order."""
        articles = [article_of(record) for record in records]
        streams = [self._streams(name, [getattr(article, name) for article in articles]) for name in TEXTS]
        for record, article, *texts in zip(records, articles, *streams, strict=True):
            fields = {name: value for part in texts for name, value in part.items()}
            yield document_id(article.id), fields | _values(article) | _kept(record)

    def _streams(self, name: str, texts: list[str]) -> Iterator[Document]:
        """What is sent of a text field, for each text."""
        batch = texts_of(texts)
        tokens = scan(batch)
        numbers = self._lexicon.intern(batch, tokens).tolist()
        self._learn()
        kinds = ((name, self._terms), (name + FORMS, self._forms), (name + WRITTEN, self._written))
        bounds = tokens.offsets.tolist()
        for first, last in pairwise(bounds):
            own = numbers[first:last]
            yield {kind: " ".join(map(known.__getitem__, own)) for kind, known in kinds} | {name + LENGTH: last - first}

    def _learn(self) -> None:
        """Writes down what the cluster gets for the surfaces that are new."""
        known, lexicon = len(self._terms), self._lexicon
        _extend(self._term_texts, lexicon.terms)
        _extend(self._form_texts, lexicon.forms)
        self._terms += map(self._term_texts.__getitem__, lexicon.term_of_surface[known : len(lexicon)].tolist())
        self._forms += map(self._form_texts.__getitem__, lexicon.form_of_surface[known : len(lexicon)].tolist())
        self._written += map(written_text, lexicon.surfaces(known))


def _extend(known: list[str], numbers: dict[str, int]) -> None:
    """Adds what was numbered since: looking at all for each batch would cost more than the batch."""
    new = [*islice(reversed(numbers), len(numbers) - len(known))][::-1]
    known += map(token_text, new)


def _values(article: Article) -> Document:
    """The columns of an article; what it lacks is left out."""
    values = {name: value for name in VALUES if (value := getattr(article, name))}
    if not article.date:
        return values
    first, last = day_span(article.date)
    return values | {"date_first": first, "date_last": last}


def _kept(record: bytes) -> Document:
    return {"record": b64encode(record).decode(), "digest": digest(record)}
