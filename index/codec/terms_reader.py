"""The terms of a segment as Whoosh reads them: by name, in order, with a cursor, and their postings."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache, partial
from itertools import pairwise
from typing import Any

from whoosh.codec.base import FieldCursor, TermsReader
from whoosh.fields import FieldType
from whoosh.formats import Format
from whoosh.reading import TermNotFound
from whoosh.scoring import BaseScorer

from kiosque.index.codec.matcher import LazyTermInfo, TermMatcher, TermPostings
from kiosque.index.segment.segment_data import SegmentData

BATCH = 1024
"""Terms read at once when many are enumerated."""

REMEMBERED = 16
"""Terms whose decoded postings are cached: Whoosh asks for a term's figures, then for its postings."""

Numbered = tuple[tuple[str, bytes], int]
"""A field and a term, and the term's number."""


class SegmentTermsReader(TermsReader):  # type: ignore[misc]
    """Fields are given in the order of their names, as Whoosh's merge of several readers needs them."""

    def __init__(self, data: SegmentData) -> None:
        self._data = data
        fields = data.manifest.fields
        self._fields = sorted(name for name, field in fields.items() if field.first < field.last)
        self._postings = lru_cache(REMEMBERED)(partial(TermPostings, data))

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._data.term_number(*term) >= 0

    def indexed_field_names(self) -> list[str]:
        """The fields that have terms, sorted."""
        return self._fields

    def cursor(self, fieldname: str, fieldobj: FieldType) -> SegmentCursor:
        """A cursor at the field's first term."""
        return SegmentCursor(self._data, fieldname, fieldobj)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """All terms, each with its field."""
        return (term for term, _ in self._numbered(self._fields))

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """The terms of the field from `prefix` on, then those of the fields after it; none if it has no terms."""
        return (term for term, _ in self._numbered(self._fields_from(fieldname), prefix))

    def items(self) -> Iterator[tuple[tuple[str, bytes], LazyTermInfo]]:
        """As `terms`, each with its term info."""
        return map(self._described, self._numbered(self._fields))

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], LazyTermInfo]]:
        """As `terms_from`, each with its term info."""
        return map(self._described, self._numbered(self._fields_from(fieldname), prefix))

    def _fields_from(self, fieldname: str) -> list[str]:
        return self._fields[self._fields.index(fieldname) :] if fieldname in self._fields else []

    def _numbered(self, fields: list[str], prefix: bytes = b"") -> Iterator[Numbered]:
        """The terms of these fields, those of the first from `prefix` on."""
        for field in fields:
            first = self._data.first_from(field, prefix)
            for number, term in enumerate(_terms(self._data, first, self._data.last_term(field)), first):
                yield (field, term), number
            prefix = b""

    def _described(self, numbered: Numbered) -> tuple[tuple[str, bytes], LazyTermInfo]:
        (field, term), number = numbered
        return (field, term), LazyTermInfo(TermPostings(self._data, field, number))

    def term_info(self, fieldname: str, text: bytes) -> LazyTermInfo:
        """The term info. Raises TermNotFound."""
        return LazyTermInfo(self._found(fieldname, text))

    def frequency(self, fieldname: str, text: bytes) -> float:
        """The total weight of the term in all documents, 0 if none has it."""
        known = (fieldname, text) in self
        return self.term_info(fieldname, text).weight() if known else 0.0

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """The document frequency, without deleted documents once a commit has counted them."""
        number = self._data.term_number(fieldname, text)
        return self._data.document_frequency(number) if number >= 0 else 0

    def matcher(self, fieldname: str, text: bytes, format_: Format, scorer: BaseScorer | None = None) -> TermMatcher:
        """A matcher over the term's postings. Raises TermNotFound."""
        return TermMatcher(self._found(fieldname, text), (fieldname, text), format_, scorer)

    def _found(self, fieldname: str, text: bytes) -> TermPostings:
        number = self._data.term_number(fieldname, text)
        if number < 0:
            raise TermNotFound(f"{fieldname}:{text!r}")
        return self._postings(fieldname, number)


class SegmentCursor(FieldCursor):  # type: ignore[misc]
    """Moves over the terms of one field."""

    def __init__(self, data: SegmentData, fieldname: str, fieldobj: FieldType) -> None:
        self._data, self._name, self._field = data, fieldname, fieldobj
        self._last = data.last_term(fieldname)
        self._number = data.first_from(fieldname, b"")

    def first(self) -> Any:
        """To the field's first term; returns it, None if there is none."""
        return self._moved(self._data.first_from(self._name, b""))

    def find(self, term: Any) -> Any:
        """To the first term that is not before this one; returns it, None if there is none."""
        wanted = term if isinstance(term, bytes) else self._field.to_bytes(term)
        return self._moved(self._data.first_from(self._name, wanted))

    def next(self) -> Any:
        """To the next term; returns it, None if there is none."""
        return self._moved(min(self._number + 1, self._last))

    def _moved(self, number: int) -> Any:
        self._number = number
        return self.text()

    def text(self) -> Any:
        """The term, as a value of the field; None after the last."""
        return self._field.from_bytes(self._data.term(self._number)) if self.is_valid() else None

    term = text  # the name that Whoosh's cursor over several segments uses

    def term_info(self) -> LazyTermInfo | None:
        """The term info; None after the last."""
        return LazyTermInfo(TermPostings(self._data, self._name, self._number)) if self.is_valid() else None

    def is_valid(self) -> bool:
        """Whether the cursor is at a term."""
        return self._number < self._last


def _terms(data: SegmentData, first: int, last: int) -> Iterator[bytes]:
    """The terms of these numbers, read in batches: a query that needs only the first few reads one."""
    for start in range(first, last, BATCH):
        bounds = data["term_bounds"][start : min(start + BATCH, last) + 1].tolist()
        read = bytes(data["terms"][bounds[0] : bounds[-1]])
        yield from (read[begin - bounds[0] : end - bounds[0]] for begin, end in pairwise(bounds))
