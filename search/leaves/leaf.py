"""The protocol of a leaf: it answers for itself, so that no caller asks which kind of leaf it is.

A new operator is a row of `search/query/help.py`, its grammar in `search/query`, and one file here: a subclass of Leaf
with its terms, its marks, its matches in a segment and its query of a cluster. `nodes` has the same answers for
Whoosh's own classes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from whoosh.query import Phrase, Query, Term

from kiosque.index.segment.segment_data import SegmentData
from kiosque.index.text.analyzer import term_of
from kiosque.search.leaves.cluster_query import Json, Scoring, unscored

Key = tuple[str, str]
"""A field and a term of it."""

Frequency = Callable[[str, str], int]
"""In how many documents a field has a term."""

Documents = NDArray[np.uint32]
Weights = NDArray[np.float64]


@dataclass
class MarkTargets:
    """What to mark in one text field.

    words: terms; every token of one is marked. phrases: terms in a row; the row is marked as one.
    forms: of exact words, wildcards and fuzzy words; a token in one of them (see `surfaces.has_form`) is marked.
    rows: forms in a row, marked as one. near: terms in this order, each at most so many places after the one before;
    each word of such an occurrence is marked alone, since nobody searched for what is between them.
    """

    words: set[str] = field(default_factory=set)
    phrases: set[tuple[str, ...]] = field(default_factory=set)
    forms: set[str] = field(default_factory=set)
    rows: set[tuple[str, ...]] = field(default_factory=set)
    near: set[tuple[tuple[str, ...], int]] = field(default_factory=set)

    def terms(self) -> set[str]:
        """The terms of all tokens that may be marked."""
        forms = self.forms.union(*self.rows)
        return self.words.union(*self.phrases, *(terms for terms, _ in self.near), map(term_of, forms))

    @property
    def is_plain(self) -> bool:
        """Whether terms alone tell what to mark."""
        return not (self.forms or self.rows or self.near)


class SegmentRun(Protocol):
    """What collects the matches of leaves in one segment: the executor."""

    @property
    def data(self) -> SegmentData:
        """The segment."""

    def add_term(self, leaf: Term, lifted: Callable[[SegmentData, int], int] | None = None, bonus: float = 0.0) -> None:
        """The postings of a term. Those with one of the bits that `lifted` gives for the term's number score more."""

    def add_phrase(self, leaf: Phrase) -> None:
        """The documents with some terms in a row, or near one another."""

    def add_documents(self, documents: Documents, weights: Weights, keys: list[Key], boost: float) -> None:
        """Documents, ascending, that score as if all `keys` were one word with these frequencies; 0 without keys."""

    def add_tree(self, node: Query) -> None:
        """Whatever a node matches, by a plan of its own or by Whoosh's matchers."""


class Leaf(Query):  # type: ignore[misc]
    """A leaf of a query tree. The defaults are those of a filter, which has no terms, marks nothing and scores 0."""

    boost: float = 1.0

    def term_keys(self) -> list[Key]:
        """The terms that give its score."""
        return []

    def most_documents(self, frequency: Frequency, documents: int) -> int:
        """How many documents it matches at most, of all `documents`."""
        return sum(frequency(*key) for key in self.term_keys()) if self.term_keys() else documents

    def is_possible(self, frequency: Frequency) -> bool:
        """Whether any document may match, as far as its terms tell."""
        return any(frequency(*key) for key in self.term_keys()) or not self.term_keys()

    def add_marks(self, targets: MarkTargets) -> None:
        """Adds to `targets`, those of its field, what it marks."""

    def add_matches(self, run: SegmentRun) -> None:
        """Adds its matches in one segment."""
        run.add_tree(self)

    def cluster_filter(self) -> Json | None:
        """What asks a cluster for its matches, where it only filters; None where it scores."""
        return None

    def cluster_query(self, scoring: Scoring) -> Json:
        """What asks a cluster for its matches and their scores."""
        return unscored(self.cluster_filter())
