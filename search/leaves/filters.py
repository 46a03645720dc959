"""Query nodes that narrow a result by the values of a column, and score 0.

Whoosh runs them like any other query. Of the facets' columns the executor makes a table by ordinal.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.matching import ListMatcher, Matcher, WrappingMatcher
from whoosh.query import ConstantScoreQuery, Not, Query
from whoosh.reading import IndexReader

from kiosque.index.segment.segment_data import SegmentData
from kiosque.index.text.days import day_span
from kiosque.search.dates import Days
from kiosque.search.leaves.cluster_query import Json, one_or
from kiosque.search.leaves.doc_set_query import DocSetQuery
from kiosque.search.leaves.leaf import Documents, Leaf, Weights

EPOCH = 719163
"""The ordinal of 1 January 1970, where NumPy's dates begin."""

UNDATED = 0
"""The first and last day of an article without a date."""


class Unscored(ConstantScoreQuery):  # type: ignore[misc]
    """A node that scores 0: Whoosh's own class lets the scores of its child through."""

    def __init__(self, child: Query, score: float = 0.0) -> None:
        super().__init__(child, score)

    def matcher(self, searcher: Any, context: Any = None) -> Matcher:
        """The child's matcher, at score 0."""
        return WrappingMatcher(self.child.matcher(searcher, context), boost=0.0)


def excluded_by(node: Query) -> Query | None:
    """What an `Unscored(Not(...))` excludes; None for any other node."""
    return node.child.query if isinstance(node, Unscored) and isinstance(node.child, Not) else None


class Values:
    """The distinct values of a column; for dates also their first and last days, int32."""

    def __init__(self, texts: list[str], dated: bool) -> None:
        self.texts = texts
        spans = [day_span(text) if text else (UNDATED, UNDATED) for text in texts] if dated else []
        self.first = np.array([first for first, _ in spans], np.int32)
        self.last = np.array([last for _, last in spans], np.int32)
        self._places: dict[str, tuple[NDArray[np.int64], NDArray[np.int64]]] = {}

    def places(self, code: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The years, months or days (NumPy's codes Y, M, D) of the first and last days, counted from 1970."""
        if code not in self._places:
            self._places[code] = calendar_places(self.first, code), calendar_places(self.last, code)
        return self._places[code]


def calendar_places(days: NDArray[np.int32], code: str) -> NDArray[np.int64]:
    """The number of the year, month or day (Y, M, D) of each day, counted from 1970; int64."""
    dates = (days.astype(np.int64) - EPOCH).astype("datetime64[D]")
    return dates.astype(f"datetime64[{code}]").astype(np.int64)


class ColumnFilter(Leaf):
    """A query on one column. Equal where column and `asked` are."""

    column: str

    def __init__(self, asked: Any) -> None:
        self.asked = asked

    @abstractmethod
    def passes(self, values: Values) -> NDArray[np.bool_]:
        """Whether documents of each value match, by the value's place."""

    def matcher(self, searcher: Any, context: Any = None) -> Matcher:
        """The documents that match, with score 0."""
        reader = searcher.reader()
        column = reader.column_reader(self.column)
        known: dict[str, bool] = {}
        found = [number for number in reader.all_doc_ids() if self._passes(column[number], known)]
        return WrappingMatcher(ListMatcher(found), boost=0.0)  # ListMatcher takes a weight of 0 for none given

    def _passes(self, value: str, known: dict[str, bool]) -> bool:
        if value not in known:
            known[value] = bool(self.passes(Values([value], dated=self.column == "date"))[0])
        return known[value]

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and (other.column, other.asked) == (self.column, self.asked)

    def __hash__(self) -> int:
        return hash((type(self), self.column, self.asked))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.column!r}, {self.asked!r})"

    def field(self) -> str:
        """The column."""
        return self.column

    def estimate_size(self, ixreader: IndexReader) -> int:
        """It may match everything."""
        return int(ixreader.doc_count())


class ValueIs(ColumnFilter):
    """The articles whose column has one of some values: `asked` is a frozenset of them as they are in the index."""

    def __init__(self, column: str, asked: frozenset[str]) -> None:
        super().__init__(asked)
        self.column = column

    def passes(self, values: Values) -> NDArray[np.bool_]:
        """See ColumnFilter."""
        return np.array([text in self.asked for text in values.texts], np.bool_)

    def cluster_filter(self) -> Json:
        """See Leaf."""
        return {"terms": {self.column: sorted(self.asked)}}


class Dated(ColumnFilter):
    """The articles whose date overlaps some days: `asked` is the first and the last one, None where that is open."""

    column = "date"

    def __init__(self, asked: Days) -> None:
        super().__init__(asked)

    def passes(self, values: Values) -> NDArray[np.bool_]:
        """See ColumnFilter."""
        since, until = self.asked
        found: NDArray[np.bool_] = values.first != UNDATED
        if until is not None:
            found &= values.first <= until
        if since is not None:
            found &= values.last >= since
        return found

    def cluster_filter(self) -> Json:
        """See Leaf."""
        since, until = self.asked
        ends = [{"range": {"date_first": {"lte": until}}}] if until is not None else []
        ends += [{"range": {"date_last": {"gte": since}}}] if since is not None else []
        return one_or({"bool": {"filter": ends}}, ends) if ends else {"exists": {"field": "date_first"}}


class Undated(ColumnFilter):
    """The articles without a date."""

    column = "date"

    def __init__(self) -> None:
        super().__init__(None)

    def passes(self, values: Values) -> NDArray[np.bool_]:
        """See ColumnFilter."""
        return np.equal(values.first, UNDATED)

    def cluster_filter(self) -> Json:
        """See Leaf."""
        return {"bool": {"must_not": [{"exists": {"field": "date_first"}}]}}


class ColumnValueFilter(DocSetQuery):
    """The documents whose column `fieldname`, no facet such as the author, has one of some `values`."""

    def __init__(self, fieldname: str, values: frozenset[str]) -> None:
        self.fieldname, self.values = fieldname, values

    def key(self) -> Hashable:
        """See DocSetQuery."""
        return self.fieldname, self.values

    def find(self, data: SegmentData) -> tuple[Documents, Weights]:
        """See DocSetQuery. A segment of an index that was built without the column has no such documents."""
        wanted = np.array([value in self.values for value in data.column_values(self.fieldname)], np.bool_)
        places = data[f"column.{self.fieldname}"]
        found = np.flatnonzero(wanted[places]) if len(wanted) else np.empty(0, np.int64)
        return found.astype(np.uint32), np.ones(len(found))

    def cluster_filter(self) -> Json:
        """See Leaf."""
        return {"terms": {self.fieldname: sorted(self.values)}}
