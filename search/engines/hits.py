"""Documents -> the hits of a page: their articles are read, their titles marked, their passages cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
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
from kiosque.search.snippets.reading_time import reading_minutes
from kiosque.search.snippets.snippet import Passage, highlight, snippet

Row = tuple[Document, float]
"""A document and its score."""


def hits_of(
    state: Searchable, marker: Marker, tree: Query, terms: Terms, rows: Sequence[Row], rank: int, most: int = 1
) -> list[Hit]:
    """The hits of some documents with their scores; the first has that rank. `terms` are those of `tree`. A snippet is
    made of `most` passages or fewer.

    Where terms tell what to mark and postings are at hand, it is read off them; else the texts are looked at.
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


def _shown(cards: Sequence[Card], batch: Texts, cut: Passages) -> Iterator[tuple[str, Snippet]]:
    """Of each article the title, marked for HTML, and the snippet of its body."""
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
