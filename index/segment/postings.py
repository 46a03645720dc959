"""Posting lists as flat arrays, and the kernels that make and merge them.

All posting lists of a segment follow one another, term by term (a term belongs to one field). A list is cut into
chunks of 65,536 documents, so that a document takes 16 bits.

    chunk_first      uint32[terms + 1]   the chunks of a term
    chunk_number     uint16[chunks]      document >> 16
    chunk_end        uint32[chunks]      where the chunk's postings end; they begin where the chunk before ends
    docs             uint16[postings]    document & 0xFFFF
    freqs            uint8[postings]     the weight; 255: see `large_at`
    form_bits        uint8[text postings]  which of the term's forms occur, a bit each; bit 7 is any further form
    positions        uint8[]             per posting the gaps between positions, as variable bytes; if `freqs` is
                                         255, preceded by their number
    position_blocks  uint64[]            where the positions of every 64th posting begin
    large_at         uint32[], large_value  float64[]   the weights that are not integers below 255

Terms of text fields come first, so that only their postings have forms and positions.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from kiosque.index.text.scanner import INLINE, Bytes

CHUNK_BITS = 16
LARGE = 255
POSITION_BLOCK = 64
OTHER_FORMS = 7
"""The bit that a term's eighth form and all later ones share."""


class Postings(NamedTuple):
    """The arrays described above."""

    chunk_first: NDArray[np.uint32]
    chunk_number: NDArray[np.uint16]
    chunk_end: NDArray[np.uint32]
    docs: NDArray[np.uint16]
    freqs: Bytes
    form_bits: Bytes
    positions: Bytes
    position_blocks: NDArray[np.uint64]
    large_at: NDArray[np.uint32]
    large_value: NDArray[np.float64]


@INLINE
def put_number(into: Bytes, at: int, value: int) -> int:
    """Writes `value` as variable bytes, seven bits each, the lowest first; returns where the next begins."""
    while value >= 128:
        into[at] = np.uint8(value & 127 | 128)
        value >>= 7
        at += 1
    into[at] = np.uint8(value)
    return at + 1


@INLINE
def skip_numbers(data: Bytes, at: int, count: int) -> int:
    """Skips `count` numbers; returns where the next begins."""
    while count > 0:
        if data[at] < 128:
            count -= 1
        at += 1
    return at


@INLINE
def get_number(data: Bytes, at: int) -> tuple[int, int]:
    """The number at `at`, and where the next begins."""
    value, shift = 0, 0
    while data[at] >= 128:
        value |= (np.int64(data[at]) & 127) << shift
        shift += 7
        at += 1
    return value | np.int64(data[at]) << shift, at + 1


@njit(nogil=True, cache=True)
def count_terms(numbers: NDArray[np.int32], rank: NDArray[np.int32], counts: NDArray[np.int64]) -> None:
    """Adds to counts[r + 1] the tokens whose surface has rank r."""
    for number in numbers:
        counts[rank[number] + 1] += 1


@njit(nogil=True, cache=True)
def scatter(
    numbers: NDArray[np.int32],
    offsets: NDArray[np.int64],
    rank: NDArray[np.int32],
    bit: Bytes,
    cursor: NDArray[np.int64],
    out: NDArray[np.int64],
) -> None:
    """Sorts the tokens by term by counting: into `out`, document << 36 | position << 8 | form bit.

    `cursor[r]` is where the tokens of rank r begin, and moves on. A document has fewer than 2**28 tokens.
    """
    for document in range(len(offsets) - 1):
        first = offsets[document]
        for token in range(first, offsets[document + 1]):
            number = numbers[token]
            slot = cursor[rank[number]]
            cursor[rank[number]] = slot + 1
            out[slot] = document << 36 | (token - first) << 8 | bit[number]


@njit(nogil=True, cache=True)
def encode(
    sorted_tokens: NDArray[np.int64],
    bounds: NDArray[np.int64],
    with_positions: bool,
    chunk_first: NDArray[np.uint32],
    chunk_number: NDArray[np.uint16],
    chunk_end: NDArray[np.uint32],
    docs: NDArray[np.uint16],
    freqs: Bytes,
    form_bits: Bytes,
    positions: Bytes,
    position_blocks: NDArray[np.uint64],
    large_at: NDArray[np.uint32],
    large_value: NDArray[np.float64],
    at: NDArray[np.int64],
) -> None:
    """Appends the sorted tokens of a field's terms to the arrays, as postings.

    `bounds[r]` is where the tokens of the field's r-th term begin; `at` counts what is filled: terms, chunks,
    postings, position bytes, large weights.
    """
    term, chunk, posting, byte, large = at[0], at[1], at[2], at[3], at[4]
    for rank in range(len(bounds) - 1):
        token, stop, last_chunk = bounds[rank], bounds[rank + 1], -1
        while token < stop:
            document, end = sorted_tokens[token] >> 36, token + 1
            while end < stop and sorted_tokens[end] >> 36 == document:
                end += 1
            if document >> CHUNK_BITS != last_chunk:
                last_chunk = document >> CHUNK_BITS
                chunk_number[chunk] = np.uint16(last_chunk)
                chunk += 1
            docs[posting] = np.uint16(document & 0xFFFF)
            count = end - token
            if count >= LARGE:
                large_at[large], large_value[large] = np.uint32(posting), np.float64(count)
                large += 1
            freqs[posting] = np.uint8(min(count, LARGE))
            if with_positions:
                if posting % POSITION_BLOCK == 0:
                    position_blocks[posting // POSITION_BLOCK] = np.uint64(byte)
                if count >= LARGE:
                    byte = put_number(positions, byte, count)
                mask, last = 0, 0
                for i in range(token, end):
                    position = sorted_tokens[i] >> 8 & 0xFFFFFFF
                    byte = put_number(positions, byte, position - last)
                    last = position
                    mask |= 1 << (sorted_tokens[i] & 7)
                form_bits[posting] = np.uint8(mask)
            posting += 1
            chunk_end[chunk - 1] = np.uint32(posting)
            token = end
        term += 1
        chunk_first[term] = np.uint32(chunk)
    at[0], at[1], at[2], at[3], at[4] = term, chunk, posting, byte, large


@INLINE
def find_large(large_at: NDArray[np.uint32], large_value: NDArray[np.float64], posting: int) -> float:
    """The weight of a posting whose `freqs` is 255."""
    low, high = 0, len(large_at)
    while low < high:
        middle = (low + high) // 2
        if large_at[middle] < posting:
            low = middle + 1
        else:
            high = middle
    return float(large_value[low])


@njit(nogil=True, cache=True)
def decode_positions(
    begin: int, end: int, freqs: Bytes, positions: Bytes, at: int, stop: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """The positions of the postings begin..end: the count of each, and all positions concatenated.

    `at` and `stop` are where their first block begins and their last ends: each position takes a byte or more.
    """
    counts = np.empty(end - begin, np.int64)
    flat, filled = np.empty(stop - at, np.int32), 0
    for posting in range(begin // POSITION_BLOCK * POSITION_BLOCK, end):
        count = int(freqs[posting])
        if count == LARGE:
            count, at = get_number(positions, at)
        if posting < begin:
            at = skip_numbers(positions, at, count)
            continue
        counts[posting - begin] = count
        position = 0
        for _ in range(count):
            gap, at = get_number(positions, at)
            position += gap
            flat[filled] = position
            filled += 1
    return counts, flat[:filled]
