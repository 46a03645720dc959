"""Where the terms of a query are in the segments of a snapshot, and what they weigh: looked up once, all together."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from whoosh.query import Phrase, Query, Term

from index.segment import SegmentData, find_terms
from search.listed import Listed
from search.snapshot import K1, Snapshot

Key = tuple[str, str]
"""A field and a term of it."""


class Place(NamedTuple):
    """A term in one segment: its number, -1 where it is not there; its chunks; its document frequency."""

    number: int
    chunk: int
    chunk_end: int
    frequency: int


ABSENT = Place(-1, 0, 0, 0)


class Terms:
    """The terms of a tree. `places` has, for each segment, the Place of each term."""

    def __init__(self, snapshot: Snapshot, tree: Query) -> None:
        keys = dict.fromkeys(key for leaf in _leaves(tree) for key in terms_of(leaf))
        self._snapshot, self.places = snapshot, [_find(view.data, keys) for view in snapshot.views]
        self._frequencies = {key: sum([places[key].frequency for places in self.places]) for key in keys}

    def frequency(self, key: Key) -> int:
        """In how many documents of the snapshot the term is, deleted ones included."""
        return self._frequencies[key]

    def weight(self, key: Key) -> float:
        """The term's inverse document frequency times what BM25 is multiplied by."""
        return (K1 + 1) * self._snapshot.idf(self.frequency(key))


def terms_of(leaf: Query) -> list[Key]:
    """The terms of a leaf that give its score; none of one that is no word, phrase or Listed."""
    if isinstance(leaf, Term):
        return [(leaf.fieldname, leaf.text)]
    words = leaf.words if isinstance(leaf, Phrase) else leaf.scored_terms() if isinstance(leaf, Listed) else ()
    return [(leaf.fieldname, word) for word in words]


def _leaves(tree: Query) -> list[Query]:
    """The words and phrases of a tree."""
    rest, found = [tree], []
    while rest:
        query = rest.pop()
        if isinstance(query, (Term, Phrase, Listed)):
            found.append(query)
        else:
            rest += query.children()
    return found


def _find(data: SegmentData, keys: Iterable[Key]) -> dict[Key, Place]:
    """Each term's place in a segment."""
    fields, rows = data.manifest.fields, list(keys)
    if not rows:
        return {}
    texts = [text.encode() for _, text in rows]
    bounds, found = np.array([0, *accumulate(map(len, texts))], np.int64), np.empty((len(rows), 4), np.int64)
    ranges = [(fields[name].first, fields[name].last) if name in fields else (0, 0) for name, _ in rows]
    find_terms(
        data["terms"], data["term_bounds"], data["chunk_first"], data["chunk_end"],
        np.frombuffer(b"".join(texts) or b" ", np.uint8), bounds, np.array(ranges, np.int64), found,
    )  # fmt: skip
    return dict(zip(rows, map(Place._make, found.tolist()), strict=True))
