"""The forms of merged terms, and the bits that they get.

A form keeps a bit of its own (0 to 6) only where it had one in every source that has it: which of the other forms a
posting with bit 7 means is not known. Bits that then have no form are given to the last form that has one, so that
whoever looks for a form finds it at each of its places. Where no form has a bit of its own, one of them takes all
bits, and they say that it may occur.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kiosque.index.merge.kernels import join_forms
from kiosque.index.merge.strings import Joined
from kiosque.index.segment.postings import OTHER_FORMS
from kiosque.index.text.scanner import Bytes


class FieldForms(NamedTuple):
    """The forms of one field's entries (see `merge_strings`).

    first: int64[entries + 1], where the rows of each begin; rows: uint32, a form each, in the order of the bits;
    counts: uint32[entries, 8], the postings that have a bit.
    """

    first: NDArray[np.int64]
    rows: NDArray[np.uint32]
    counts: NDArray[np.uint32]


class Moves(NamedTuple):
    """What becomes of the forms of one field.

    bits: uint8[entries, 8], the bits that take the place of each bit; rows: uint32, the forms of the merged terms;
    sizes: uint32, how many each term has.
    """

    bits: Bytes
    rows: NDArray[np.uint32]
    sizes: NDArray[np.uint32]

    @staticmethod
    def none() -> Moves:
        """Those of a field without forms."""
        return Moves(np.empty((0, OTHER_FORMS + 1), np.uint8), np.empty(0, np.uint32), np.empty(0, np.uint32))


def move_forms(terms: Joined, forms: FieldForms, known: int) -> Moves:
    """Joins the forms of each term, and finds their bits; `known` is the number of forms that there are."""
    bits = np.zeros((len(terms.entries), OTHER_FORMS + 1), np.uint8)
    rows = np.empty(2 * len(forms.rows), np.uint32)  # a term with shared forms has at least eight in some source
    sizes = np.zeros(len(terms), np.uint32)
    slots, found, counts, masks = (np.zeros(known, np.int64) for _ in range(4))
    arrays: list[Any] = [*terms, *forms, slots, found, counts, masks, bits, rows, sizes]
    filled = join_forms(*arrays)
    return Moves(bits, rows[:filled].copy(), sizes)
