"""Posting arrays from plain columns, in NumPy: for Whoosh's own writer."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kiosque.index.invert.inversion import LONGEST_NUMBER
from kiosque.index.segment.arrays import Array
from kiosque.index.segment.postings import CHUNK_BITS, LARGE, POSITION_BLOCK, Postings
from kiosque.index.text.scanner import Bytes


class PlainPostings(NamedTuple):
    """The postings of all terms, one after the other; those of text fields come first.

    counts: int64, the postings of each term; documents: uint32, ascending in each term; weights: float64;
    position_counts: int64, for each text posting; positions: int64, of all text postings, ascending in each;
    form_bits: uint8, for each text posting.
    """

    counts: NDArray[np.int64]
    documents: NDArray[np.uint32]
    weights: NDArray[np.float64]
    position_counts: NDArray[np.int64]
    positions: NDArray[np.int64]
    form_bits: Bytes


def encode_postings(plain: PlainPostings) -> Postings:
    """The postings as a segment holds them."""
    large = _is_large(plain)
    freqs = np.where(large, LARGE, plain.weights).astype(np.uint8)
    positions, blocks = _positions(plain, large)
    return Postings(
        *_chunks(plain),
        docs=(plain.documents & 0xFFFF).astype(np.uint16),
        freqs=freqs,
        form_bits=plain.form_bits,
        positions=positions,
        position_blocks=blocks,
        large_at=np.flatnonzero(large).astype(np.uint32),
        large_value=plain.weights[large],
    )


def _is_large(plain: PlainPostings) -> NDArray[np.bool_]:
    """Which weights do not fit a byte; in text postings also those that are not the number of positions (a boost)."""
    fits = (plain.weights >= 1) & (plain.weights < LARGE) & (plain.weights == np.floor(plain.weights))
    text = len(plain.position_counts)
    fits[:text] &= plain.weights[:text] == plain.position_counts
    large: NDArray[np.bool_] = ~fits
    return large


def _chunks(plain: PlainPostings) -> tuple[Array, Array, Array]:
    """chunk_first, chunk_number, chunk_end: a chunk begins where the term or the document's upper half changes."""
    high = plain.documents >> CHUNK_BITS
    term = np.repeat(np.arange(len(plain.counts)), plain.counts)
    changes = np.ones(len(high), np.bool_)
    changes[1:] = (term[1:] != term[:-1]) | (high[1:] != high[:-1])
    starts = np.flatnonzero(changes)
    first = np.searchsorted(term[starts], np.arange(len(plain.counts) + 1))
    ends = np.append(starts[1:], len(high))[: len(starts)]
    return first.astype(np.uint32), high[starts].astype(np.uint16), ends.astype(np.uint32)


def _positions(plain: PlainPostings, large: NDArray[np.bool_]) -> tuple[Bytes, NDArray[np.uint64]]:
    """`positions` and `position_blocks`."""
    starts = np.cumsum(plain.position_counts) - plain.position_counts
    gaps = np.diff(plain.positions, prepend=0)
    first = starts[plain.position_counts > 0]
    gaps[first] = plain.positions[first]
    counted = np.flatnonzero(large[: len(starts)])
    numbers = np.insert(gaps, starts[counted], plain.position_counts[counted])
    encoded, begins = variable_bytes(numbers)
    shift = np.searchsorted(counted, np.arange(len(starts)))
    return encoded, begins[(starts + shift)[::POSITION_BLOCK]].astype(np.uint64)


def variable_bytes(numbers: NDArray[np.int64]) -> tuple[Bytes, NDArray[np.int64]]:
    """Numbers below 2**28 as variable bytes, and where each begins (one more than there are)."""
    lengths = np.ones(len(numbers), np.int64)
    for place in range(1, LONGEST_NUMBER):
        lengths += numbers >= 1 << 7 * place
    begins = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    encoded = np.empty(begins[-1], np.uint8)
    for place in range(LONGEST_NUMBER):
        here = lengths > place
        more = np.where(lengths[here] > place + 1, 128, 0)
        encoded[begins[:-1][here] + place] = numbers[here] >> 7 * place & 127 | more
    return encoded, begins
