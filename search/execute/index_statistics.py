"""Statistics of a commit, in a folder or on a cluster: terms, values of columns, number of documents."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from functools import cached_property

from kiosque.index.segment.segment_data import SegmentData
from kiosque.search.facet_table import FACETS, Facet
from kiosque.search.leaves.filters import Values
from kiosque.search.lexicon.synonyms import Synonyms
from kiosque.search.lexicon.term_dictionary import TermDictionary
from kiosque.search.query.words import Words
from kiosque.search.ranking import Ranking
from kiosque.search.settings import Settings


class IndexStatistics:
    """A commit. Its `segments` have at least forms, terms with document frequencies, and values of columns.

    documents: those that are not deleted, as in the frequencies. values: of each facet's column, sorted. ranking: the
    constants that rank it.
    """

    def __init__(self, segments: Sequence[SegmentData], ranking: Ranking) -> None:
        self.segments, self.ranking = list(segments), ranking
        self.documents = sum(data.live_documents for data in segments)
        self.values = {row.column: _values(segments, row) for row in FACETS}
        self._lock = threading.Lock()
        self._words: Words | None = None

    @property
    def sources(self) -> Values:
        """The sources of its articles."""
        return self.values["source"]

    @property
    def dates(self) -> Values:
        """The dates of its articles."""
        return self.values["date"]

    @cached_property
    def dictionary(self) -> TermDictionary:
        """Its terms and forms."""
        return TermDictionary(self.segments)

    def idf(self, document_frequency: int) -> float:
        """Whoosh's inverse document frequency."""
        return math.log(self.documents / (document_frequency + 1)) + 1

    def words(self, settings: Settings, synonyms: Synonyms) -> Words:
        """Reads words of queries; made once, so that its caches live as long as the commit."""
        with self._lock:
            if self._words is None or (self._words.settings, self._words.synonyms) != (settings, synonyms):
                self._words = Words(self.dictionary, settings, synonyms, self.ranking)
            return self._words


def _values(segments: Sequence[SegmentData], row: Facet) -> Values:
    return Values(sorted({text for data in segments for text in data.live_values(row.column)}), dated=row.dated)
