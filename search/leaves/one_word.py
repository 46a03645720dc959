"""A word that several terms stand for: `porter` is `porter` and `porte/porter` in the index."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from whoosh.matching import Matcher

from kiosque.index.codec.whoosh_codec import segment_data
from kiosque.index.segment.segment_data import SegmentData
from kiosque.search.deadline import check
from kiosque.search.leaves.cluster_query import Json, Scoring, one_or, term
from kiosque.search.leaves.doc_set_query import DocSetQuery, union
from kiosque.search.leaves.exact_form_boost import ExactFormBoost, Lifting
from kiosque.search.leaves.leaf import Documents, Key, MarkTargets, SegmentRun, Weights


class OneWord(DocSetQuery):
    """The documents whose text field has one of some terms, which score as one word.

    typed: the form that was typed, of one of the terms: texts that surely have it score more.
    """

    def __init__(
        self, fieldname: str, terms: Sequence[str], boost: float = 1.0, typed: ExactFormBoost | None = None
    ) -> None:
        self.fieldname, self.terms, self.boost, self.typed = fieldname, tuple(terms), boost, typed

    def key(self) -> Hashable:
        """See DocSetQuery."""
        return self.fieldname, self.terms, self.typed

    def term_keys(self) -> list[Key]:
        """See Leaf."""
        return [(self.fieldname, text) for text in self.terms]

    def add_marks(self, targets: MarkTargets) -> None:
        """See Leaf."""
        targets.words |= set(self.terms)

    def cluster_query(self, scoring: Scoring) -> Json:
        """See Leaf. The greatest score of its terms, all with the weight of the most frequent one."""
        weight = self.boost * scoring.least(self.term_keys())
        terms = [term(self.fieldname, text, weight) for text in self.terms]
        word = one_or({"dis_max": {"queries": terms}}, terms)
        return self.typed.lifted(word, weight, scoring) if self.typed else word

    def add_matches(self, run: SegmentRun) -> None:
        """See Leaf."""
        documents, weights = self.listed(run.data)
        if self.typed is None:
            return run.add_documents(documents, weights, self.term_keys(), self.boost)
        having = np.zeros(run.data.manifest.documents, np.bool_)
        having[self.typed.documents(run.data)] = True
        lifted = having[documents]
        run.add_documents(documents[~lifted], weights[~lifted], self.term_keys(), self.boost)
        run.add_documents(documents[lifted], weights[lifted], self.term_keys(), self.boost * (1 + self.typed.bonus))

    def matcher(self, searcher: Any, context: Any = None) -> Matcher:
        """See DocSetQuery."""
        matcher = super().matcher(searcher, context)
        if self.typed is None:
            return matcher
        having = self.typed.documents(segment_data(searcher.reader()))
        return Lifting(matcher, frozenset(having.tolist()), 1 + self.typed.bonus)

    def find(self, data: SegmentData) -> tuple[Documents, Weights]:
        """See DocSetQuery."""
        check()
        numbers = (data.term_number(self.fieldname, text.encode()) for text in self.terms)
        lists = [(data.documents(number), data.weights(number)) for number in numbers if number >= 0]
        return union(lists, data.manifest.documents)
