"""Leaves of a query tree whose documents are found as arrays, a whole segment at once."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from whoosh.matching import ListMatcher, Matcher, WrappingMatcher
from whoosh.reading import IndexReader
from whoosh.scoring import BaseScorer, bm25

from kiosque.index.codec.whoosh_codec import segment_data
from kiosque.index.segment.segment_data import SegmentData
from kiosque.search.leaves.leaf import Documents, Key, Leaf, SegmentRun, Weights

MOST_KEPT = 64
"""Lists kept for each segment: the next page, or the next letter typed, needs them again."""


class DocSetQuery(Leaf):
    """A leaf that lists its documents. Its score is BM25, as if all its terms were one word.

    The document frequency of that word is the greatest among its terms (as in Lucene's SynonymQuery): a rare
    misspelling must not outweigh the word itself. A leaf without terms gives no score.
    """

    fieldname: str

    def listed(self, data: SegmentData) -> tuple[Documents, Weights]:
        """The documents of a segment that match, ascending, deleted ones included, and how often each does."""
        kept = _kept.setdefault(data, {})
        found = kept.get(self.key())
        if found is None:
            if len(kept) >= MOST_KEPT:
                kept.clear()
            found = kept[self.key()] = self.find(data)
        return found

    @abstractmethod
    def find(self, data: SegmentData) -> tuple[Documents, Weights]:
        """What `listed` gives."""

    @abstractmethod
    def key(self) -> Hashable:
        """What its documents depend on."""

    def add_matches(self, run: SegmentRun) -> None:
        """See Leaf."""
        run.add_documents(*self.listed(run.data), self.term_keys(), self.boost)

    def matcher(self, searcher: Any, context: Any = None) -> Matcher:
        """The documents of one segment, as Whoosh walks over them."""
        reader = searcher.reader()
        documents, weights = self.listed(segment_data(reader))
        kept = [not reader.is_deleted(number) for number in documents.tolist()]
        ids, tf = documents[kept].tolist(), weights[kept].tolist()
        if not self.term_keys():
            return WrappingMatcher(ListMatcher(ids), boost=0.0)  # ListMatcher takes a weight of 0 for none given
        scorer = _Scorer(searcher, self.fieldname, self.term_keys())
        return WrappingMatcher(ListMatcher(ids, tf, scorer=scorer), boost=self.boost)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and (other.key(), other.boost) == (self.key(), self.boost)

    def __hash__(self) -> int:
        return hash((self.key(), self.boost))

    def __repr__(self) -> str:
        return f"{type(self).__name__}{self.key()!r}^{self.boost}"

    def field(self) -> str:
        """Its field."""
        return self.fieldname

    def estimate_size(self, ixreader: IndexReader) -> int:
        """It may match everything."""
        return int(ixreader.doc_count())


def union(lists: Sequence[tuple[Documents, Weights]], size: int) -> tuple[Documents, Weights]:
    """The documents of a segment of `size` that are in any of the lists, with the sums of their weights."""
    if len(lists) == 1:
        return lists[0]
    weights = np.zeros(size)
    for documents, of_term in lists:
        weights[documents] += of_term  # no document is twice in one list
    found = np.flatnonzero(weights)
    return found.astype(np.uint32), weights[found]


_kept: WeakKeyDictionary[SegmentData, dict[Hashable, tuple[Documents, Weights]]] = WeakKeyDictionary()


class _Scorer(BaseScorer):  # type: ignore[misc]
    """BM25 with Whoosh's own statistics."""

    def __init__(self, searcher: Any, name: str, keys: list[Key]) -> None:
        parent = searcher.get_parent()
        weighting = parent.weighting
        _, frequent = max(keys, key=lambda key: parent.doc_frequency(*key))
        self._name, self._length = name, searcher.doc_field_length
        self._statistics = parent.idf(name, frequent), parent.avg_field_length(name) or 1, weighting.B, weighting.K1

    def score(self, matcher: Matcher) -> float:
        """The score of the matcher's document."""
        idf, average, b, k1 = self._statistics
        return float(bm25(idf, matcher.weight(), self._length(matcher.id(), self._name, 1), average, b, k1))
