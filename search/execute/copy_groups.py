"""What is said of an article's near copies: who published it first, and which titles have it too."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kiosque.index.segment.schema import Card
from kiosque.search.execute.search_result import Document
from kiosque.search.execute.searchable import Searchable
from kiosque.search.execute.snapshot import Snapshot
from kiosque.search.model import Copy, CopyGroup, Hit

MOST_IN_HIT = 20
"""Copies that a hit names; the article's own page names all."""


def with_copies(state: Searchable, hits: list[Hit], rows: Sequence[tuple[Document, float]]) -> list[Hit]:
    """The hits, each with what is said of its copies; `rows` are their documents with their scores."""
    groups = state.copies_of([document for document, _ in rows], MOST_IN_HIT)
    return [
        msgspec.structs.replace(hit, copies=group) if group else hit for hit, group in zip(hits, groups, strict=True)
    ]


def copies_of(snapshot: Snapshot, document: int, most: int | None = None) -> CopyGroup | None:
    """The near copies of a document, at most so many of them named; None where it has none."""
    members = [number for number in snapshot.copies.group(document) if not snapshot.is_deleted(number)]
    if len(members) < 2:
        return None
    others = [number for number in members if number != document]
    sources = {snapshot.source(number) for number in others} - {snapshot.source(document), ""}
    cards = [snapshot.card(number) for number in others[:most]]
    return copy_group(snapshot.card(members[0]).id, len(others), len(sources), cards)


def copy_group(first: str, count: int, titles: int, others: Sequence[Card]) -> CopyGroup:
    """What is said of `count` copies in so many other titles, of which `others` are the first."""
    copies = [Copy(id=card.id, title=card.title, source=card.source, date=card.date) for card in others]
    return CopyGroup(first=first, titles=titles, count=count, others=copies)
