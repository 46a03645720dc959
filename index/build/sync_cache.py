"""What a program that follows a corpus has read of it, so that only the parts that changed are read again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Hashable, Sequence

from kiosque.corpus.walk.part_keys import part_key
from kiosque.corpus.walk.read_corpus import Part
from kiosque.index.build.batches import Step

Known = dict[Hashable, list[Step]]

Digests = list[tuple[str, bytes]]
"""Of each document of a segment, deleted ones too: its identifier and a digest of what is stored of it."""


class Recall:
    """What is known of the parts of a corpus before it is read: nothing, and nothing is kept."""

    def steps(self, number: int, part: Part) -> Sequence[Step] | None:
        """What was found in the part that is now the one of that number; None where it is to be read."""
        return None

    def note(self, number: int, step: Step) -> None:
        """Told what was found in the part of that number."""


class SyncCache:
    """What was found in the parts of a corpus when an index was last brought up to date with it; what its segments
    hold, which never changes."""

    def __init__(self) -> None:
        self._state: object = None
        self._known: Known = {}
        self._digests: dict[str, Digests] = {}

    def digests(self, segment: str, read: Callable[[str], Digests]) -> Digests:
        """The documents of the segment of that name, which `read` gives the first time."""
        if segment not in self._digests:
            self._digests[segment] = read(segment)
        return self._digests[segment]

    def forget(self, segments: Container[str]) -> None:
        """Forgets all segments but these."""
        self._digests = {name: digests for name, digests in self._digests.items() if name in segments}

    def recall(self, state: object) -> Remembered:
        """What is known, if `state` is still what it came to; nothing otherwise."""
        return Remembered(self._known if state == self._state else {})

    def keep(self, state: object, recall: Remembered) -> None:
        """Knows what a reading found, which came to `state`."""
        self._state, self._known = state, recall.found


class Remembered(Recall):
    """Steps by the keys of their parts; what is found now is kept beside."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._met: Counter[Hashable] = Counter()
        self._keys: dict[int, Hashable] = {}
        self.found: Known = {}

    def steps(self, number: int, part: Part) -> Sequence[Step] | None:
        """See Recall."""
        key = part_key(part)
        self._met[key] += 1  # a file that was given twice is read twice
        self._keys[number] = named = None if key is None else (key, self._met[key])
        return self._known.get(named)

    def note(self, number: int, step: Step) -> None:
        """See Recall."""
        key = self._keys[number]
        if key is not None:
            self.found.setdefault(key, []).append(step)
