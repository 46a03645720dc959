"""The near copies of an article: who published it first, and which other sources have it."""

from __future__ import annotations

from collections.abc import Sequence

from kiosque.index.segment.schema import Card
from kiosque.search.execute.snapshot import Snapshot
from kiosque.search.model import Copy, CopyGroup


def copies_of(snapshot: Snapshot, document: int, most: int | None = None) -> CopyGroup | None:
    """The near copies of a document, at most `most` of them named; None without any."""
    members = [number for number in snapshot.copies.group(document) if not snapshot.is_deleted(number)]
    if len(members) < 2:
        return None
    others = [number for number in members if number != document]
    sources = {snapshot.source(number) for number in others} - {snapshot.source(document), ""}
    cards = [snapshot.card(number) for number in others[:most]]
    return copy_group(snapshot.card(members[0]).id, len(others), len(sources), cards)


def copy_group(first: str, count: int, titles: int, others: Sequence[Card]) -> CopyGroup:
    """A group of `count` copies in so many other sources; `others` are the first of them."""
    copies = [Copy(id=card.id, title=card.title, source=card.source, date=card.date) for card in others]
    return CopyGroup(first=first, titles=titles, count=count, others=copies)
