"""Loops over the forms of a segment: in how many documents each stands."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from index.postings import CHUNK_BITS, OTHER_FORMS
from index.tokens import Bytes

SAMPLE = 256
"""Postings of a term that are looked at: reading all would touch every page of `form_bits`."""


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
    """Adds to `counts` (by form) the documents of the forms of the terms first..last of one field.

    Exact for a term in up to SAMPLE documents; beyond, the share of each form is that among SAMPLE of them, evenly
    spread. The forms that share the last bit share its documents.
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


@njit(nogil=True, cache=True)
def mark_present(
    documents: NDArray[np.int64],
    chunk: int,
    stop: int,
    chunk_number: NDArray[np.uint16],
    chunk_end: NDArray[np.uint32],
    docs: NDArray[np.uint16],
    present: NDArray[np.bool_],
) -> None:
    """Sets `present` for those of `documents`, ascending, that a term has; its chunks are from `chunk` to `stop`."""
    for at, document in enumerate(documents):
        while chunk < stop and chunk_number[chunk] < document >> CHUNK_BITS:
            chunk += 1
        if chunk == stop:
            break
        if chunk_number[chunk] != document >> CHUNK_BITS:
            continue
        low, high = np.int64(chunk_end[chunk - 1]) if chunk > 0 else np.int64(0), np.int64(chunk_end[chunk])
        end, wanted = high, document & 0xFFFF
        while low < high:
            middle = (low + high) >> 1
            if docs[middle] < wanted:
                low = middle + 1
            else:
                high = middle
        if low < end and docs[low] == wanted:
            present[at] = True


@njit(nogil=True, cache=True)
def certain_bits(
    term_form_first: NDArray[np.uint32],
    term_forms: NDArray[np.uint32],
    form_bounds: NDArray[np.uint32],
    forms: Bytes,
    number: int,
    wanted: Bytes,
) -> int:
    """The bits of a posting of a term that say for certain that a form occurs (see `search.forms.masks`)."""
    first, last = np.int64(term_form_first[number]), np.int64(term_form_first[number + 1])
    bits, alone = 0, last - first > OTHER_FORMS
    for at in range(first, last):
        start, end = np.int64(form_bounds[term_forms[at]]), np.int64(form_bounds[term_forms[at] + 1])
        same = end - start == len(wanted)
        for i in range(len(wanted) if same else 0):
            same &= forms[start + i] == wanted[i]
        if at - first < OTHER_FORMS:
            bits |= (1 if same else 0) << (at - first)
        else:
            alone &= same
    return bits | (1 if alone else 0) << OTHER_FORMS
