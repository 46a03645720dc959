"""Groups signatures into near copies, in time linear in their number.

Locality-sensitive hashing (Indyk, Motwani 1998; banding as in Leskovec, Rajaraman, Ullman, "Mining of Massive
Datasets", 3.4): a signature is cut into 21 bands of three bytes. Two texts with half of their shingles in common share
a band in 94 cases of 100, two with a tenth in common in 2; only texts that share a band are compared. A text is
compared with the last few before it in each of its bands, so that a band of thousands costs no more than others.

A text joins the group of the earlier text that it resembles most, if it also resembles the first of that group: so no
chain of small steps leads from one article to another, and groups are never merged.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from kiosque.index.text.scanner import INLINE, MULTIPLIER, Bytes, mixed
from kiosque.index.text.signatures import PLACES, agreement

BANDS, WIDTH = 21, 3
FREE = -1
LOOKED_BACK = 8
"""Earlier texts that a text is compared with in each band: of a million, one shares a band by chance."""

ALIKE = 32
"""Places of 64 in which two copies agree: half of the text, measured in docs/ARCHITECTURE.md."""

RELATED = 24
"""Places in which each text of a group agrees with its first."""


def resembling(signatures: Bytes, order: NDArray[np.int64]) -> NDArray[np.bool_]:
    """For each signature whether another is alike; a text without a signature resembles none.

    Visits the texts in `order`, which matters only if many share a band.
    """
    rows = signatures.reshape(-1, PLACES)
    wanted = order[np.any(rows, axis=1)[order]]
    found, slots, before = np.zeros(len(rows), np.bool_), _slots(len(wanted)), np.empty(len(rows), np.int32)
    for band in range(BANDS):
        _link(rows, wanted, band, slots, before)
        _mark(rows, wanted, before, found)
    return found


def clusters(signatures: Bytes) -> NDArray[np.int64]:
    """For each signature the first of its group: itself if it resembles none before it.

    The order matters: later texts join earlier ones.
    """
    rows = signatures.reshape(-1, PLACES)
    everybody, slots = np.arange(len(rows)), _slots(len(rows))
    before = np.empty((BANDS, len(rows)), np.int32)
    for band in range(BANDS):
        _link(rows, everybody, band, slots, before[band])
    firsts = np.arange(len(rows))
    _join(rows, before, firsts)
    return firsts


def _slots(texts: int) -> NDArray[np.int32]:
    """An open-addressing table, at least half empty."""
    return np.empty(1 << (2 * texts).bit_length(), np.int32)


@INLINE
def _band(rows: Bytes, row: int, band: int) -> np.int64:
    at = band * WIDTH
    return np.int64(rows[row, at]) << 16 | np.int64(rows[row, at + 1]) << 8 | np.int64(rows[row, at + 2])


@njit(nogil=True, cache=True)
def _link(
    rows: Bytes, wanted: NDArray[np.int64], band: int, slots: NDArray[np.int32], before: NDArray[np.int32]
) -> None:
    """Writes into `before`, for each wanted row, the last earlier row with the same band, or FREE."""
    slots[:] = FREE
    mask = len(slots) - 1
    for row in wanted:
        key = _band(rows, row, band)
        at = np.int64(mixed(np.uint64(key) * MULTIPLIER)) & mask
        while slots[at] != FREE and _band(rows, slots[at], band) != key:
            at = (at + 1) & mask
        before[row], slots[at] = slots[at], row


@njit(nogil=True, cache=True)
def _mark(rows: Bytes, wanted: NDArray[np.int64], before: NDArray[np.int32], found: NDArray[np.bool_]) -> None:
    for row in wanted:
        other = before[row]
        for _ in range(LOOKED_BACK):
            if other == FREE:
                break
            if agreement(rows, row, other) >= ALIKE:
                found[row] = found[other] = True
            other = before[other]


@njit(nogil=True, cache=True)
def _join(rows: Bytes, before: NDArray[np.int32], firsts: NDArray[np.int64]) -> None:
    for row in range(len(rows)):
        most = ALIKE - 1
        for band in range(BANDS):
            other = before[band, row]
            for _ in range(LOOKED_BACK):
                if other == FREE:
                    break
                alike = agreement(rows, row, other)
                if alike > most and agreement(rows, row, firsts[other]) >= RELATED:
                    most, firsts[row] = alike, firsts[other]
                other = before[band, other]
