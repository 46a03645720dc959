"""What is asked beside a tree, and what was found: the words that pass between an engine's steps and its execution."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kiosque.search.dates import Days
from kiosque.search.execute.terms import Terms
from kiosque.search.leaves.filters import ColumnFilter, Dated, SourceIs, Undated

Document = Any
"""What a state names a document by: a number in the arrays of a folder, what a cluster sent of it."""


@dataclass(frozen=True)
class Filters:
    """What the facets' selections let through; `undated` replaces `days`."""

    sources: frozenset[str] = frozenset()
    days: Days = (None, None)
    undated: bool = False

    def of_sources(self) -> ColumnFilter | None:
        """The selection of the source facet."""
        return SourceIs(self.sources) if self.sources else None

    def of_dates(self) -> ColumnFilter | None:
        """The selection of the date facet."""
        return Undated() if self.undated else Dated(self.days) if self.days != (None, None) else None


@dataclass
class SearchResult:
    """What a query found.

    matched: all that match before the facets' selections. best: documents with their scores, in order.
    Counts are int64 by the place of the value among the state's sources and dates; they are disjunctive: each
    facet ignores its own selection and obeys the other's. terms: where the terms of the query are. copies: the
    matches that are in groups of near copies. regrouped: how many of them are left out of `best`, because another of
    their group stands for them.
    """

    total: int
    matched: int
    best: list[tuple[Document, float]]
    source_counts: NDArray[np.int64]
    date_counts: NDArray[np.int64]
    terms: Terms
    copies: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    regrouped: int = 0
