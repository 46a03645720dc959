"""Writes the terms and postings of a segment, term by term in order, as Whoosh's writer calls it."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable
from itertools import chain, pairwise
from pathlib import Path

import msgspec
import numpy as np
from whoosh.codec.base import FieldWriter
from whoosh.fields import FieldType
from whoosh.formats import Format, Positions

from kiosque.index.codec.document_writer import blob_arrays
from kiosque.index.invert.bulk import string_arrays
from kiosque.index.invert.encoding import PlainPostings, encode_postings
from kiosque.index.segment.arrays import Array, write_arrays
from kiosque.index.segment.posting_formats import PressPositions, rebuilt_value
from kiosque.index.segment.postings import OTHER_FORMS
from kiosque.index.segment.segment_data import Field, SegmentData, write_manifest
from kiosque.index.text.analyzer import LONGEST_TERM, fold

LAST_POSITION = 1 << 28
"""A field whose positions stay below it keeps them."""


class FieldBuffer:
    """The postings of one field, as they came."""

    def __init__(self, name: str, format_: Format) -> None:
        self.name, self.format = name, format_
        self.terms: list[bytes] = []
        self.bounds = [0]
        self.documents, self.weights = array("I"), array("d")
        self.values: list[bytes] = []
        self.positions: list[list[int]] = []

    def add(self, document: int, weight: float, value: bytes) -> None:
        """Adds a posting of the current term. Whoosh may repeat one: for prefixes of numbers, for spelling words."""
        if len(self.documents) > self.bounds[-1] and self.documents[-1] == document:
            self.weights[-1] += weight
            return
        self.documents.append(document)
        self.weights.append(weight)
        self.values.append(value)

    def finish_term(self, term: bytes) -> None:
        """Names the term of the postings since the last call."""
        if len(self.documents) > self.bounds[-1]:
            self.terms.append(term)
            self.bounds.append(len(self.documents))

    def finish(self) -> None:
        """Decodes the positions of a field that keeps them."""
        if self.format.supports("positions"):
            positions = [self.format.decode_positions(value) for value in self.values]
            self.positions = positions if all(map(_ascending, positions)) else []

    def forms(self) -> list[list[str]]:
        """The forms that each posting has."""
        decode = self.format.decode_forms if isinstance(self.format, PressPositions) else lambda value: []
        return [decode(value) for value in self.values]

    def kept_values(self) -> list[bytes]:
        """The value bytes; empty if they follow from the other arrays."""
        if self.positions and (isinstance(self.format, PressPositions) or type(self.format) is Positions):
            return []
        told = (rebuilt_value(self.format, weight, (), ()) for weight in self.weights)
        return self.values if any(map(bytes.__ne__, self.values, told)) else []


class SegmentFieldWriter(FieldWriter):  # type: ignore[misc]
    """Buffers everything until `close`. The segment's per-document writer is closed before the first field."""

    def __init__(self, directory: Path, segment: str) -> None:
        self._directory, self._segment = directory, segment
        self.is_closed = False
        self._fields: list[FieldBuffer] = []
        self._documents = 0
        self._term = b""

    def start_field(self, fieldname: str, fieldobj: FieldType) -> None:
        """Begins a field."""
        self._fields.append(FieldBuffer(fieldname, fieldobj.format))
        self._documents = SegmentData(self._directory, self._segment).manifest.documents

    def start_term(self, text: bytes) -> None:
        """Begins a term of the field."""
        self._term = text

    def add(self, docnum: int, weight: float, vbytes: bytes, length: int) -> None:
        """Adds a posting. Skips those of a refused last document, which Whoosh also passes: it does not exist."""
        if docnum < self._documents:
            self._fields[-1].add(docnum, weight, vbytes)

    def finish_term(self) -> None:
        """Completes the term."""
        self._fields[-1].finish_term(self._term)

    def finish_field(self) -> None:
        """Completes the field."""
        self._fields[-1].finish()

    def close(self) -> None:
        """Writes the arrays, and the manifest again, with the fields' terms."""
        self.is_closed = True
        manifest = SegmentData(self._directory, self._segment).manifest
        if manifest.documents:
            parts = _Parts(self._fields)
            entries = write_arrays(self._directory, self._segment, parts.arrays())
            fields = {**manifest.fields, **parts.fields(manifest.fields)}
            complete = msgspec.structs.replace(manifest, fields=fields, arrays={**manifest.arrays, **entries})
            write_manifest(self._directory, self._segment, complete)


class _Parts:
    """The arrays of the buffered fields; those with positions come first."""

    def __init__(self, fields: Iterable[FieldBuffer]) -> None:
        self._buffers = sorted((field for field in fields if field.terms), key=lambda it: (not it.positions, it.name))
        self._texts = [field for field in self._buffers if field.positions]

    def fields(self, known: dict[str, Field]) -> dict[str, Field]:
        """The manifest's entries; `known` has those of the fields whose lengths are kept."""
        found, first = {}, 0
        for field in self._buffers:
            entry = known.get(field.name, Field(0, 0, False, False, 0))
            last = first + len(field.terms)
            found[field.name] = msgspec.structs.replace(entry, first=first, last=last, positions=bool(field.positions))
            first = last
        return found

    def arrays(self) -> dict[str, Array]:
        """Terms, postings, forms and kept values."""
        forms, bits = _form_arrays([(field.bounds, field.forms()) for field in self._texts])
        kept = [(field.name, values) for field in self._buffers if (values := field.kept_values())]
        return {
            **encode_postings(self._plain(bits))._asdict(),
            **string_arrays("term", [term for field in self._buffers for term in field.terms]),
            **forms,
            **{key: part for name, values in kept for key, part in blob_arrays(f"values.{name}", values).items()},
        }

    def _plain(self, bits: list[int]) -> PlainPostings:
        positions = [found for field in self._texts for found in field.positions]
        counts = [end - begin for field in self._buffers for begin, end in pairwise(field.bounds)]
        return PlainPostings(
            counts=np.array(counts, np.int64),
            documents=np.fromiter(chain.from_iterable(field.documents for field in self._buffers), np.uint32),
            weights=np.fromiter(chain.from_iterable(field.weights for field in self._buffers), np.float64),
            position_counts=np.array([len(found) for found in positions], np.int64),
            positions=np.fromiter(chain.from_iterable(positions), np.int64),
            form_bits=np.array(bits, np.uint8),
        )


def _form_arrays(fields: list[tuple[list[int], list[list[str]]]]) -> tuple[dict[str, Array], list[int]]:
    """The arrays of forms, and the form bits of each text posting.

    `fields` has for each text field the bounds of its terms' postings, and the forms of each posting.
    """
    names = {form for _, postings in fields for forms in postings for form in forms}
    rows = sorted((fold(form)[:LONGEST_TERM], form) for form in names)
    row_of = {form: row for row, (_, form) in enumerate(rows)}
    term_forms: list[int] = []
    first, bits = [0], []
    for bounds, postings in fields:
        for begin, end in pairwise(bounds):
            bit_of = _bits(postings[begin:end], row_of)
            term_forms += [row_of[form] for form in bit_of]
            first.append(len(term_forms))
            bits += [sum({1 << bit_of[form] for form in forms}) for forms in postings[begin:end]]
    arrays = {
        **string_arrays("form", [form.encode() for _, form in rows]),
        **string_arrays("folded_form", [folded.encode() for folded, _ in rows]),
        "term_forms": np.array(term_forms, np.uint32),
        "term_form_first": np.array(first, np.uint32),
    }
    return arrays, bits


def _bits(postings: list[list[str]], row_of: dict[str, int]) -> dict[str, int]:
    """The bit of each form of a term: the most frequent come first, those from the eighth on share one."""
    counts = Counter(chain.from_iterable(postings))
    ordered = sorted(counts, key=lambda form: (-counts[form], row_of[form]))
    return {form: min(place, OTHER_FORMS) for place, form in enumerate(ordered)}


def _ascending(positions: list[int]) -> bool:
    return all(a <= b for a, b in pairwise([0, *positions, LAST_POSITION]))
