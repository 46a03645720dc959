"""The columns of a segment as Whoosh reads them: for each document the place of its value among all values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whoosh.columns import ColumnReader

from kiosque.index.segment.records import unpack_value
from kiosque.index.segment.segment_data import SegmentData


class SegmentColumnReader(ColumnReader):  # type: ignore[misc]
    """The values of one column, by document: bytes, or what Whoosh's writer was given for other kinds of columns."""

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
        """From now on `sort_key` sorts backwards; Whoosh asks it only of columns of numbers and of booleans."""
        self._reverse = True

    def sort_key(self, docnum: int) -> Any:
        """What the document is sorted by."""
        value = self[docnum]
        if isinstance(value, bool):
            return int(value ^ self._reverse)
        if isinstance(value, list):  # a column of lists is sorted by the first
            return value[0]
        return 0 - value if self._reverse else value
