"""The articles whose author or section has one of some names: filters over a column that is no facet."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np

from kiosque.index.segment.segment_data import SegmentData
from kiosque.search.leaves.cluster_query import Json
from kiosque.search.leaves.doc_set_query import DocSetQuery
from kiosque.search.leaves.leaf import Documents, Weights


class ColumnValueFilter(DocSetQuery):
    """The documents whose column `fieldname` holds one of some `values`, with score 0."""

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
