"""The groups of near copies in a snapshot: which article represents a group, and which others it has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from kiosque.index.segment.arrays import Array
from kiosque.index.segment.schema import Card
from kiosque.index.segment.segment_data import SegmentData
from kiosque.search.model import Copy, CopyGroup

Numbers = NDArray[np.int64]


class CopyGroups:
    """The documents in groups, ranked: group after group, in a group by publication.

    A group may be down to one document, where the others were deleted since its commit.
    """

    def __init__(self, segments: Sequence[tuple[int, SegmentData]], documents: int) -> None:
        ranked = [(base, data) for base, data in segments if len(data["copies.ranks"])]
        ranks = _joined(data["copies.ranks"] for _, data in ranked)
        order = np.argsort(ranks)
        self._members = _joined(data["copies.documents"] + np.int64(base) for base, data in ranked)[order]
        self._groups = _joined(data["copies.groups"] for _, data in ranked)[order]
        self._ranks = np.full(documents if len(order) else 0, -1, np.int64)
        self._ranks[self._members] = np.arange(len(order))

    def __bool__(self) -> bool:
        return len(self._members) > 0

    def firsts(self, matches: Numbers) -> Numbers:
        """The ranks of the first match of each group, ascending; all `matches` are in groups."""
        ranks = np.sort(self._ranks[matches])
        groups = self._groups[ranks]
        return ranks[np.concatenate(([True], groups[1:] != groups[:-1]))[: len(ranks)]]

    def shown(self, documents: Numbers, firsts: Numbers) -> NDArray[np.bool_]:
        """Whether each document is in no group, or has one of the ranks, which are ascending."""
        ranks = self._ranks[documents]
        return (ranks < 0) | (firsts.searchsorted(ranks) < firsts.searchsorted(ranks, "right"))

    def group(self, document: int) -> list[int]:
        """The documents of a document's group, itself included, by publication; empty if it has no group."""
        rank = int(self._ranks[document]) if self else -1
        if rank < 0:
            return []
        first, last = np.searchsorted(self._groups, [self._groups[rank], self._groups[rank] + 1])
        members: list[int] = self._members[first:last].tolist()
        return members


def copy_group(first: str, count: int, titles: int, others: Sequence[Card]) -> CopyGroup:
    """A group of `count` copies in `titles` other sources; `others` are the first few."""
    copies = [Copy(id=card.id, title=card.title, source=card.source, date=card.date) for card in others]
    return CopyGroup(first=first, titles=titles, count=count, others=copies)


def _joined(arrays: Iterable[Array]) -> Numbers:
    return np.concatenate([np.empty(0, np.int64), *arrays]).astype(np.int64)
