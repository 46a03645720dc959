"""What a segment keeps by document, without the documents that are left out: lengths, columns, stored articles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kiosque.index.merge.kernels import DELETED
from kiosque.index.merge.strings import merge_runs, sorted_runs, string_arrays, take
from kiosque.index.segment.arrays import Array, ArrayWriter, Entry, array_path, smallest, write_arrays
from kiosque.index.segment.schema import LONG_TEXTS
from kiosque.index.segment.segment_data import SegmentData
from kiosque.index.segment.store import DIGEST_BYTES, pack_dictionaries, unpack_dictionaries
from kiosque.index.text.scanner import Bytes
from kiosque.index.text.signatures import PLACES

STEP = 1024
"""Documents whose pieces are copied at a time."""

Deleted = NDArray[np.uint32] | set[int]


class Documents:
    """The documents of some segments, one segment after the other, without those that are left out.

    bases: where those of each segment begin; kept: bool, by document of each segment, whether it stays;
    renumbered: uint32, by document of all segments, its new number or DELETED. len() counts those that stay.
    """

    def __init__(self, sources: Sequence[tuple[SegmentData, Deleted]]) -> None:
        self.sources = [data for data, _ in sources]
        self.kept = [_kept(data.manifest.documents, deleted) for data, deleted in sources]
        self.bases: list[int] = np.cumsum([0, *map(len, self.kept)]).tolist()
        kept = np.concatenate(self.kept)
        self._count = int(kept.sum())
        self.renumbered = np.full(len(kept), DELETED, np.uint32)
        self.renumbered[kept] = np.arange(self._count, dtype=np.uint32)

    def __len__(self) -> int:
        return self._count

    def changed(self, source: int) -> NDArray[np.uint32]:
        """The new numbers of a source's documents; empty where all of them stay."""
        numbers = self.renumbered[self.bases[source] : self.bases[source + 1]]
        return numbers[:0] if self.kept[source].all() else numbers

    def lengths(self, field: str) -> Array:
        """The length of a field by document, 0 in a segment that does not have it."""
        return smallest(self._staying([self._or_zeros(data.lengths(field), data) for data in self.sources]))

    def columns(self) -> list[str]:
        """The names of all columns."""
        return sorted({name for data in self.sources for name in data.manifest.columns})

    def write_columns(self, directory: Path, segment: str) -> dict[str, Entry]:
        """Writes all columns; gives their arrays' entries."""
        arrays = [self.column(name) for name in self.columns()]
        return {key: entry for each in arrays for key, entry in write_arrays(directory, segment, each).items()}

    def column(self, name: str) -> dict[str, Array]:
        """The arrays of a column; a segment that does not have it gives its documents the empty value."""
        runs = sorted_runs([_values(data, name) for data in self.sources])
        joined = merge_runs(runs)
        places = [self._or_zeros(data[f"column.{name}"], data) for data in self.sources]
        entries = [place + np.int64(start) for place, start in zip(places, runs.starts[:-1], strict=True)]
        numbers = joined.numbers()[self._staying(entries)]
        used = np.bincount(numbers, minlength=len(joined)) > 0
        strings = take(runs.strings, joined.representatives()[used])
        place_of = np.cumsum(used, dtype=np.uint32) - np.uint32(1)
        return {f"column.{name}": place_of[numbers], **string_arrays(f"column.{name}.value", strings)}

    def write_store(self, directory: Path, segment: str) -> dict[str, Entry]:
        """Copies the stored articles; gives their arrays' entries."""
        entry, bounds = self._write_pieces(directory, segment, "store", "store_bounds")
        packed = [unpack_dictionaries(data["store_dictionaries"]) for data in self.sources]
        dictionaries = pack_dictionaries({number: known for each in packed for number, known in each.items()})
        others: dict[str, Array] = {"store_bounds": bounds, "store_dictionaries": dictionaries}
        digests = self._write_rows(directory, segment, "store_digests", DIGEST_BYTES)
        return {"store": entry, "store_digests": digests, **write_arrays(directory, segment, others)}

    def write_skips(self, directory: Path, segment: str) -> dict[str, Entry]:
        """Copies the skips; a segment that has none leaves its documents without."""
        entries = {}
        names = [f"skips.{field}" for field in LONG_TEXTS]
        for name in (name for name in names if any(name in data.manifest.arrays for data in self.sources)):
            entries[name], bounds = self._write_pieces(directory, segment, name, f"{name}.bounds")
            entries |= write_arrays(directory, segment, {f"{name}.bounds": smallest(bounds)})
        return entries

    def write_signatures(self, directory: Path, segment: str) -> dict[str, Entry]:
        """Copies the signatures; a segment that has none gives its documents zeros."""
        if not any("signatures" in data.manifest.arrays for data in self.sources):
            return {}
        return {"signatures": self._write_rows(directory, segment, "signatures", PLACES)}

    def _write_rows(self, directory: Path, segment: str, name: str, width: int) -> Entry:
        """Copies an array of `width` bytes a document; a segment that does not have it gives zeros."""
        file = ArrayWriter(array_path(directory, segment, name), np.uint8, width * len(self))
        for data, kept in zip(self.sources, self.kept, strict=True):
            known = data[name] if len(data[name]) else np.zeros(width * len(kept), np.uint8)
            for pieces in _pieces(known, np.arange(0, width * (len(kept) + 1), width), kept):
                file.append(pieces)
        return file.finish()

    def _write_pieces(self, directory: Path, segment: str, name: str, bounds_name: str) -> tuple[Entry, Array]:
        """Copies an array that has a piece a document; gives its entry and where its pieces begin."""
        all_bounds = [self._bounds(data, bounds_name) for data in self.sources]
        sizes = self._staying([np.diff(bounds) for bounds in all_bounds])
        bounds = np.zeros(len(sizes) + 1, np.uint64)
        np.cumsum(sizes, out=bounds[1:])
        file = ArrayWriter(array_path(directory, segment, name), np.uint8, int(bounds[-1]))
        for data, known, kept in zip(self.sources, all_bounds, self.kept, strict=True):
            for pieces in _pieces(data[name], known, kept):
                file.append(pieces)
        return file.finish(), bounds

    def _bounds(self, data: SegmentData, name: str) -> NDArray[np.int64]:
        bounds = data[name]
        return bounds.astype(np.int64) if len(bounds) else np.zeros(data.manifest.documents + 1, np.int64)

    def _or_zeros(self, array: Array, data: SegmentData) -> Array:
        return array if len(array) else np.zeros(data.manifest.documents, np.uint32)

    def _staying(self, arrays: Sequence[Array]) -> Array:
        """One row of these values by document, without those of the documents that are left out."""
        return np.concatenate([array[kept] for array, kept in zip(arrays, self.kept, strict=True)])


def _kept(documents: int, deleted: Deleted) -> NDArray[np.bool_]:
    kept = np.ones(documents, np.bool_)
    kept[np.fromiter(deleted, np.int64, len(deleted))] = False
    return kept


def _values(data: SegmentData, column: str) -> tuple[Bytes, Array]:
    """The values of a column and their bounds."""
    known = column in data.manifest.columns
    return data[f"column.{column}.values"], data[f"column.{column}.value_bounds"] if known else np.zeros(2, np.uint32)


def _pieces(data: Bytes, bounds: NDArray[np.int64], kept: NDArray[np.bool_]) -> Iterator[Bytes]:
    """The bytes of the remaining documents, as in the file, some at a time."""
    for first in range(0, len(kept), STEP):
        staying = kept[first : first + STEP]
        ends = bounds[first : first + len(staying) + 1]
        pieces = data[ends[0] : ends[-1]]
        yield pieces if staying.all() else pieces[np.repeat(staying, np.diff(ends))]
