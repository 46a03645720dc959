"""Reads stored articles; damage is an error of the engine."""

from __future__ import annotations

from kiosque.index.errors import IndexProblem
from kiosque.index.segment.arrays import array_path
from kiosque.index.segment.segment_data import SegmentData
from kiosque.index.segment.store import StoreReader
from kiosque.search.errors import EngineUnavailable


class Records(StoreReader):
    """The stored articles of a segment, by document number."""

    def __init__(self, data: SegmentData) -> None:
        path = array_path(data.directory, data.segment, "store")
        super().__init__(data["store"], data["store_bounds"], data["store_dictionaries"], path)

    def __getitem__(self, document: int) -> bytes:
        """The record of a document. Raises EngineUnavailable where it is damaged."""
        try:
            return super().__getitem__(document)
        except IndexProblem as error:
            raise EngineUnavailable(str(error)) from error
