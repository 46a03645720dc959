"""The terms of several segments joined field by field, with their forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kiosque.index.merge.forms import FieldForms, Moves, move_forms
from kiosque.index.merge.postings import FieldTerms
from kiosque.index.merge.strings import Strings, join, runs_of, string_arrays, take
from kiosque.index.merge.tally import Tally
from kiosque.index.segment.arrays import Array
from kiosque.index.segment.segment_data import SegmentData
from kiosque.index.text.scanner import Bytes


class Forms:
    """The forms of all sources, joined."""

    def __init__(self, sources: Sequence[SegmentData]) -> None:
        self._folded = runs_of([(data["folded_forms"], data["folded_form_bounds"]) for data in sources])
        self._forms = runs_of([(data["forms"], data["form_bounds"]) for data in sources])
        self._joined = join(self._folded, self._forms.strings)
        self._numbers = self._joined.numbers()

    def __len__(self) -> int:
        return len(self._joined)

    def numbers(self, source: int, rows: Array) -> NDArray[np.uint32]:
        """The forms that stand in these rows of a source's table."""
        numbers: NDArray[np.uint32] = self._numbers[rows + self._forms.starts[source]]
        return numbers

    def arrays(self, term_forms: NDArray[np.uint32]) -> dict[str, Array]:
        """The table of those forms that terms still have, and `term_forms` as rows of it."""
        used = np.zeros(len(self), np.bool_)
        used[term_forms] = True
        chosen = self._joined.any_entries()[used]
        return {
            "term_forms": (np.cumsum(used, dtype=np.uint32) - np.uint32(1))[term_forms],
            **string_arrays("form", take(self._forms.strings, chosen)),
            **string_arrays("folded_form", take(self._folded.strings, chosen)),
        }


class JoinedField(NamedTuple):
    """A field of several segments.

    strings: its terms that have documents left; rows: uint32, the forms of these terms, one term after the other;
    row_counts: uint32, how many each has; terms: all of its terms, for `merge_postings`; scored: as in `segment.Field`.
    """

    strings: Strings
    rows: NDArray[np.uint32]
    row_counts: NDArray[np.uint32]
    terms: FieldTerms
    scored: bool


class _Part:
    """A field in one source; it has no terms where the source does not know the field."""

    def __init__(self, name: str, data: SegmentData, tally: Tally) -> None:
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


def join_field(name: str, sources: Sequence[SegmentData], tallies: Sequence[Tally], forms: Forms) -> JoinedField:
    """Joins the terms of a field; their forms too where it has positions."""
    parts = [_Part(name, data, tally) for data, tally in zip(sources, tallies, strict=True)]
    text = any(part.positions for part in parts)
    runs = runs_of([part.strings() for part in parts])
    terms = join(runs)
    kept = terms.sums(np.concatenate([part.kept() for part in parts])) > 0
    moves = move_forms(terms, _field_forms(parts, forms), len(forms)) if text else Moves.none()
    return JoinedField(
        strings=take(runs.strings, terms.any_entries()[kept]),
        rows=moves.rows,
        row_counts=moves.sizes[kept] if text else moves.sizes,
        terms=FieldTerms(
            terms=terms,
            starts=runs.starts[:-1],
            first=np.array([part.first for part in parts]),
            sizes=np.concatenate([part.sizes() for part in parts]),
            chunks=np.concatenate([part.chunks() for part in parts]),
            moves=moves.bits,
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
