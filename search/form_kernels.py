"""Loops over the forms and terms of a segment: in how many documents each stands, which letters it has."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from index.postings import CHUNK_BITS, OTHER_FORMS
from index.segment import lower_bound
from index.tokens import INLINE, Bytes

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
def document_frequencies(
    terms: Bytes,
    bounds: NDArray[np.uint32],
    first: int,
    last: int,
    chunk_first: NDArray[np.uint32],
    chunk_end: NDArray[np.uint32],
    wanted: Bytes,
    wanted_bounds: NDArray[np.uint32],
    counts: NDArray[np.int64],
) -> None:
    """Adds to `counts` the documents of each wanted term of one field, whose terms are those first..last."""
    for at in range(len(counts)):
        text = wanted[wanted_bounds[at] : wanted_bounds[at + 1]]
        term = lower_bound(terms, bounds, text, first, last)
        if term == last or bounds[term + 1] - bounds[term] != len(text):
            continue
        if np.any(terms[bounds[term] : bounds[term + 1]] != text):
            continue
        chunk, stop = np.int64(chunk_first[term]), np.int64(chunk_first[term + 1])
        begin = np.int64(chunk_end[chunk - 1]) if chunk > 0 else np.int64(0)
        counts[at] += np.int64(chunk_end[stop - 1]) - begin


@njit(nogil=True, cache=True)
def letters_of(data: Bytes, bounds: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """For each string the set of its bytes, a bit for what five bits of a byte tell apart: all letters of a case."""
    letters = np.zeros(max(len(bounds) - 1, 0), np.uint32)
    for row in range(len(letters)):
        for at in range(bounds[row], bounds[row + 1]):
            letters[row] |= np.uint32(1) << np.uint32(data[at] & 31)
    return letters


@njit(nogil=True, cache=True)
def near_rows(
    letters: NDArray[np.uint32],
    lengths: NDArray[np.int16],
    articles: NDArray[np.uint32],
    wanted: int,
    length: int,
    distance: int,
    fewest: int,
) -> NDArray[np.int64]:
    """The strings in `fewest` documents or more that can be `distance` letters away: an edit takes away one letter of
    `wanted` at most, and brings one other at most."""
    rows = np.empty(len(letters), np.int64)
    count = 0
    for row in range(len(letters)):
        if abs(lengths[row] - length) > distance or articles[row] < fewest:
            continue
        if _bits(wanted & ~letters[row]) <= distance and _bits(letters[row] & ~wanted) <= distance:
            rows[count] = row
            count += 1
    return rows[:count].copy()


@INLINE
def _bits(value: int) -> int:
    """How many bits of a 32-bit number are set, the classical way (Hacker's Delight, 5-1)."""
    value = np.uint32(value)
    value = value - (value >> np.uint32(1) & np.uint32(0x55555555))
    value = (value & np.uint32(0x33333333)) + (value >> np.uint32(2) & np.uint32(0x33333333))
    value = (value + (value >> np.uint32(4))) & np.uint32(0x0F0F0F0F)
    return np.uint32(value * np.uint32(0x01010101)) >> np.uint32(24)


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
