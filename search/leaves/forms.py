"""Words by the forms in which they are written: `=Élysée`, `manif*`, `zelinsky~1`."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import numpy as np
from numpy.typing import NDArray

from kiosque.index.segment.postings import OTHER_FORMS
from kiosque.index.segment.segment_data import SegmentData
from kiosque.index.text.analyzer import normalize
from kiosque.search.deadline import check
from kiosque.search.leaves.doc_set_query import DocSetQuery, Documents, Weights
from kiosque.search.leaves.surfaces import holding

Forms = tuple[str, ...]
Words = tuple[tuple[str, Forms], ...]

CERTAIN = (1 << OTHER_FORMS) - 1
"""The bits that speak of one form each."""


class Written(DocSetQuery):
    """The documents whose text field has one of some terms in one of the forms beside it.

    A form in lower case (see `analysis.normalize`) is found in any case, one with capitals only so written. No form at
    all means every form of the term.
    """

    def __init__(self, fieldname: str, words: Mapping[str, Forms], boost: float = 1.0) -> None:
        self.fieldname, self.boost = fieldname, boost
        self.words: Words = tuple(words.items())

    def scored_terms(self) -> tuple[str, ...]:
        """See DocSetQuery."""
        return tuple(term for term, _ in self.words)

    def forms(self) -> frozenset[str]:
        """Every form that is asked for."""
        return frozenset(form for _, forms in self.words for form in forms)

    def key(self) -> Hashable:
        """See DocSetQuery."""
        return self.fieldname, self.words

    def find(self, data: SegmentData) -> tuple[Documents, Weights]:
        """See DocSetQuery."""
        lists = [_of_term(data, self.fieldname, term, forms) for term, forms in self.words]
        lists = [(documents, weights) for documents, weights in lists if len(documents)]
        if len(lists) == 1:
            return lists[0]
        weights = np.zeros(data.manifest.documents)
        for documents, of_term in lists:
            weights[documents] += of_term  # no document stands twice in one list
        found = np.flatnonzero(weights)
        return found.astype(np.uint32), weights[found]


def _of_term(data: SegmentData, name: str, term: str, forms: Forms) -> tuple[Documents, Weights]:
    """The documents that have a term in one of the forms, and how often they have the term in any form."""
    check()
    number = data.term_number(name, term.encode())
    if number < 0:
        return np.empty(0, np.uint32), np.empty(0)
    documents, weights = data.documents(number), data.weights(number)
    known = data.forms_of(number)
    if not forms or set(known) <= set(forms):
        return documents, weights
    kept = _with_forms(data, name, number, known, forms)
    return documents[kept], weights[kept]


def _with_forms(data: SegmentData, name: str, number: int, known: list[str], forms: Forms) -> NDArray[np.bool_]:
    """Which postings of a term have one of the forms.

    Bits 0 to 6 speak of one form each, which a merged segment may name at several of them; bit 7 is shared by all
    forms that stand from the eighth place on. Where only that bit is set, or capitals are asked for, the text decides.
    """
    certain, possible = masks(known, forms)
    begin, end = data.posting_range(number)
    bits = np.asarray(data["form_bits"][begin:end])
    sure: NDArray[np.bool_] = (bits & certain) != 0
    places = np.flatnonzero(~sure & ((bits & possible) != 0))
    if len(places):
        sure[places] = holding(data, name, data.documents(number)[places].tolist(), frozenset(forms))
    return sure


def masks(known: list[str], forms: Forms) -> tuple[int, int]:
    """The bits that say that one of the forms occurs, and those that say that it may."""
    plain, lower = set(forms), {normalize(form) for form in forms}
    certain = possible = 0
    for place, form in enumerate(known):
        bit = 1 << min(place, OTHER_FORMS)
        certain |= bit & CERTAIN if form in plain else 0
        possible |= bit if form in lower else 0
    if set(known[OTHER_FORMS:]) <= plain:
        certain |= possible & ~CERTAIN
    return certain, possible
