"""A word that scores more in the form that was typed: `élections` beside `élection`, which have one term."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from whoosh.matching import Matcher, WrappingMatcher
from whoosh.query import Term

from kiosque.index.cluster.document import token_text
from kiosque.index.codec.whoosh_codec import segment_data
from kiosque.index.segment.postings import OTHER_FORMS
from kiosque.index.segment.segment_data import SegmentData
from kiosque.index.text.scanner import Bytes
from kiosque.search.leaves.cluster_query import Json, Scoring, form_field, term
from kiosque.search.leaves.leaf import Documents, Key, Leaf, MarkTargets, SegmentRun


class ExactFormBoost(Leaf, Term):  # type: ignore[misc]
    """A term that scores its BM25, times 1 + `bonus` where the postings are certain that a text has the form.

    The eighth form of a term and the later ones share a bit, which is certain of none: then there is no bonus.
    """

    def __init__(self, fieldname: str, text: str, form: str, bonus: float, boost: float = 1.0) -> None:
        Term.__init__(self, fieldname, text, boost)
        self.form, self.bonus = form, bonus

    def bits(self, data: SegmentData, number: int) -> int:
        """The bits of a posting, of the term with this number in the segment, that are certain of the form."""
        arrays = data["term_form_first"], data["term_forms"], data["form_bounds"], data["forms"]
        return int(certain_bits(*arrays, number, np.frombuffer(self.form.encode(), np.uint8)))

    def term_keys(self) -> list[Key]:
        """See Leaf."""
        return [(self.fieldname, self.text)]

    def add_marks(self, targets: MarkTargets) -> None:
        """See Leaf."""
        targets.words.add(self.text)

    def add_matches(self, run: SegmentRun) -> None:
        """See Leaf."""
        run.add_term(self, self.bits, self.bonus)

    def cluster_query(self, scoring: Scoring) -> Json:
        """See Leaf. The word once more, with the weight of the bonus, in texts that have the form."""
        weight = self.boost * scoring.weight((self.fieldname, self.text))
        return self.lifted(term(self.fieldname, self.text, weight), weight, scoring)

    def lifted(self, word: Json, weight: float, scoring: Scoring) -> Json:
        """What asks a cluster for a word, which scores more in texts that have the form."""
        if not (self.bonus and scoring.exact):
            return word
        again = term(self.fieldname, self.text, weight * self.bonus)
        has_form = {"term": {form_field(self.fieldname, self.form): token_text(self.form)}}
        return {"bool": {"must": [word], "should": [{"bool": {"must": [again], "filter": [has_form]}}]}}

    def documents(self, data: SegmentData) -> Documents:
        """The documents of a segment whose postings are certain of the form."""
        number = data.term_number(self.fieldname, self.text.encode())
        if number < 0:
            return np.empty(0, np.uint32)
        begin, end = data.posting_range(number)
        having = (np.asarray(data["form_bits"][begin:end]) & self.bits(data, number)) != 0
        documents: Documents = data.documents(number)[having]
        return documents

    def matcher(self, searcher: Any, context: Any = None) -> Matcher:
        """The term's matcher in Whoosh, with the bonus."""
        documents = self.documents(segment_data(searcher.reader()))
        return Lifting(super().matcher(searcher, context), frozenset(documents.tolist()), 1 + self.bonus)

    def __eq__(self, other: object) -> bool:
        return super().__eq__(other) and (self.form, self.bonus) == (other.form, other.bonus)  # type: ignore[attr-defined]

    def __hash__(self) -> int:
        return hash((super().__hash__(), self.form, self.bonus))

    def __repr__(self) -> str:
        return f"ExactFormBoost({self.fieldname!r}, {self.text!r}, {self.form!r}, {self.bonus}, boost={self.boost})"


class Lifting(WrappingMatcher):  # type: ignore[misc]
    """A matcher whose scores are multiplied in some documents."""

    def __init__(self, child: Matcher, documents: frozenset[int], factor: float) -> None:
        super().__init__(child)
        self._documents, self._factor = documents, factor

    def score(self) -> float:
        """The score of the document."""
        score = float(self.child.score())
        return score * self._factor if self.child.id() in self._documents else score

    def supports_block_quality(self) -> bool:
        """What a block can reach at most is not known."""
        return False

    def copy(self) -> Matcher:
        """Another one at the same place."""
        return self._replacement(self.child.copy())

    def _replacement(self, child: Matcher) -> Matcher:
        return Lifting(child, self._documents, self._factor)


@njit(nogil=True, cache=True)
def certain_bits(
    term_form_first: NDArray[np.uint32],
    term_forms: NDArray[np.uint32],
    form_bounds: NDArray[np.uint32],
    forms: Bytes,
    number: int,
    wanted: Bytes,
) -> int:
    """The bits of a posting of a term that are certain of a form (see `exact_forms.masks`)."""
    first, last = np.int64(term_form_first[number]), np.int64(term_form_first[number + 1])
    bits, alone = 0, last - first > OTHER_FORMS
    for at in range(first, last):
        start, end = np.int64(form_bounds[term_forms[at]]), np.int64(form_bounds[term_forms[at] + 1])
        same = end - start == len(wanted)
        for i in range(len(wanted) if same else 0):
            same &= forms[start + i] == wanted[i]
        if at - first < OTHER_FORMS:
            bits |= (1 if same else 0) << (at - first)  # type: ignore[assignment]  # a kernel's int is an int64
        else:
            alone &= same
    return bits | (1 if alone else 0) << OTHER_FORMS
