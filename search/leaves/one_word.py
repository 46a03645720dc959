"""A word that several terms stand for: `porter` is `porter` and `porte/porter` in the index."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from whoosh.matching import Matcher

from kiosque.index.cluster.document import token_text
from kiosque.index.codec.whoosh_codec import segment_data
from kiosque.index.segment.segment_data import SegmentData
from kiosque.search.deadline import check
from kiosque.search.leaves.cluster_query import Json, Scoring, form_field, one_or, term
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
        return self._lifted_on_cluster(one_or({"dis_max": {"queries": terms}}, terms), weight, scoring)

    def _lifted_on_cluster(self, word: Json, weight: float, scoring: Scoring) -> Json:
        """The word, and once more the term that was typed in texts that have its form."""
        typed = self.typed
        if typed is None or not (typed.bonus and scoring.exact):
            return word
        again = term(self.fieldname, typed.text, weight * typed.bonus)
        has_form = {"term": {form_field(self.fieldname, typed.form): token_text(typed.form)}}
        return {"bool": {"must": [word], "should": [{"bool": {"must": [again], "filter": [has_form]}}]}}

    def add_matches(self, run: SegmentRun) -> None:
        """See Leaf."""
        documents, weights = self.listed(run.data)
        if self.typed is None:
            return run.add_documents(documents, weights, self.term_keys(), self.boost)
        lifted = np.isin(documents, self._with_typed_form(run.data), assume_unique=True)
        run.add_documents(documents[~lifted], weights[~lifted], self.term_keys(), self.boost)
        run.add_documents(documents[lifted], weights[lifted], self.term_keys(), self.boost * (1 + self.typed.bonus))

    def matcher(self, searcher: Any, context: Any = None) -> Matcher:
        """See DocSetQuery."""
        matcher = super().matcher(searcher, context)
        if self.typed is None:
            return matcher
        having = self._with_typed_form(segment_data(searcher.reader()))
        return Lifting(matcher, frozenset(having.tolist()), 1 + self.typed.bonus)

    def _with_typed_form(self, data: SegmentData) -> Documents:
        """The documents whose postings are certain of the typed form."""
        assert self.typed is not None
        number = data.term_number(self.fieldname, self.typed.text.encode())
        if number < 0:
            return np.empty(0, np.uint32)
        begin, end = data.posting_range(number)
        having = (np.asarray(data["form_bits"][begin:end]) & self.typed.bits(data, number)) != 0
        documents: Documents = data.documents(number)[having]
        return documents

    def find(self, data: SegmentData) -> tuple[Documents, Weights]:
        """See DocSetQuery."""
        check()
        numbers = (data.term_number(self.fieldname, text.encode()) for text in self.terms)
        lists = [(data.documents(number), data.weights(number)) for number in numbers if number >= 0]
        return union(lists, data.manifest.documents)
