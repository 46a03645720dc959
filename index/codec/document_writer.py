"""Writes the per-document data of a segment, document by document, as Whoosh's writer calls it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from whoosh.codec.base import PerDocumentWriter
from whoosh.columns import Column
from whoosh.fields import FieldType
from whoosh.filedb.filestore import RamStorage

from kiosque.index.invert.bulk import string_arrays
from kiosque.index.segment.arrays import Array, Entry, smallest, write_arrays
from kiosque.index.segment.segment_data import Field, Manifest, write_manifest
from kiosque.index.segment.store import StoreWriter
from kiosque.index.segment.stored_values import pack_value

Values = dict[int, bytes]
"""Values of some documents, by document number."""


class SegmentDocumentWriter(PerDocumentWriter):  # type: ignore[misc]
    """Buffers everything until `close`. Only a finished document counts: a refused one leaves nothing."""

    def __init__(self, directory: Path, segment: str) -> None:
        self._directory, self._segment = directory, segment
        self.is_closed = False
        self._records: list[bytes] = []
        self._ids: list[bytes] = []
        self._lengths: dict[str, dict[int, int]] = {}
        self._vectors: dict[str, Values] = {}
        self._columns: dict[str, Values] = {}
        self._defaults: dict[str, Any] = {}
        self.cancel_doc()

    def start_doc(self, docnum: int) -> None:
        """Begins a document. Raises ValueError if its number is not the next."""
        if docnum != len(self._records):
            raise ValueError(f"document {docnum} follows {len(self._records)} documents")
        self.cancel_doc()

    def cancel_doc(self) -> None:
        """Drops the document that was begun."""
        self._stored: dict[str, msgspec.Raw] = {}
        self._id = b""
        self._pending: list[tuple[dict[str, Any], str, Any]] = []

    def add_field(self, fieldname: str, fieldobj: FieldType, value: Any, length: int | None) -> None:
        """Adds the field's stored value, None if it has none, and its length. Raises UnstorableValue."""
        if value is not None:
            packed = pack_value(fieldname, value)
            self._stored[fieldname] = msgspec.Raw(packed)
            if fieldname == "id":
                self._id = value.encode() if isinstance(value, str) else packed
        if length:
            self._pending.append((self._lengths, fieldname, length))

    def add_column_value(self, fieldname: str, columnobj: Column, value: Any) -> None:
        """Adds the field's value for sorting and grouping. Raises UnstorableValue."""
        if fieldname not in self._defaults:
            self._defaults[fieldname] = default_value(columnobj)
        packed = value if isinstance(self._defaults[fieldname], bytes) else pack_value(fieldname, value)
        self._pending.append((self._columns, fieldname, packed))

    def add_vector_items(self, fieldname: str, fieldobj: FieldType, items: Iterable[tuple[str, float, bytes]]) -> None:
        """Adds the terms of the field in this document, each with its weight and its value bytes."""
        if vector := list(items):
            self._pending.append((self._vectors, fieldname, msgspec.msgpack.encode(vector)))

    def finish_doc(self) -> None:
        """Completes the document."""
        document = len(self._records)
        for values, field, value in self._pending:
            values.setdefault(field, {})[document] = value
        self._records.append(msgspec.msgpack.encode(self._stored))
        self._ids.append(self._id)
        self.cancel_doc()

    def close(self) -> None:
        """Writes the arrays, and a manifest without terms yet."""
        self.is_closed = True
        entries = self._write() if self._records else {}
        fields = {name: Field(0, 0, False, True, sum(lengths.values())) for name, lengths in self._lengths.items()}
        columns = {name: "bytes" if isinstance(self._defaults[name], bytes) else "msgpack" for name in self._columns}
        manifest = Manifest(documents=len(self._records), fields=fields, columns=columns, arrays=entries)
        write_manifest(self._directory, self._segment, manifest)

    def _write(self) -> dict[str, Entry]:
        store = StoreWriter()
        store.add(self._records)
        target = self._directory, self._segment
        return {**store.write(*target), **write_arrays(*target, self._arrays(len(self._records)))}

    def _arrays(self, documents: int) -> dict[str, Array]:
        """Every array but the store's."""
        arrays = {"id_rank": _rank(self._ids)}
        for name, lengths in self._lengths.items():
            arrays[f"length.{name}"] = smallest(_by_document(lengths, documents))
        for name, vectors in self._vectors.items():
            arrays |= blob_arrays(f"vector.{name}", [vectors.get(document, b"") for document in range(documents)])
        for name in self._columns:
            arrays |= self._column_arrays(name)
        return arrays

    def _column_arrays(self, name: str) -> dict[str, Array]:
        default = self._defaults[name]
        empty = default if isinstance(default, bytes) else pack_value(name, default)
        values = [self._columns[name].get(document, empty) for document in range(len(self._records))]
        distinct = sorted(set(values))
        place = {value: number for number, value in enumerate(distinct)}
        strings = string_arrays(f"column.{name}.value", distinct)
        return {f"column.{name}": np.array([place[value] for value in values], np.uint32), **strings}


def default_value(column: Column) -> Any:
    """The column's value for a document without one.

    Columns that wrap another (of pickles, of lists) have no such method: read it from an empty column.
    """
    try:
        return column.default_value()
    except AttributeError:
        storage = RamStorage()
        with storage.create_file("column") as file:
            column.writer(file).finish(1)
        return column.reader(storage.open_file("column"), 0, storage.file_length("column"), 1)[0]


def blob_arrays(name: str, blobs: list[bytes]) -> dict[str, Array]:
    """Blobs concatenated, and uint64 where each begins (one more than there are)."""
    bounds = np.zeros(len(blobs) + 1, np.uint64)
    np.cumsum([len(blob) for blob in blobs], out=bounds[1:], dtype=np.uint64)
    return {name: np.frombuffer(b"".join(blobs), np.uint8), f"{name}.bounds": bounds}


def _by_document(lengths: dict[int, int], documents: int) -> Array:
    array = np.zeros(documents, np.uint64)
    array[list(lengths)] = list(lengths.values())
    return array


def _rank(ids: list[bytes]) -> Array:
    rank = np.empty(len(ids), np.uint32)
    rank[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
    return rank
