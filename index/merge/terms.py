"""Merges the terms of several segments field by field, with their forms and the bits that the forms get.

A form keeps a bit of its own (0 to 6) only if it had one in every source that has it: which of the other forms a
posting with bit 7 means is not known. Bits left without a form go to the last form that has one, so that a search for
a form finds it in each of its documents. If no form has a bit of its own, one of them takes all bits, which then say
that it may occur.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kiosque.index.merge.kernels import merge_forms
from kiosque.index.merge.postings import FieldTerms, KeptCounts
from kiosque.index.merge.strings import MergedRuns, StringArray, merge_runs, sorted_runs, string_arrays, take
from kiosque.index.segment.arrays import Array
from kiosque.index.segment.postings import OTHER_FORMS
from kiosque.index.segment.segment_data import SegmentData
from kiosque.index.text.scanner import Bytes


class FieldForms(NamedTuple):
    """The forms of one field's entries (see `merge.strings`).

    first: int64[entries + 1], where the rows of each begin; rows: uint32, a form each, in the order of the bits;
    counts: uint32[entries, 8], the postings that have a bit.
    """

    first: NDArray[np.int64]
    rows: NDArray[np.uint32]
    counts: NDArray[np.uint32]


class FormRemap(NamedTuple):
    """The new forms and form bits of one field.

    bits: uint8[entries, 8], the bits that take the place of each bit; rows: uint32, the forms of the merged terms;
    sizes: uint32, how many each term has.
    """

    bits: Bytes
    rows: NDArray[np.uint32]
    sizes: NDArray[np.uint32]

    @staticmethod
    def none() -> FormRemap:
        """The remap of a field without forms."""
        return FormRemap(np.empty((0, OTHER_FORMS + 1), np.uint8), np.empty(0, np.uint32), np.empty(0, np.uint32))


def remap_forms(terms: MergedRuns, forms: FieldForms, known: int) -> FormRemap:
    """Merges the forms of each term and assigns their bits; `known` is the number of forms in all sources."""
    bits = np.zeros((len(terms.entries), OTHER_FORMS + 1), np.uint8)
    rows = np.empty(2 * len(forms.rows), np.uint32)  # a term with shared forms has at least eight in some source
    sizes = np.zeros(len(terms), np.uint32)
    slots, found, counts, masks = (np.zeros(known, np.int64) for _ in range(4))
    arrays: list[Any] = [*terms, *forms, slots, found, counts, masks, bits, rows, sizes]
    filled = merge_forms(*arrays)
    return FormRemap(bits, rows[:filled].copy(), sizes)


class Forms:
    """The merged forms of all sources."""

    def __init__(self, sources: Sequence[SegmentData]) -> None:
        self._folded = sorted_runs([(data["folded_forms"], data["folded_form_bounds"]) for data in sources])
        self._forms = sorted_runs([(data["forms"], data["form_bounds"]) for data in sources])
        self._joined = merge_runs(self._folded, self._forms.strings)
        self._numbers = self._joined.numbers()

    def __len__(self) -> int:
        return len(self._joined)

    def numbers(self, source: int, rows: Array) -> NDArray[np.uint32]:
        """The forms in these rows of a source's table."""
        numbers: NDArray[np.uint32] = self._numbers[rows + self._forms.starts[source]]
        return numbers

    def arrays(self, term_forms: NDArray[np.uint32]) -> dict[str, Array]:
        """The table of those forms that terms still have, and `term_forms` as rows of it."""
        used = np.zeros(len(self), np.bool_)
        used[term_forms] = True
        chosen = self._joined.representatives()[used]
        return {
            "term_forms": (np.cumsum(used, dtype=np.uint32) - np.uint32(1))[term_forms],
            **string_arrays("form", take(self._forms.strings, chosen)),
            **string_arrays("folded_form", take(self._folded.strings, chosen)),
        }


class MergedField(NamedTuple):
    """A field of several segments.

    strings: its terms that have documents left; rows: uint32, the forms of these terms, one term after the other;
    row_counts: uint32, how many each has; terms: all of its terms, for `postings`; scored: as in `segment.Field`.
    """

    strings: StringArray
    rows: NDArray[np.uint32]
    row_counts: NDArray[np.uint32]
    terms: FieldTerms
    scored: bool


class _Part:
    """A field in one source; it has no terms where the source does not know the field."""

    def __init__(self, name: str, data: SegmentData, tally: KeptCounts) -> None:
        self._data, self._tally = data, tally
        self._field = data.manifest.fields.get(name)
        self.first = self._field.first if self._field else 0
        self.last = self._field.last if self._field else 0
        self.positions = bool(self._field and self._field.positions)
        self.scored = bool(self._field and self._field.scored)

    def strings(self) -> tuple[Bytes, Array]:
        """The terms, and their bounds."""
        return self._data["terms"], self._data["term_bounds"][self.first : self.last + 1]

    def kept(self) -> Array:
        """By term, the documents that stay."""
        return self._tally.kept[self.first : self.last]

    def bits(self) -> Array:
        """By term, the postings with each form bit that stay."""
        return self._tally.bits[self.first : self.last]

    def chunks(self) -> NDArray[np.int64]:
        """By term, its chunks."""
        return np.diff(self._chunk_first())

    def sizes(self) -> NDArray[np.int64]:
        """By term, its postings."""
        ends: Array = np.concatenate([np.zeros(1, np.int64), self._data["chunk_end"]])
        return np.diff(ends[self._chunk_first()])

    def _chunk_first(self) -> Array:
        return self._data["chunk_first"][self.first : self.last + 1].astype(np.int64)

    def row_counts(self) -> Array:
        """By term, how many forms it has."""
        return np.diff(self._data["term_form_first"][self.first : self.last + 1].astype(np.int64))

    def rows(self) -> Array:
        """The forms of all terms, one term after the other."""
        first = self._data["term_form_first"]
        return self._data["term_forms"][int(first[self.first]) : int(first[self.last])]


def merge_field(
    name: str, sources: Sequence[SegmentData], kept_counts: Sequence[KeptCounts], forms: Forms
) -> MergedField:
    """Joins the terms of a field; their forms too where it has positions."""
    parts = [_Part(name, data, tally) for data, tally in zip(sources, kept_counts, strict=True)]
    text = any(part.positions for part in parts)
    runs = sorted_runs([part.strings() for part in parts])
    terms = merge_runs(runs)
    kept = terms.sums(np.concatenate([part.kept() for part in parts])) > 0
    remap = remap_forms(terms, _field_forms(parts, forms), len(forms)) if text else FormRemap.none()
    return MergedField(
        strings=take(runs.strings, terms.representatives()[kept]),
        rows=remap.rows,
        row_counts=remap.sizes[kept] if text else remap.sizes,
        terms=FieldTerms(
            terms=terms,
            starts=runs.starts[:-1],
            first=np.array([part.first for part in parts]),
            sizes=np.concatenate([part.sizes() for part in parts]),
            chunks=np.concatenate([part.chunks() for part in parts]),
            remap=remap.bits,
            text=text,
        ),
        scored=any(part.scored for part in parts),
    )


def _field_forms(parts: Sequence[_Part], forms: Forms) -> FieldForms:
    """The forms of a field's entries, as forms of all sources."""
    row_counts = np.concatenate([np.zeros(1, np.int64), *(part.row_counts() for part in parts)])
    rows = [forms.numbers(source, part.rows()) for source, part in enumerate(parts)]
    bits = np.concatenate([part.bits() for part in parts])
    return FieldForms(np.cumsum(row_counts), np.concatenate(rows), bits)
