"""The document frequency of each form of a segment."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from kiosque.index.segment.postings import OTHER_FORMS
from kiosque.index.segment.schema import TEXTS
from kiosque.index.segment.segment_data import SegmentData
from kiosque.index.text.scanner import Bytes

SAMPLE = 256
"""Postings sampled per term: reading all would touch every page of `form_bits`."""


def form_articles(data: SegmentData) -> NDArray[np.uint32]:
    """The document frequency of each form (see `count_forms`), in the title or the body, whichever is higher."""
    articles = np.zeros(max(len(data["form_bounds"]) - 1, 0), np.uint32)
    for name in TEXTS:
        if entry := data.manifest.fields.get(name):
            counts = np.zeros(len(articles), np.uint32)
            count_forms(
                entry.first, entry.last, data["chunk_first"], data["chunk_end"], data["form_bits"],
                data["term_form_first"], data["term_forms"], counts,
            )  # fmt: skip
            np.maximum(articles, counts, out=articles)
    return articles


@njit(nogil=True, cache=True)
def count_forms(
    first: int,
    last: int,
    chunk_first: NDArray[np.uint32],
    chunk_end: NDArray[np.uint32],
    form_bits: Bytes,
    term_form_first: NDArray[np.uint32],
    term_forms: NDArray[np.uint32],
    counts: NDArray[np.uint32],
) -> None:
    """Adds to `counts`, by form, the document frequencies of the forms of the terms first..last of one field.

    Exact for a term of up to SAMPLE postings; beyond, extrapolated from SAMPLE of them, evenly spread. The forms that
    share the last bit share its documents.
    """
    bits = np.empty(OTHER_FORMS + 1, np.int64)
    for term in range(first, last):
        chunk, stop = np.int64(chunk_first[term]), np.int64(chunk_first[term + 1])
        begin = np.int64(chunk_end[chunk - 1]) if chunk > 0 else np.int64(0)
        postings = np.int64(chunk_end[stop - 1]) - begin
        head, tail = np.int64(term_form_first[term]), np.int64(term_form_first[term + 1])
        if tail - head == 1:
            counts[term_forms[head]] += np.uint32(postings)
            continue
        looked = min(postings, SAMPLE)
        bits[:] = 0
        for i in range(looked):
            mask = form_bits[begin + i * postings // looked]
            for bit in range(OTHER_FORMS + 1):
                bits[bit] += mask >> bit & 1
        shared = max(1, tail - head - OTHER_FORMS)
        for at in range(head, tail):
            place = at - head
            found = bits[place] if place < OTHER_FORMS else -(-bits[OTHER_FORMS] // shared)
            whole = np.int64(counts[term_forms[at]]) + found * postings // looked
            counts[term_forms[at]] = np.uint32(min(whole, postings))  # a merged segment may name a form twice
