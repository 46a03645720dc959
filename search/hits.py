"""Documents -> the hits of a page: their articles are read, their titles marked, their passages cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from whoosh.query import Query

from index.schema import TEXTS, Card, text_bytes
from index.tokens import Texts, batch_of
from search.marker import Marker
from search.marks import Wanted, wanted
from search.model import Hit, Snippet
from search.occurrences import occurrences
from search.passages import Found, Passages, Skips, passages
from search.reading import reading_minutes
from search.snapshot import Snapshot
from search.snippets import Passage, highlight, snippet
from search.terms import Terms

Row = tuple[int, float]
"""A document and its score."""


def hits_of(
    snapshot: Snapshot, marker: Marker, tree: Query, terms: Terms, rows: Sequence[Row], rank: int, most: int = 1
) -> list[Hit]:
    """The hits of some documents with their scores; the first has that rank. `terms` are those of `tree`. A snippet is
    made of `most` passages or fewer.

    Where terms tell what to mark, it is read off the postings; forms of words are looked at in the texts.
    """
    if not rows:
        return []
    documents = [document for document, _ in rows]
    cards = [snapshot.card(document) for document in documents]
    batch = batch_of([text for card in cards for text in (card.title.encode(), text_bytes(card.body))])
    asked = list(wanted(tree).values())
    if all(each.is_plain for each in asked):
        found = _found(snapshot, terms, asked, documents)
    else:
        found = marker.found(batch, asked * len(documents))
    skips = Skips(*batch_of([skips for document in documents for skips in (b"", snapshot.skips(document))]))
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


def _found(snapshot: Snapshot, terms: Terms, asked: list[Wanted], documents: list[int]) -> Found:
    """Where the words and phrases stand in the text fields of each document."""
    places = [snapshot.segment_of(document) for document in documents]
    parts = {
        segment: occurrences(
            view, terms.places[segment], asked,
            [document - view.base for document, at in zip(documents, places, strict=True) if at == segment],
        )
        for segment, view in enumerate(snapshot.views) if segment in places
    }  # fmt: skip
    return next(iter(parts.values())) if len(parts) == 1 else _interleaved(parts, places)


def _interleaved(parts: dict[int, Found], places: list[int]) -> Found:
    """What was found in several segments, in the order of the documents."""
    read, tokens, sizes = dict.fromkeys(parts, 0), [], [0]
    for segment in places:
        part = parts[segment]
        for text in range(read[segment], read[segment] + len(TEXTS)):
            tokens.append(part.tokens[part.offsets[text] : part.offsets[text + 1]])
            sizes.append(len(tokens[-1]))
        read[segment] += len(TEXTS)
    return Found(np.concatenate(tokens), np.cumsum(sizes))


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
