"""What of a segment is still counted: a commit deletes documents of a segment whose arrays never change.

Without this, terms, forms and values of deleted articles would go on being found, completed and weighed until a merge.
So each commit counts anew, and writes beside each segment (see `segment_data.Sidecar`):

    live.forms        uint32, the document frequency of each form (see `segment.form_counts`)

and beside a segment with deletions:

    live.frequencies  uint32, the document frequency of each term
    live.totals       uint64, the documents, then the length of each text field (in the order of `schema.TEXTS`)
    live.column.NAME  uint8, by value of the column, whether a document has it
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kiosque.index.merge.documents import Documents
from kiosque.index.merge.postings import count_kept_postings
from kiosque.index.segment.arrays import Array
from kiosque.index.segment.form_counts import counted_forms
from kiosque.index.segment.schema import TEXTS
from kiosque.index.segment.segment_data import SegmentData


def live_arrays(data: SegmentData, deleted: NDArray[np.bool_]) -> dict[str, Array]:
    """The arrays above, of a segment with these deletions."""
    if not data.manifest.documents:
        return {}
    documents = Documents([(data, np.flatnonzero(deleted).astype(np.uint32))])
    text_terms = max((data.last_term(name) for name in TEXTS), default=0)
    kept = count_kept_postings(data.postings, text_terms, documents.changed(0))
    forms: dict[str, Array] = {"live.forms": counted_forms(data, kept.kept, kept.bits)}
    if not deleted.any():
        return forms
    totals = np.array([len(documents), *(_length(data.lengths(name), deleted) for name in TEXTS)], np.uint64)
    return {**forms, "live.frequencies": kept.kept, "live.totals": totals, **_columns(data, deleted)}


def _length(lengths: Array, deleted: NDArray[np.bool_]) -> int:
    return int(lengths[~deleted].sum(dtype=np.int64)) if len(lengths) else 0


def _columns(data: SegmentData, deleted: NDArray[np.bool_]) -> dict[str, Array]:
    arrays: dict[str, Array] = {}
    for name, kind in data.manifest.columns.items():
        if kind == "bytes":
            values = len(data[f"column.{name}.value_bounds"]) - 1
            counts = np.bincount(data[f"column.{name}"][~deleted], minlength=values)
            arrays[f"live.column.{name}"] = (counts > 0).astype(np.uint8)
    return arrays
