"""A phrase of exact forms: `="Le Monde"`, `=Saint-Denis`."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from numpy.typing import NDArray

from kiosque.index.cluster.document import token_text
from kiosque.index.segment.segment_data import SegmentData
from kiosque.search.leaves.cluster_query import Json, Scoring, row_of_forms, scored_by, unscored
from kiosque.search.leaves.doc_set_query import DocSetQuery
from kiosque.search.leaves.leaf import Documents, Frequency, Key, MarkTargets, Weights
from kiosque.search.leaves.surfaces import having_row

POSITION_BITS = 28
"""A document has fewer than 2**28 tokens."""


class ExactPhrase(DocSetQuery):
    """The documents whose text field has some terms in a row, each in its form (see `exact_forms`).

    The postings find the phrase; the text decides how it is written.
    """

    def __init__(self, fieldname: str, terms: tuple[str, ...], forms: tuple[str, ...], boost: float = 1.0) -> None:
        self.fieldname, self.row, self.forms, self.boost = fieldname, terms, forms, boost

    def key(self) -> Hashable:
        """See DocSetQuery."""
        return self.fieldname, self.row, self.forms

    def term_keys(self) -> list[Key]:
        """See Leaf."""
        return [(self.fieldname, term) for term in self.row]

    def is_possible(self, frequency: Frequency) -> bool:
        """See Leaf. Words that are all there may still be nowhere in a row."""
        return all(frequency(*key) for key in self.term_keys())

    def add_marks(self, targets: MarkTargets) -> None:
        """See Leaf."""
        targets.rows.add(self.forms)

    def cluster_query(self, scoring: Scoring) -> Json:
        """See Leaf. The forms in a row say what matches; how often the terms are in a row gives the score."""
        matches = row_of_forms(self.fieldname, self.forms)
        if not scoring.leaves:
            return unscored(matches)
        # A scripted similarity is called once for each word of a phrase, and its results are added up.
        boost = self.boost * scoring.least(self.term_keys()) / len(self.row)
        words = " ".join(map(token_text, self.row))
        return scored_by(matches, [{"match_phrase": {self.fieldname: {"query": words, "boost": boost}}}])

    def find(self, data: SegmentData) -> tuple[Documents, Weights]:
        """See DocSetQuery."""
        numbers = [data.term_number(self.fieldname, term.encode()) for term in self.row]
        if min(numbers) < 0:
            return np.empty(0, np.uint32), np.empty(0)
        starts = _starts(data, numbers)
        documents, counts = np.unique(starts >> POSITION_BITS, return_counts=True)
        kept = having_row(data, self.fieldname, documents.tolist(), self.forms)
        return documents[kept].astype(np.uint32), counts[kept].astype(np.float64)


def _starts(data: SegmentData, numbers: list[int]) -> NDArray[np.int64]:
    """Where the terms are in a row: document << 28 | position of the first, ascending."""
    order = sorted(range(len(numbers)), key=lambda place: data.document_frequency(numbers[place]))
    found = _places(data, numbers[order[0]]) - order[0]
    for place in order[1:]:
        others = _places(data, numbers[place]) - place
        at = np.searchsorted(others, found)
        found = found[(at < len(others)) & (others[np.minimum(at, len(others) - 1)] == found)]
    return found


def _places(data: SegmentData, number: int) -> NDArray[np.int64]:
    """Every place of a term, ascending: document << 28 | position."""
    counts, positions = data.positions(number)
    return np.repeat(data.documents(number).astype(np.int64) << POSITION_BITS, counts) | positions
