"""Loops over the forms and postings of a segment."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from kiosque.index.segment.postings import CHUNK_BITS, OTHER_FORMS
from kiosque.index.text.scanner import Bytes


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
    """The bits of a posting of a term that say for certain that a form occurs (see `search.leaves.forms.masks`)."""
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
