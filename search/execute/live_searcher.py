"""Whoosh's searcher with statistics of the documents that are not deleted, as the kernels have them."""

from __future__ import annotations

import math
from typing import Any

from whoosh.scoring import BM25F
from whoosh.searching import Searcher


class LiveBM25F(BM25F):  # type: ignore[misc]
    """BM25F; Whoosh's own counts deleted documents until their segment is merged."""

    def idf(self, searcher: Any, fieldname: str, text: str) -> float:
        """The inverse document frequency of a term."""
        parent = searcher.get_parent()
        return math.log(parent.doc_count() / (parent.doc_frequency(fieldname, text) + 1)) + 1


class LiveSearcher(Searcher):  # type: ignore[misc]
    """Whoosh's searcher."""

    def avg_field_length(self, fieldname: str, default: float | None = None) -> float | None:
        """The average length of a field; `default` where lengths are not kept."""
        if not self.schema[fieldname].scorable:
            return default
        return float(self.field_length(fieldname) / (self.doc_count() or 1))
