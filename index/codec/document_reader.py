"""Per-document data of a segment, as Whoosh reads it: deletions, lengths, columns, vectors, stored fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any

import msgspec
from whoosh.codec.base import PerDocumentReader, Segment
from whoosh.columns import Column, ColumnReader
from whoosh.formats import Format
from whoosh.matching import ListMatcher
from zstandard import ZstdError

from kiosque.index.errors import DamagedIndex
from kiosque.index.segment.arrays import array_path
from kiosque.index.segment.segment_data import SegmentData
from kiosque.index.segment.store import StoreReader
from kiosque.index.segment.stored_values import unpack_fields, unpack_value

Vector = list[tuple[str, float, bytes]]
"""The terms of one field of a document, each with its weight and its value bytes."""

_vectors = msgspec.msgpack.Decoder(Vector)


class SegmentDocumentReader(PerDocumentReader):  # type: ignore[misc]
    """`segment` has the deletions, `data` everything else."""

    def __init__(self, data: SegmentData, segment: Segment) -> None:
        self._data, self._segment = data, segment

    def doc_count(self) -> int:
        """How many documents are not deleted."""
        return self._data.manifest.documents - self._segment.deleted_count()  # type: ignore[no-any-return]

    def doc_count_all(self) -> int:
        """How many documents there are, deleted ones included."""
        return self._data.manifest.documents

    def has_deletions(self) -> bool:
        """Whether a document is deleted."""
        return bool(self._segment.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        """Whether the document is deleted."""
        return bool(self._segment.is_deleted(docnum))

    def deleted_docs(self) -> Iterable[int]:
        """The deleted documents, ascending."""
        return self._segment.deleted_docs()  # type: ignore[no-any-return]

    def supports_columns(self) -> bool:
        """It does."""
        return True

    def has_column(self, fieldname: str) -> bool:
        """Whether any document was given a value."""
        return fieldname in self._data.manifest.columns

    def list_columns(self) -> Iterable[str]:
        """The fields that have a column."""
        return self._data.manifest.columns

    def column_reader(self, fieldname: str, column: Column) -> SegmentColumnReader:
        """The column of the field. Ignores Whoosh's `column`: the manifest has its kind."""
        return SegmentColumnReader(self._data, fieldname)

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """The tokens of the field in the document; `default` if there are none or lengths are not kept."""
        return self.doc_field_length_reader(fieldname, default)(docnum)

    def doc_field_length_reader(self, fieldname: str, default: int = 0) -> Callable[[int], int]:
        """As `doc_field_length`, for many documents."""
        lengths = self._data.lengths(fieldname).data
        return lambda docnum: (lengths[docnum] if lengths else 0) or default

    def field_length(self, fieldname: str) -> int:
        """The tokens of the field in all documents, without deleted ones once a commit has counted them."""
        return self._data.live_length(fieldname)

    def min_field_length(self, fieldname: str) -> int:
        """The least length, 0 if a document does not have the field."""
        lengths = self._data.lengths(fieldname)
        return int(lengths.min()) if len(lengths) else 0

    def max_field_length(self, fieldname: str) -> int:
        """The greatest length."""
        return int(self._data.lengths(fieldname).max(initial=0))

    def has_vector(self, docnum: int, fieldname: str) -> bool:
        """Whether the document's terms were kept."""
        return bool(self._vector(docnum, fieldname))

    def vector(self, docnum: int, fieldname: str, format_: Format) -> ListMatcher:
        """A matcher over the document's terms instead of documents. Raises KeyError if they were not kept."""
        if not (packed := self._vector(docnum, fieldname)):
            raise KeyError(f"no vector of field {fieldname!r} in document {docnum}")
        terms, weights, values = zip(*_vectors.decode(packed), strict=True)
        return ListMatcher(list(terms), list(weights), list(values), format_)

    def _vector(self, docnum: int, fieldname: str) -> bytes:
        bounds = self._data[f"vector.{fieldname}.bounds"]
        if not len(bounds):
            return b""
        return bytes(self._data[f"vector.{fieldname}"][int(bounds[docnum]) : int(bounds[docnum + 1])])

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """The stored fields by name, without those that are None. Raises DamagedIndex."""
        try:
            return unpack_fields(self._store[docnum])
        except (msgspec.MsgspecError, ZstdError, AttributeError, KeyError, ValueError) as error:
            raise DamagedIndex(array_path(self._data.directory, self._data.segment, "store"), error) from error

    @cached_property
    def _store(self) -> StoreReader:
        return StoreReader(self._data["store"], self._data["store_bounds"], self._data["store_dictionaries"])


class SegmentColumnReader(ColumnReader):  # type: ignore[misc]
    """The values of one column, by document: bytes, or the values that other kinds of columns were given."""

    def __init__(self, data: SegmentData, field: str) -> None:
        self._places = data[f"column.{field}"].data
        self._values = data[f"column.{field}.values"].data
        self._bounds = data[f"column.{field}.value_bounds"].data
        self._of_bytes = data.manifest.columns[field] == "bytes"
        self._reverse = False

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, docnum: int) -> Any:
        place = self._places[docnum]
        value = bytes(self._values[self._bounds[place] : self._bounds[place + 1]])
        return value if self._of_bytes else unpack_value(value)

    def __iter__(self) -> Iterator[Any]:
        return (self[docnum] for docnum in range(len(self)))

    def set_reverse(self) -> None:
        """Makes `sort_key` sort backwards; Whoosh calls it only on columns of numbers and booleans."""
        self._reverse = True

    def sort_key(self, docnum: int) -> Any:
        """The sort key of the document."""
        value = self[docnum]
        if isinstance(value, bool):
            return int(value ^ self._reverse)
        if isinstance(value, list):  # a list sorts by its first item
            return value[0]
        return 0 - value if self._reverse else value
