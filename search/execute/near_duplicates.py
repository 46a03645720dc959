"""The groups of near copies of a snapshot: which article of a group is shown, and which are its others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from kiosque.index.segment.arrays import Array
from kiosque.index.segment.segment_data import SegmentData

Numbers = NDArray[np.int64]


class Copies:
    """The documents that are in groups, by rank: group after group, in a group whoever published first comes first.

    A group whose other members were deleted since its commit may have a single one left.
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
        """The ranks of those among the matches, which are in groups, that come first in their groups; ascending."""
        ranks = np.sort(self._ranks[matches])
        groups = self._groups[ranks]
        return ranks[np.concatenate(([True], groups[1:] != groups[:-1]))[: len(ranks)]]

    def shown(self, documents: Numbers, firsts: Numbers) -> NDArray[np.bool_]:
        """For each of the documents whether it is in no group, or one of those ranks."""
        ranks = self._ranks[documents]
        return (ranks < 0) | np.isin(ranks, firsts)

    def group(self, document: int) -> list[int]:
        """The documents of a document's group, itself among them, in the order of publication; none if it has none."""
        rank = int(self._ranks[document]) if self else -1
        if rank < 0:
            return []
        first, last = np.searchsorted(self._groups, [self._groups[rank], self._groups[rank] + 1])
        members: list[int] = self._members[first:last].tolist()
        return members


def _joined(arrays: Iterable[Array]) -> Numbers:
    return np.concatenate([np.empty(0, np.int64), *arrays]).astype(np.int64)
