"""A word that counts more where it is written as it was typed: `élections` beside `élection`, one term for both."""

from __future__ import annotations

from typing import Any

import numpy as np
from whoosh.matching import Matcher, WrappingMatcher
from whoosh.query import Term

from kiosque.index.codec.whoosh_codec import segment_data
from kiosque.index.segment.segment_data import SegmentData
from kiosque.search.leaves.form_kernels import certain_bits


class ExactFormBoost(Term):  # type: ignore[misc]
    """A term whose score is its BM25, times 1 + `bonus` where the postings say for certain that a text has the form.

    The eighth form of a term and those behind it share a bit, which speaks for none of them: there is no bonus then.
    """

    def __init__(self, fieldname: str, text: str, form: str, bonus: float, boost: float = 1.0) -> None:
        super().__init__(fieldname, text, boost)
        self.form, self.bonus = form, bonus

    def bits(self, data: SegmentData, number: int) -> int:
        """Which bits of a posting of this term, which has that number in the segment, say that the form is there."""
        arrays = data["term_form_first"], data["term_forms"], data["form_bounds"], data["forms"]
        return int(certain_bits(*arrays, number, np.frombuffer(self.form.encode(), np.uint8)))

    def matcher(self, searcher: Any, context: Any = None) -> Matcher:
        """The term's own, as Whoosh walks over it, with the bonus."""
        matcher, data = super().matcher(searcher, context), segment_data(searcher.reader())
        number = data.term_number(self.fieldname, self.text.encode())
        if number < 0:
            return matcher
        begin, end = data.posting_range(number)
        having = (np.asarray(data["form_bits"][begin:end]) & self.bits(data, number)) != 0
        return _Lifting(matcher, frozenset(data.documents(number)[having].tolist()), 1 + self.bonus)

    def __eq__(self, other: object) -> bool:
        return super().__eq__(other) and (self.form, self.bonus) == (other.form, other.bonus)  # type: ignore[attr-defined]

    def __hash__(self) -> int:
        return hash((super().__hash__(), self.form, self.bonus))

    def __repr__(self) -> str:
        return f"ExactFormBoost({self.fieldname!r}, {self.text!r}, {self.form!r}, {self.bonus}, boost={self.boost})"


class _Lifting(WrappingMatcher):  # type: ignore[misc]
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
        return _Lifting(child, self._documents, self._factor)
