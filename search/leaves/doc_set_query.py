"""Leaves of a query tree whose documents are found as arrays, a whole segment at once."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Iterator
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from whoosh.matching import ListMatcher, Matcher, WrappingMatcher
from whoosh.query import Query
from whoosh.reading import IndexReader
from whoosh.scoring import BaseScorer, bm25

from kiosque.index.codec.whoosh_codec import segment_data
from kiosque.index.segment.segment_data import SegmentData

MOST_KEPT = 64
"""Lists that are kept for each segment: the next page, or the next letter typed, asks for them again."""

Documents = NDArray[np.uint32]
Weights = NDArray[np.float64]


class DocSetQuery(Query):  # type: ignore[misc]
    """A leaf that knows its documents. Its score is BM25, as if all that it stands for were one word.

    The document frequency of that word is the greatest among its terms (as in Lucene's SynonymQuery): a rare
    misspelling must not outweigh the word itself. A leaf without terms gives no score.
    """

    fieldname: str
    boost: float

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
        """What tells its documents from those of another leaf."""

    @abstractmethod
    def scored_terms(self) -> tuple[str, ...]:
        """The terms whose document frequencies give the score; none for a filter."""

    def matcher(self, searcher: Any, context: Any = None) -> Matcher:
        """The documents of one segment, as Whoosh walks over them."""
        reader = searcher.reader()
        documents, weights = self.listed(segment_data(reader))
        kept = [not reader.is_deleted(number) for number in documents.tolist()]
        ids, tf = documents[kept].tolist(), weights[kept].tolist()
        if not self.scored_terms():
            return WrappingMatcher(ListMatcher(ids), boost=0.0)  # ListMatcher takes a weight of 0 for none given
        scorer = _Scorer(searcher, self.fieldname, self.scored_terms())
        return WrappingMatcher(ListMatcher(ids, tf, scorer=scorer), boost=self.boost)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and (other.key(), other.boost) == (self.key(), self.boost)

    def __hash__(self) -> int:
        return hash((self.key(), self.boost))

    def __repr__(self) -> str:
        return f"{type(self).__name__}{self.key()!r}^{self.boost}"

    def is_leaf(self) -> bool:
        """Nothing stands below it."""
        return True

    def field(self) -> str:
        """The field that it asks."""
        return self.fieldname

    def estimate_size(self, ixreader: IndexReader) -> int:
        """It may match everything."""
        return int(ixreader.doc_count())

    def leaves(self) -> Iterator[Query]:
        """Itself."""
        yield self


_kept: WeakKeyDictionary[SegmentData, dict[Hashable, tuple[Documents, Weights]]] = WeakKeyDictionary()


class _Scorer(BaseScorer):  # type: ignore[misc]
    """BM25 with Whoosh's own figures."""

    def __init__(self, searcher: Any, name: str, terms: tuple[str, ...]) -> None:
        parent = searcher.get_parent()
        weighting = parent.weighting
        frequent = max(terms, key=lambda term: parent.doc_frequency(name, term))
        self._name, self._length = name, searcher.doc_field_length
        self._figures = parent.idf(name, frequent), parent.avg_field_length(name) or 1, weighting.B, weighting.K1

    def score(self, matcher: Matcher) -> float:
        """The score of the matcher's document."""
        idf, average, b, k1 = self._figures
        return float(bm25(idf, matcher.weight(), self._length(matcher.id(), self._name, 1), average, b, k1))
