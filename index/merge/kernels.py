"""The kernels of a merge: sorted strings joined, forms given new bits, postings counted and copied."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from kiosque.index.segment.postings import CHUNK_BITS, LARGE, OTHER_FORMS, POSITION_BLOCK, get_number, skip_numbers
from kiosque.index.text.scanner import INLINE, Bytes

DELETED = 0xFFFFFFFF
"""The new number of a document that is left out."""

OWN_BITS, ALL_BITS = 0x7F, 0xFF
"""The form bits that mean one form each, and the mask of all."""

SPREAD = np.array([sum(0xFF << 8 * bit for bit in range(8) if mask >> bit & 1) for mask in range(256)], np.uint64)
"""By mask of form bits: a byte of ones for each bit."""


@INLINE
def _prefix(data: Bytes, bounds: NDArray[np.int64], number: int) -> np.uint64:
    """The first eight bytes of a string, as a number that orders as they do."""
    value, start, end = np.uint64(0), bounds[number], bounds[number + 1]
    for at in range(start, start + 8):
        value = value << np.uint64(8) | np.uint64(data[at] if at < end else 0)
    return value


@INLINE
def _order(data: Bytes, bounds: NDArray[np.int64], one: int, other: int) -> int:
    """Negative, zero or positive as the first string sorts before, with or after the second."""
    start, length = bounds[one], bounds[one + 1] - bounds[one]
    begin, size = bounds[other], bounds[other + 1] - bounds[other]
    for i in range(min(length, size)):
        if data[start + i] != data[begin + i]:
            return np.int64(data[start + i]) - np.int64(data[begin + i])
    return length - size


@njit(nogil=True, cache=True)
def merge_sorted_runs(
    data: Bytes,
    bounds: NDArray[np.int64],
    ties: Bytes,
    tie_bounds: NDArray[np.int64],
    head: NDArray[np.int64],
    stop: NDArray[np.int64],
    least: NDArray[np.int64],
    prefixes: NDArray[np.uint64],
    entries: NDArray[np.uint32],
    first: NDArray[np.uint32],
) -> int:
    """Joins sorted strings: fills a `strings.MergedRuns`; gives how many differ.

    Run r is the strings behind head[r], up to stop[r] (exclusive); `head` is moved. `least` lists all runs at first,
    later those whose next string is the least; `prefixes` is room.
    """
    strings, entry, same = 0, 0, len(head)
    while True:
        for i in range(same):
            run = least[i]
            head[run] += 1
            if head[run] < stop[run]:
                prefixes[run] = _prefix(data, bounds, head[run])
        same = 0
        for run in range(len(head)):
            if head[run] < stop[run]:
                order = -1
                if same > 0 and prefixes[run] == prefixes[least[0]]:
                    order = _order(data, bounds, head[run], head[least[0]])
                    if order == 0:
                        order = _order(ties, tie_bounds, head[run], head[least[0]])
                elif same > 0 and prefixes[run] > prefixes[least[0]]:
                    order = 1
                if order < 0:
                    same = 0
                if order <= 0:
                    least[same] = run
                    same += 1
        if same == 0:
            return strings
        for i in range(same):
            entries[entry] = head[least[i]]
            entry += 1
        strings += 1
        first[strings] = entry


@njit(nogil=True, cache=True)
def take_strings(
    data: Bytes, bounds: NDArray[np.int64], chosen: NDArray[np.uint32], out: Bytes, out_bounds: NDArray[np.int64]
) -> None:
    """Copies the chosen strings into `out`, each to where `out_bounds` says."""
    for number in range(len(chosen)):
        shift = bounds[chosen[number]] - out_bounds[number]
        for at in range(out_bounds[number], out_bounds[number + 1]):
            out[at] = data[at + shift]


@njit(nogil=True, cache=True)
def merge_forms(
    entries: NDArray[np.uint32],
    term_first: NDArray[np.uint32],
    first: NDArray[np.int64],
    forms: NDArray[np.uint32],
    postings: NDArray[np.uint32],
    slots: NDArray[np.int64],
    found: NDArray[np.int64],
    counts: NDArray[np.int64],
    masks: NDArray[np.int64],
    bits: Bytes,
    rows: NDArray[np.uint32],
    sizes: NDArray[np.uint32],
) -> int:
    """Merges the forms of each term: fills a `terms.FormRemap`; returns how many rows it filled.

    The forms of a term are `found`; slots[form] is where a form stands there. `counts` has the postings of those that
    may get a bit of their own, 0 when they have got it, and -1 for the others; `masks` has their bits.
    """
    filled = 0
    for term in range(len(sizes)):
        size = 0
        for member in range(term_first[term], term_first[term + 1]):
            entry = entries[member]
            for row in range(first[entry], first[entry + 1]):
                form, bit = forms[row], min(row - first[entry], OTHER_FORMS)
                if postings[entry, bit] > 0:
                    slot = slots[form]
                    if slot >= size or found[slot] != form:
                        slot, size = size, size + 1
                        slots[form], found[slot], counts[slot] = slot, form, 0
                    if bit == OTHER_FORMS or counts[slot] < 0:
                        counts[slot] = -1
                    else:
                        counts[slot] += postings[entry, bit]
        own = last = 0
        while own < OTHER_FORMS:
            best = -1
            for slot in range(size):
                if counts[slot] > 0 and (best < 0 or counts[slot] > counts[best]):
                    best = slot
            if best < 0:
                break
            rows[filled + own], masks[best], counts[best] = found[best], 1 << own, 0
            own, last = own + 1, best
        end = filled + own
        if own < size:
            masks[last] = ALL_BITS if own == 0 else masks[last] | OWN_BITS & OWN_BITS << own
            end = filled + OTHER_FORMS
            for row in range(filled + own, end):
                rows[row] = found[last]
            for slot in range(size):
                if counts[slot] != 0:
                    if own > 0 or slot > 0:
                        masks[slot] = 1 << OTHER_FORMS
                    rows[end] = found[slot]
                    end += 1
        sizes[term], filled = end - filled, end
        for member in range(term_first[term], term_first[term + 1]):
            entry = entries[member]
            bits[entry, OTHER_FORMS] = 1 << OTHER_FORMS
            for row in range(first[entry], first[entry + 1]):
                bit = min(row - first[entry], OTHER_FORMS)
                if postings[entry, bit] > 0:
                    bits[entry, bit] |= masks[slots[forms[row]]]
    return filled


@njit(nogil=True, cache=True)
def count_kept(
    chunk_first: NDArray[np.uint32],
    chunk_number: NDArray[np.uint16],
    chunk_end: NDArray[np.uint32],
    docs: NDArray[np.uint16],
    freqs: Bytes,
    form_bits: Bytes,
    positions: Bytes,
    renumbered: NDArray[np.uint32],
    kept: NDArray[np.uint32],
    bits: NDArray[np.uint32],
) -> tuple[int, int]:
    """Fills the arrays of a `postings.KeptCounts`.

    Returns its position bytes and large weights, counted only with `renumbered`.
    """
    at = byte = position_bytes = large = 0
    for term in range(len(kept)):
        text = term < len(bits)
        for chunk in range(chunk_first[term], chunk_first[term + 1]):
            base, end = np.int64(chunk_number[chunk]) << CHUNK_BITS, np.int64(chunk_end[chunk])
            while at < end:
                stays = True
                if len(renumbered) > 0:
                    count, begin = np.int64(freqs[at]), byte
                    stays = renumbered[base + docs[at]] != DELETED
                    if stays and count == LARGE:
                        large += 1
                    if text:
                        if count == LARGE:
                            count, byte = get_number(positions, byte)
                        byte = skip_numbers(positions, byte, count)
                    if stays:
                        position_bytes += byte - begin
                if stays:
                    kept[term] += 1
                    if text:
                        bit, mask = 0, np.int64(form_bits[at])
                        while mask > 0:
                            bits[term, bit] += mask & 1
                            bit, mask = bit + 1, mask >> 1
                at += 1
    return position_bytes, large


@INLINE
def _remapped(mask: int, remap: np.uint64) -> np.uint64:
    """The form bits that take the place of those in `mask`."""
    lanes = SPREAD[mask] & remap
    lanes |= lanes >> np.uint64(32)
    lanes |= lanes >> np.uint64(16)
    return (lanes | lanes >> np.uint64(8)) & np.uint64(0xFF)


@INLINE
def _copy_numbers(data: Bytes, read: int, count: int, out: Bytes, written: int) -> tuple[int, int]:
    """Copies variable bytes; returns where the next ones begin, in both arrays."""
    while count > 0:
        value = data[read]
        out[written] = value
        count -= value < 128
        read, written = read + 1, written + 1
    return read, written


@njit(nogil=True, cache=True)
def copy_postings(
    first: NDArray[np.int64],
    source_of: NDArray[np.int64],
    chunk_counts: NDArray[np.int64],
    remap: NDArray[np.uint64],
    chunk_base: NDArray[np.int64],
    chunk_end: NDArray[np.int64],
    docs: NDArray[np.uint16],
    freqs: Bytes,
    form_bits: Bytes,
    positions: Bytes,
    large_value: NDArray[np.float64],
    renumbered: NDArray[np.uint32],
    cursors: NDArray[np.int64],
    done: NDArray[np.int64],
    out_first: NDArray[np.uint32],
    out_number: NDArray[np.uint16],
    out_begin: NDArray[np.uint32],
    out_docs: NDArray[np.uint16],
    out_freqs: Bytes,
    out_bits: Bytes,
    out_positions: Bytes,
    out_blocks: NDArray[np.uint64],
    out_large_at: NDArray[np.uint32],
    out_large_value: NDArray[np.float64],
) -> int:
    """Copies the postings of a block; gives how many of its terms still have any.

    `cursors[source]` is where a source's next chunk, posting, position byte and large weight stand; `done` counts
    those of the result, the blocks before included. Both are moved. `out_begin` is where chunks begin.

    Positions wait to be copied (`pending` numbers) until their place must be known: one long copy beats many short.
    """
    text = len(remap) > 0
    terms = chunks = posting = byte = pending = large = blocks = 0
    for term in range(len(first) - 1):
        begin, last = posting, np.int64(-1)
        for member in range(first[term], first[term + 1]):
            source = source_of[member]
            chunk, at, read, weight = cursors[source, 0], cursors[source, 1], cursors[source, 2], cursors[source, 3]
            cursors[source, 0] += chunk_counts[member]
            while chunk < cursors[source, 0]:
                base, end = chunk_base[chunk], chunk_end[chunk]
                while at < end:
                    number, freq, place = np.int64(renumbered[base + docs[at]]), np.int64(freqs[at]), done[1] + posting
                    if number >> CHUNK_BITS != last or freq == LARGE or place & (POSITION_BLOCK - 1) == 0:
                        if text:
                            read, byte = _copy_numbers(positions, read, pending, out_positions, byte)
                            pending = 0
                            if freq == LARGE:  # their count precedes them, and is copied with them
                                pending = get_number(positions, read)[0] + 1 - LARGE
                        if number == DELETED:
                            if text:
                                read, pending = skip_numbers(positions, read, freq + pending), 0
                            weight += freq == LARGE
                            at += 1
                            continue
                        if number >> CHUNK_BITS != last:
                            last = number >> CHUNK_BITS
                            out_number[chunks], out_begin[chunks] = last, place
                            chunks += 1
                        if text and place & (POSITION_BLOCK - 1) == 0:
                            out_blocks[blocks] = done[2] + byte
                            blocks += 1
                        if freq == LARGE:
                            out_large_at[large], out_large_value[large] = place, large_value[weight]
                            large, weight = large + 1, weight + 1
                    out_docs[posting], out_freqs[posting] = number & 0xFFFF, freq
                    if text:
                        out_bits[posting] = _remapped(form_bits[at], remap[member])
                        pending += freq
                    posting += 1
                    at += 1
                chunk += 1
            read, byte = _copy_numbers(positions, read, pending, out_positions, byte)
            pending = 0
            cursors[source, 1], cursors[source, 2], cursors[source, 3] = at, read, weight
        if posting > begin:
            terms += 1
            out_first[terms] = done[0] + chunks
    done[0], done[1], done[2], done[3] = done[0] + chunks, done[1] + posting, done[2] + byte, done[3] + large
    return terms
