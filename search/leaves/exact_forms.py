"""Words in some of their forms: `=Élysée`, `manif*`, `zelinsky~1`."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from kiosque.index.cluster.document import token_text
from kiosque.index.segment.postings import OTHER_FORMS
from kiosque.index.segment.segment_data import SegmentData
from kiosque.index.text.analyzer import normalize
from kiosque.search.deadline import check
from kiosque.search.leaves.cluster_query import Json, Scoring, any_of, form_field, one_or, scored_by, term, unscored
from kiosque.search.leaves.doc_set_query import DocSetQuery, union
from kiosque.search.leaves.leaf import Documents, Key, MarkTargets, Weights
from kiosque.search.leaves.surfaces import having_form, is_cased

Forms = tuple[str, ...]
Words = tuple[tuple[str, Forms], ...]

CERTAIN = (1 << OTHER_FORMS) - 1
"""The bits that are each of one form."""


class ExactForms(DocSetQuery):
    """The documents whose text field has one of some terms in one of its forms that are given.

    A form in lower case (see `analyzer.normalize`) matches any case, one with capitals only itself. No forms at all
    means every form of the term.
    """

    def __init__(self, fieldname: str, words: Mapping[str, Forms], boost: float = 1.0) -> None:
        self.fieldname, self.boost = fieldname, boost
        self.words: Words = tuple(words.items())

    def forms(self) -> frozenset[str]:
        """All forms that match."""
        return frozenset(form for _, forms in self.words for form in forms)

    def key(self) -> Hashable:
        """See DocSetQuery."""
        return self.fieldname, self.words

    def term_keys(self) -> list[Key]:
        """See Leaf."""
        return [(self.fieldname, term) for term, _ in self.words]

    def add_marks(self, targets: MarkTargets) -> None:
        """See Leaf."""
        targets.forms |= self.forms()

    def cluster_query(self, scoring: Scoring) -> Json:
        """See Leaf. The forms say what matches; the terms give the score, as one word as frequent as all of them."""
        matches = any_of(list(self._forms_on_cluster()))
        return scored_by(matches, [self._as_one_word(scoring)]) if scoring.leaves else unscored(matches)

    def _forms_on_cluster(self) -> Iterator[Json]:
        name = self.fieldname
        fields: dict[str, list[str]] = {name: [term for term, own in self.words if not own]}
        for form in sorted(self.forms(), key=lambda form: (is_cased(form), form)):
            fields.setdefault(form_field(name, form), []).append(form)
        for field, texts in fields.items():
            if texts:
                yield {"terms": {field: [token_text(text) for text in texts]}}

    def _as_one_word(self, scoring: Scoring) -> Json:
        """The score of the term that gives most: spans would count all as one, but a shard multiplies theirs by the
        number of the terms that it has."""
        weight = self.boost * scoring.least(self.term_keys())
        terms = [term(name, text, weight) for name, text in self.term_keys()]
        return one_or({"dis_max": {"queries": terms}}, terms)

    def find(self, data: SegmentData) -> tuple[Documents, Weights]:
        """See DocSetQuery."""
        lists = [_of_term(data, self.fieldname, term, forms) for term, forms in self.words]
        lists = [(documents, weights) for documents, weights in lists if len(documents)]
        return union(lists, data.manifest.documents)


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

    Bits 0 to 6 are each of one form, which a merged segment may name at several of them; all forms from the eighth on
    share bit 7. Where only that bit is set, or a form has capitals, the text decides.
    """
    certain, possible = masks(known, forms)
    begin, end = data.posting_range(number)
    bits = np.asarray(data["form_bits"][begin:end])
    sure: NDArray[np.bool_] = (bits & certain) != 0
    places = np.flatnonzero(~sure & ((bits & possible) != 0))
    if len(places):
        sure[places] = having_form(data, name, data.documents(number)[places].tolist(), frozenset(forms))
    return sure


def masks(known: list[str], forms: Forms) -> tuple[int, int]:
    """The bits of a posting in which one of the forms occurs, and those in which it may."""
    plain, lower = set(forms), {normalize(form) for form in forms}
    certain = possible = 0
    for place, form in enumerate(known):
        bit = 1 << min(place, OTHER_FORMS)
        certain |= bit & CERTAIN if form in plain else 0
        possible |= bit if form in lower else 0
    if set(known[OTHER_FORMS:]) <= plain:
        certain |= possible & ~CERTAIN
    return certain, possible
