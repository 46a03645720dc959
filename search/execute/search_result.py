"""What is asked beside a tree, and what was found: the words that pass between an engine's steps and its execution."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kiosque.search.dates import Days
from kiosque.search.execute.terms import Terms
from kiosque.search.leaves.filters import ColumnFilter, Dated, Undated, ValueIs

Document = Any
"""What a state names a document by: a number in the arrays of a folder, what a cluster sent of it."""


@dataclass(frozen=True)
class Filters:
    """The facets' selections: at most one filter a column."""

    chosen: tuple[ColumnFilter, ...] = ()

    @classmethod
    def selected(
        cls, values: Mapping[str, Collection[str]], days: Days = (None, None), undated: bool = False
    ) -> Filters:
        """The filters of the wanted values by column, and of days; `undated` replaces `days`."""
        chosen: list[ColumnFilter] = [ValueIs(column, frozenset(names)) for column, names in values.items() if names]
        if undated or days != (None, None):
            chosen.append(Undated() if undated else Dated(days))
        return cls(tuple(chosen))

    def of(self, column: str) -> ColumnFilter | None:
        """The selection of a column."""
        return next((one for one in self.chosen if one.column == column), None)

    def values(self, column: str) -> frozenset[str]:
        """The wanted values of a column."""
        found = self.of(column)
        return found.asked if isinstance(found, ValueIs) else frozenset()

    @property
    def days(self) -> Days:
        """The selected days."""
        found = self.of("date")
        return found.asked if isinstance(found, Dated) else (None, None)


@dataclass
class SearchResult:
    """What a query found.

    matched: all that match before the facets' selections. best: documents with their scores, in order.
    counts: of each facet's column, int64 by the place of the value among the state's; they are disjunctive: each facet
    ignores its own selection and obeys the others'. terms: where the terms of the query are. copies: the
    matches that are in groups of near copies. regrouped: how many of them are left out of `best`, because another of
    their group stands for them.
    """

    total: int
    matched: int
    best: list[tuple[Document, float]]
    counts: dict[str, NDArray[np.int64]]
    terms: Terms
    copies: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    regrouped: int = 0
