"""Documents -> the hits of a page: reads their articles, marks their titles, cuts their passages, adds their copies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from msgspec.structs import replace
from whoosh.query import Query

from kiosque.index.segment.schema import Card, text_bytes
from kiosque.index.text.scanner import Texts, batch_of
from kiosque.search.execute.search_result import Document
from kiosque.search.execute.searchable import Searchable
from kiosque.search.execute.terms import Terms
from kiosque.search.model import Hit, Snippet
from kiosque.search.snippets.marker import Marker
from kiosque.search.snippets.marks import targets_of
from kiosque.search.snippets.passages import Passages, Skips, passages
from kiosque.search.snippets.snippet import Passage, highlight, reading_minutes, snippet

Row = tuple[Document, float]
"""A document and its score."""

MOST_IN_HIT = 20
"""Copies that a hit names; the article's own page names all."""


def hits_of(
    state: Searchable, marker: Marker, tree: Query, terms: Terms, rows: Sequence[Row], rank: int, most: int = 1
) -> list[Hit]:
    """The hits of some documents, ranked from `rank`. `terms` are those of `tree`; `most` passages make a snippet.

    Where terms tell what to mark, and the state has their postings, positions are read from these; else texts are
    scanned.
    """
    if not rows:
        return []
    documents = [document for document, _ in rows]
    cards = [state.card(document) for document in documents]
    batch = batch_of([text for card in cards for text in (card.title.encode(), text_bytes(card.body))])
    asked = list(targets_of(tree).values())
    read = state.occurrences(terms, asked, documents) if all(each.is_plain for each in asked) else None
    found = marker.found(batch, asked * len(documents)) if read is None else read
    skips = Skips(*batch_of([skips for document in documents for skips in (b"", state.skips(document))]))
    cut = passages(batch, found, np.arange(2 * len(cards)) % 2 == 0, skips, most)
    shown = _shown(cards, batch, cut)
    return [
        _hit(card, place, score, *next(shown))
        for place, (card, (_, score)) in enumerate(zip(cards, rows, strict=True), rank)
    ]


def with_copies(state: Searchable, hits: list[Hit], rows: Sequence[Row]) -> list[Hit]:
    """The hits with their groups of near copies; `rows` are their documents with their scores."""
    groups = state.copies_of([document for document, _ in rows], MOST_IN_HIT)
    return [replace(hit, copies=group) if group else hit for hit, group in zip(hits, groups, strict=True)]


def _shown(cards: Sequence[Card], batch: Texts, cut: Passages) -> Iterator[tuple[str, Snippet]]:
    """Each article's title, marked in HTML, and the snippet of its body."""
    marks, spans, data = list(map(tuple, cut.marks.tolist())), cut.spans.tolist(), batch.data.data
    offsets = cut.offsets.tolist()
    for card, title, body, end in zip(cards, offsets[::2], offsets[1::2], offsets[2::2], strict=True):
        _, _, first, last, _, _ = spans[title]
        rows = spans[body:end]
        follow = [False, *(not str(data[one[1] : other[0]], "utf-8").strip() for one, other in pairwise(rows))]
        passages = [
            Passage(str(data[start:stop], "utf-8"), marks[begin:end], before, after, follows)
            for (start, stop, begin, end, before, after), follows in zip(rows, follow, strict=True)
        ]
        yield highlight(card.title, marks[first:last]), snippet(passages)


def _hit(card: Card, rank: int, score: float, title_html: str, passage: Snippet) -> Hit:
    return Hit(
        id=card.id,
        rank=rank,
        score=round(score, 4),
        title=card.title,
        title_html=title_html,
        url=card.url,
        source=card.source,
        date=card.date,
        snippet=passage,
        reading_minutes=reading_minutes(len(text_bytes(card.body))),
    )
