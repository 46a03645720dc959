"""The facets' filters of a search, and its result."""

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
"""How a state identifies a document: its number in a folder's arrays, or the record that a cluster sent."""


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

    unfiltered_total: how many match before the facets' selections. best: documents with their scores, in order. counts:
    of each facet's column, int64 by the place of the value among the state's; each facet ignores its own selection and
    obeys the others'. terms: the postings of the query's terms. copies: the matches in groups of near copies.
    regrouped: how many of those are not in `best`, because another of their group represents them.
    """

    total: int
    unfiltered_total: int
    best: list[tuple[Document, float]]
    counts: dict[str, NDArray[np.int64]]
    terms: Terms
    copies: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    regrouped: int = 0
