"""Sorted strings of several segments joined into one sorted row, each string once.

The strings of all segments are numbered one segment after the other; such a number is called an entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kiosque.index.errors import OversizedSegment
from kiosque.index.merge.kernels import merge_sorted_runs, take_strings
from kiosque.index.segment.arrays import Array
from kiosque.index.text.scanner import Bytes

LARGEST = (1 << 32) - 1
"""What 32 bits count: postings, bytes of terms."""


class StringArray(NamedTuple):
    """Strings as one array of bytes; `bounds`: int64, where each begins (one more than there are strings)."""

    data: Bytes
    bounds: NDArray[np.int64]


class SortedRuns(NamedTuple):
    """The sorted strings of several segments one after the other; `starts`: int64, the first entry of each."""

    strings: StringArray
    starts: NDArray[np.int64]


class MergedRuns(NamedTuple):
    """Runs in the order of their strings: those that equal the n-th are entries[first[n] : first[n + 1]]; uint32."""

    entries: NDArray[np.uint32]
    first: NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.first) - 1

    def representatives(self) -> NDArray[np.uint32]:
        """By string, one of its entries."""
        return self.entries[self.first[:-1]]

    def sums(self, values: NDArray[np.uint32]) -> NDArray[np.int64]:
        """By string, the sum of its entries' values."""
        reached = np.zeros(len(values) + 1, np.int64)
        np.cumsum(values[self.entries], out=reached[1:])
        return np.diff(reached[self.first])

    def numbers(self) -> NDArray[np.uint32]:
        """By entry, the number of its string."""
        numbers = np.empty(len(self.entries), np.uint32)
        numbers[self.entries] = np.repeat(np.arange(len(self), dtype=np.uint32), np.diff(self.first))
        return numbers


def sorted_runs(parts: Sequence[tuple[Bytes, Array]]) -> SortedRuns:
    """Runs of some segments' strings, each given as bytes and bounds (which need not begin at 0)."""
    lengths = [np.diff(bounds.astype(np.int64)) for _, bounds in parts]
    data = np.concatenate([data[int(bounds[0]) : int(bounds[-1])] for data, bounds in parts])
    starts = np.cumsum([0, *map(len, lengths)], dtype=np.int64)
    return SortedRuns(StringArray(data, _bounds(np.concatenate(lengths))), starts)


def concatenated(parts: Sequence[StringArray]) -> StringArray:
    """The strings of all parts, one part after the other."""
    return sorted_runs(parts).strings


def merge_runs(runs: SortedRuns, ties: StringArray | None = None) -> MergedRuns:
    """Joins the runs. Where strings are equal those of `ties` decide, and are part of what is joined."""
    data, bounds = runs.strings
    ties = ties or StringArray(np.empty(0, np.uint8), np.zeros(len(bounds), np.int64))
    entries, first = np.empty(len(bounds) - 1, np.uint32), np.zeros(len(bounds), np.uint32)
    head, stop = runs.starts[:-1] - 1, runs.starts[1:]
    least, prefixes = np.arange(len(head)), np.empty(len(head), np.uint64)
    count = merge_sorted_runs(data, bounds, ties.data, ties.bounds, head, stop, least, prefixes, entries, first)
    return MergedRuns(entries, first[: count + 1].copy())


def take(strings: StringArray, chosen: NDArray[np.uint32]) -> StringArray:
    """The strings of these numbers, in this order."""
    bounds = _bounds(np.diff(strings.bounds)[chosen])
    data = np.empty(int(bounds[-1]), np.uint8)
    take_strings(strings.data, strings.bounds, chosen, data, bounds)
    return StringArray(data, bounds)


def string_arrays(name: str, strings: StringArray) -> dict[str, Array]:
    """The arrays of strings as segments have them: "terms" and "term_bounds". Raises OversizedSegment."""
    if int(strings.bounds[-1]) > LARGEST:
        raise OversizedSegment(f"{name}: {strings.bounds[-1]} octets")
    return {f"{name}s": strings.data, f"{name}_bounds": strings.bounds.astype(np.uint32)}


def _bounds(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    bounds = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=bounds[1:])
    return bounds
