"""The offset of every 32nd token of a text, so that finding one token scans at most 32.

    skips.FIELD         uint8[]  for each text, as variable bytes, the distance in bytes from its start to token 32,
                                 from there to token 64, and so on
    skips.FIELD.bounds  uint32/64[documents + 1]

Only the bulk writer keeps them. A text without them is scanned from its start, which finds the same.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from kiosque.index.segment.postings import get_number, put_number
from kiosque.index.text.scanner import INLINE, Bytes, Texts, Tokens

EVERY = 32
LONGEST_NUMBER = 5
"""Bytes of a distance: a text has fewer than 2**35."""


def skips_of(texts: Texts, tokens: Tokens) -> tuple[Bytes, NDArray[np.int64]]:
    """The distances of a batch of texts, and the bytes that each text's take."""
    data = np.empty(len(tokens.starts) // EVERY * LONGEST_NUMBER, np.uint8)
    sizes = np.empty(len(texts.offsets) - 1, np.int64)
    count = _skips(texts.offsets, tokens.starts, tokens.offsets, data, sizes)
    return data[:count], sizes


@njit(nogil=True, cache=True)
def _skips(
    texts: NDArray[np.int64],
    starts: NDArray[np.int64],
    offsets: NDArray[np.int64],
    data: Bytes,
    sizes: NDArray[np.int64],
) -> int:
    at = 0
    for text in range(len(sizes)):
        last, first = texts[text], at
        for token in range(offsets[text] + EVERY, offsets[text + 1], EVERY):
            at = put_number(data, at, starts[token] - last)
            last = starts[token]
        sizes[text] = at - first
    return at


@INLINE
def skipped(data: Bytes, at: int, end: int, token: int) -> tuple[int, int]:
    """The last token up to `token` whose offset data[at:end] has, and that offset in bytes from the text's start."""
    known, distance = 0, 0
    while at < end and known + EVERY <= token:
        gap, at = get_number(data, at)
        distance += gap
        known += EVERY
    return known, distance
