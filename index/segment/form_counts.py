"""The document frequency of each form of a segment."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from kiosque.index.segment.arrays import Array
from kiosque.index.segment.postings import OTHER_FORMS
from kiosque.index.segment.schema import TEXTS
from kiosque.index.segment.segment_data import SegmentData
from kiosque.index.text.scanner import Bytes


def form_articles(data: SegmentData) -> NDArray[np.uint32]:
    """The document frequency of each form, without deleted documents, in the title or the body, whichever is higher.

    A commit counts them (see `index.commit.live`), and so does a lexicon on a cluster.
    """
    for name in ("live.forms", "form_articles"):
        if len(known := data[name]):
            return known
    return counted_forms(data, *_all_postings(data))


def counted_forms(data: SegmentData, kept: Array, bits: Array) -> NDArray[np.uint32]:
    """The document frequency of each form, from those of the terms and of their form bits, uint32[text terms, 8].

    The forms that share the last bit share its documents.
    """
    articles = np.zeros(max(len(data["form_bounds"]) - 1, 0), np.uint32)
    for name in TEXTS:
        if entry := data.manifest.fields.get(name):
            counts = np.zeros(len(articles), np.uint32)
            rows = data["term_form_first"], data["term_forms"]
            _count_forms(entry.first, entry.last, kept, bits, *rows, counts)
            np.maximum(articles, counts, out=articles)
    return articles


def _all_postings(data: SegmentData) -> tuple[Array, Array]:
    """The postings of each term, and of each of its form bits, deleted documents included."""
    ends = np.concatenate([np.zeros(1, np.uint32), data["chunk_end"]])[data["chunk_first"]]
    bits = np.zeros((max((data.last_term(name) for name in TEXTS), default=0), OTHER_FORMS + 1), np.uint32)
    _count_bits(ends, data["form_bits"], bits)
    return np.diff(ends), bits


@njit(nogil=True, cache=True)
def _count_bits(ends: NDArray[np.uint32], form_bits: Bytes, bits: NDArray[np.uint32]) -> None:
    for term in range(len(bits)):
        for posting in range(ends[term], ends[term + 1]):
            for bit in range(OTHER_FORMS + 1):
                bits[term, bit] += form_bits[posting] >> bit & 1


@njit(nogil=True, cache=True)
def _count_forms(
    first: int,
    last: int,
    kept: NDArray[np.uint32],
    bits: NDArray[np.uint32],
    term_form_first: NDArray[np.uint32],
    term_forms: NDArray[np.uint32],
    counts: NDArray[np.uint32],
) -> None:
    """Adds to `counts`, by form, the document frequencies of the forms of the terms first..last of one field."""
    for term in range(first, last):
        head, tail = np.int64(term_form_first[term]), np.int64(term_form_first[term + 1])
        shared = max(1, tail - head - OTHER_FORMS)
        for at in range(head, tail):
            place = at - head
            found = np.int64(bits[term, min(place, OTHER_FORMS)])
            if place >= OTHER_FORMS:
                found = -(-found // shared)
            whole = np.int64(counts[term_forms[at]]) + found
            counts[term_forms[at]] = np.uint32(min(whole, kept[term]))  # a merged segment may name a form twice
