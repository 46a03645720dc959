"""A document of the cluster, made from an article. Pure: no HTTP here."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import islice, pairwise
from typing import Any

import numpy as np
import zstandard
from numpy.typing import NDArray

from kiosque.corpus.article import Article
from kiosque.corpus.french import NBSP
from kiosque.index.cluster.mapping import FORMS, LONGEST_TOKEN, NOT_WRITTEN, WRITTEN
from kiosque.index.merge.kernels import take_strings
from kiosque.index.segment.schema import TEXTS, VALUES, article_of
from kiosque.index.segment.store import digest
from kiosque.index.text.analyzer import bare
from kiosque.index.text.days import day_span
from kiosque.index.text.lexicon import Lexicon
from kiosque.index.text.scanner import scan, texts_of

LONGEST_ID = 512
"""Bytes that a cluster takes for the name of a document."""

UNBROKEN = NBSP
"""Stands for what the cluster would cut a token at."""

BLANK = re.compile(r"\s")

Document = dict[str, Any]


def document_id(id: str) -> str:
    """The name of an article's document: its id, or a hash of it where that is too long."""
    encoded = id.encode()
    return id if len(encoded) <= LONGEST_ID else "blake2b:" + blake2b(encoded, digest_size=32).hexdigest()


def token_text(text: str) -> str:
    """A term or a form as the cluster has it, also in a query: without blanks, never empty, cut where it is endless."""
    return BLANK.sub(UNBROKEN, text)[:LONGEST_TOKEN] or UNBROKEN


def record_of(row: dict[str, Any]) -> bytes:
    """The stored article of a document from the cluster. Raises ZstdError if it is not one that we sent."""
    return zstandard.ZstdDecompressor().decompress(b64decode(row["fields"]["record"][0]))


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
        self._terms, self._forms, self._written = SurfaceTexts(), SurfaceTexts(), SurfaceTexts()
        self._compress = zstandard.ZstdCompressor().compress

    def of(self, records: Sequence[bytes]) -> Iterator[tuple[str, Document]]:
        """The document of each record with its name, in order."""
        articles = [article_of(record) for record in records]
        texts = {kind: rows for name in TEXTS for kind, rows in self._rows(name, articles).items()}
        for record, article, *rows in zip(records, articles, *texts.values(), strict=True):
            fields = dict(zip(texts, rows, strict=True))
            yield document_id(article.id), fields | _values(article) | self._kept(record)

    def _rows(self, name: str, articles: Sequence[Article]) -> dict[str, list[str]]:
        """What is sent of a text field, for each article."""
        batch = texts_of([getattr(article, name) for article in articles])
        tokens = scan(batch)
        numbers = self._lexicon.intern(batch, tokens)
        self._learn()
        kinds = ((name, self._terms), (name + FORMS, self._forms), (name + WRITTEN, self._written))
        return {kind: texts.rows(numbers, tokens.offsets) for kind, texts in kinds}

    def _learn(self) -> None:
        """Writes down what the cluster gets for the surfaces that are new."""
        known, lexicon = len(self._terms), self._lexicon
        _extend(self._term_texts, lexicon.terms)
        _extend(self._form_texts, lexicon.forms)
        self._terms.learn([self._term_texts[term] for term in lexicon.term_of_surface[known : len(lexicon)].tolist()])
        self._forms.learn([self._form_texts[form] for form in lexicon.form_of_surface[known : len(lexicon)].tolist()])
        self._written.learn([written_text(surface) for surface in lexicon.surfaces(known)])

    def _kept(self, record: bytes) -> Document:
        return {"record": b64encode(self._compress(record)).decode(), "digest": digest(record).hex()}


class SurfaceTexts:
    """The token text of each surface, by its number: bytes with a trailing blank, joined by a kernel.

    Joining strings one by one took half of all that is done here for an article.
    """

    def __init__(self) -> None:
        self._data, self._bounds = np.empty(0, np.uint8), np.zeros(1, np.int64)

    def __len__(self) -> int:
        return len(self._bounds) - 1

    def learn(self, texts: Sequence[str]) -> None:
        """Gives these texts the next numbers."""
        encoded = [f"{text} ".encode() for text in texts]
        ends = self._bounds[-1] + np.cumsum([*map(len, encoded)], dtype=np.int64)
        self._bounds = np.concatenate([self._bounds, ends])
        self._data = np.concatenate([self._data, np.frombuffer(b"".join(encoded), np.uint8)])

    def rows(self, numbers: NDArray[np.int32], offsets: NDArray[np.int64]) -> list[str]:
        """The texts of these numbers, joined by blanks: a row for each range between two offsets."""
        bounds = np.zeros(len(numbers) + 1, np.int64)
        np.cumsum(np.diff(self._bounds)[numbers], out=bounds[1:])
        joined = np.empty(int(bounds[-1]), np.uint8)
        take_strings(self._data, self._bounds, numbers.view(np.uint32), joined, bounds)
        data = joined.tobytes()
        return [data[first:last].decode().rstrip(" ") for first, last in pairwise(bounds[offsets].tolist())]


def _extend(known: list[str], numbers: dict[str, int]) -> None:
    """Adds what was numbered since: looking at all for each batch would cost more than the batch."""
    new = [*islice(reversed(numbers), len(numbers) - len(known))][::-1]
    known += map(token_text, new)


def _values(article: Article) -> Document:
    """The columns of an article; missing values are left out."""
    values = {name: value for name in VALUES if (value := getattr(article, name))}
    if not article.date:
        return values
    first, last = day_span(article.date)
    return values | {"date_first": first, "date_last": last}
