"""Counts what stays of a segment's postings when some of its documents are left out."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kiosque.index.merge.kernels import count_kept
from kiosque.index.segment.arrays import Array
from kiosque.index.segment.postings import OTHER_FORMS, Postings


class Tally(NamedTuple):
    """What stays of a source's postings.

    kept: uint32, the documents of each term; bits: uint32[text terms, 8], the postings with each form bit;
    position_bytes, large: the bytes of positions and the large weights in all.
    """

    kept: NDArray[np.uint32]
    bits: NDArray[np.uint32]
    position_bytes: int
    large: int


def tally(postings: Postings, text_terms: int, renumbered: NDArray[np.uint32]) -> Tally:
    """Counts what stays of a source: all of it where `renumbered`, the new numbers of its documents, is empty."""
    kept = np.zeros(len(postings.chunk_first) - 1, np.uint32)
    bits = np.zeros((text_terms, OTHER_FORMS + 1), np.uint32)
    read: list[Any] = list(postings[:7])
    arrays: list[Any] = [*map(_frozen, read), renumbered, kept, bits]
    position_bytes, large = count_kept(*arrays)
    if not len(renumbered):
        position_bytes, large = len(postings.positions), len(postings.large_at)
    return Tally(kept, bits, position_bytes, large)


def _frozen(array: Array) -> Array:
    """The array as the kernel is compiled for: those on disk are read-only, one that a segment lacks would not be."""
    view = array.view()
    view.flags.writeable = False
    return view
