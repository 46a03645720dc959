"""What a follower has read of a corpus, so that the next sync reads only the parts that changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Hashable, Sequence

from kiosque.corpus.walk.part_keys import part_key
from kiosque.corpus.walk.read_corpus import Part
from kiosque.index.build.batches import UnifiedBatch

BatchesByPart = dict[Hashable, list[UnifiedBatch]]

Digests = list[tuple[str, bytes]]
"""The id and digest of each document of a segment, deleted ones included."""


class NullCache:
    """Knows no part, and keeps nothing."""

    def batches(self, number: int, part: Part) -> Sequence[UnifiedBatch] | None:
        """The batches of this part, the one of that number; None if it must be read."""
        return None

    def add(self, number: int, batch: UnifiedBatch) -> None:
        """Keeps a batch of the part of that number."""


class SyncCache:
    """The batches of the last sync by part, and the digests of each segment, which never change."""

    def __init__(self) -> None:
        self._state: object = None
        self._known: BatchesByPart = {}
        self._digests: dict[str, Digests] = {}

    def digests(self, segment: str, read: Callable[[str], Digests]) -> Digests:
        """The digests of that segment; calls `read` the first time."""
        if segment not in self._digests:
            self._digests[segment] = read(segment)
        return self._digests[segment]

    def drop_digests_except(self, segments: Container[str]) -> None:
        """Drops the digests of all segments but these."""
        self._digests = {name: digests for name, digests in self._digests.items() if name in segments}

    def parts(self, state: object) -> PartCache:
        """The known parts if `state` is that of the last sync, else none."""
        return PartCache(self._known if state == self._state else {})

    def keep(self, state: object, parts: PartCache) -> None:
        """Keeps the parts of a sync that ended in `state`."""
        self._state, self._known = state, parts.found


class PartCache(NullCache):
    """Batches by the keys of their parts. `found` collects those of this run."""

    def __init__(self, known: BatchesByPart) -> None:
        self._known = known
        self._met: Counter[Hashable] = Counter()
        self._keys: dict[int, Hashable] = {}
        self.found: BatchesByPart = {}

    def batches(self, number: int, part: Part) -> Sequence[UnifiedBatch] | None:
        """See NullCache."""
        key = part_key(part)
        self._met[key] += 1  # a file that was given twice is read twice
        self._keys[number] = named = None if key is None else (key, self._met[key])
        return self._known.get(named)

    def add(self, number: int, batch: UnifiedBatch) -> None:
        """See NullCache."""
        key = self._keys[number]
        if key is not None:
            self.found.setdefault(key, []).append(batch)
