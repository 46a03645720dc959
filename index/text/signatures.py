"""The signature of a text: 64 bytes, from its tokens' hashes, that estimate how much of it another text shares.

    signatures  uint8[64 * documents]  row after row; zeros if the text is too short to have one

It is a MinHash (Broder 1997) of the text's shingles, the runs of five tokens: the share of places with
equal bytes in two texts is about the share of shingles that they have in common (Jaccard). One hash per shingle serves
all places (Li, Owen, Zhang, "One Permutation Hashing", 2012): its upper bits are the place, and each place keeps the
low byte of its least hash (Li, König, "b-Bit Minwise Hashing", 2010; unrelated texts agree by chance in one place of
256). An empty place copies another, the same one in all texts (Shrivastava, "Optimal Densification", 2017).

Only the bulk writer makes them. A document without one is no near copy.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from kiosque.index.text.scanner import INLINE, MULTIPLIER, Bytes, Tokens, mixed

PLACES = 64
PLACE_BITS = 6
SHINGLE = 5
FEWEST = 60
"""Fewer shingles give no signature: such texts are mostly formulas, alike without being copies."""

EMPTY = np.uint64(0xFFFFFFFFFFFFFFFF)


def signatures_of(tokens: Tokens) -> Bytes:
    """The signatures of a batch of texts, uint8 of shape (64 * texts,). Releases the GIL."""
    signatures = np.zeros(PLACES * (len(tokens.offsets) - 1), np.uint8)
    _sign(tokens.hashes, tokens.offsets, signatures)
    return signatures


@njit(nogil=True, cache=True)
def _sign(hashes: NDArray[np.uint64], offsets: NDArray[np.int64], signatures: Bytes) -> None:
    least = np.empty(PLACES, np.uint64)
    for text in range(len(offsets) - 1):
        first, last = offsets[text], offsets[text + 1] - SHINGLE + 1
        if last - first < FEWEST:
            continue
        least[:] = EMPTY
        for start in range(first, last):
            digest = np.uint64(0)
            for token in range(start, start + SHINGLE):
                digest = (digest ^ hashes[token]) * MULTIPLIER
            digest = mixed(digest)
            place = _place(digest)
            if digest < least[place]:
                least[place] = digest
        for at in range(PLACES):
            signatures[text * PLACES + at] = least[_filled(least, np.int64(at))] & np.uint64(0xFF)


@INLINE
def _place(digest: np.uint64) -> np.int64:
    return np.int64(digest >> np.uint64(64 - PLACE_BITS))


@INLINE
def _filled(least: NDArray[np.uint64], place: np.int64) -> np.int64:
    """The place itself; if it is empty, the first that is not on a path that depends on its number alone."""
    step = np.uint64(place)
    while least[place] == EMPTY:
        step = mixed(step + MULTIPLIER)
        place = _place(step)
    return place


@INLINE
def agreement(rows: Bytes, one: int, other: int) -> int:
    """How many of the 64 places are equal in two rows of signatures."""
    same = 0
    for place in range(PLACES):
        same += rows[one, place] == rows[other, place]
    return same
