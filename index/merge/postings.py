"""Posting lists of several segments copied into one: documents get their new numbers, all else stays as it is.

A field is copied block by block: what its next terms have in each source is read into memory together, one kernel
goes through it term by term, and what comes out is written behind the blocks before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kiosque.index.merge.kernels import copy_postings, count_kept
from kiosque.index.merge.strings import MergedRuns
from kiosque.index.segment.arrays import Array, ArrayWriter, Entry, array_path, write_arrays
from kiosque.index.segment.postings import CHUNK_BITS, OTHER_FORMS, POSITION_BLOCK, Postings
from kiosque.index.text.scanner import Bytes

BLOCK = 1 << 19
"""Postings that are copied at a time; a term with more is copied alone."""

STREAMED = ("docs", "freqs", "form_bits", "positions", "position_blocks", "large_at", "large_value")
"""The arrays that are written block by block; those of chunks stay in memory, which are short."""


class FieldTerms(NamedTuple):
    """The merged terms of one field (see `merge.strings`).

    starts: int64, the first entry of each source; first: int64, the number of that term in the source;
    sizes, chunks: int64 by entry, its postings and chunks in the source; remap: uint8[entries, 8], the new
    form bits (see `merge.terms`); text: whether the field has forms and positions.
    """

    terms: MergedRuns
    starts: NDArray[np.int64]
    first: NDArray[np.int64]
    sizes: NDArray[np.int64]
    chunks: NDArray[np.int64]
    remap: Bytes
    text: bool


class _Slice(NamedTuple):
    """The postings of some terms of one source, or of several one after the other.

    chunk_base: int64, the place in `renumbered` of the chunk's first document; chunk_end: int64, in this slice;
    the others as in Postings. `positions` may go on behind the last posting.
    """

    chunk_base: NDArray[np.int64]
    chunk_end: NDArray[np.int64]
    docs: NDArray[np.uint16]
    freqs: Bytes
    form_bits: Bytes
    positions: Bytes
    large_value: NDArray[np.float64]


class _Source:
    """The postings of a source, read once from the first to the last; `byte` is where the next positions begin."""

    def __init__(self, postings: Postings, base: int) -> None:
        self._postings, self._base, self.byte = postings, base, 0

    def read(self, first: int, last: int, text: bool) -> _Slice:
        """The postings of the terms from `first` up to `last` (exclusive)."""
        arrays = self._postings
        chunks = slice(int(arrays.chunk_first[first]), int(arrays.chunk_first[last]))
        begin = int(arrays.chunk_end[chunks.start - 1]) if chunks.start else 0
        ends = arrays.chunk_end[chunks].astype(np.int64) - begin
        end = begin + int(ends.max(initial=0))
        large = slice(*np.searchsorted(arrays.large_at, [begin, end]).tolist())
        return _Slice(
            chunk_base=(arrays.chunk_number[chunks].astype(np.int64) << CHUNK_BITS) + self._base,
            chunk_end=ends,
            docs=arrays.docs[begin:end],
            freqs=arrays.freqs[begin:end],
            form_bits=arrays.form_bits[begin:end],
            positions=arrays.positions[self.byte : self._byte_behind(end)] if text else arrays.positions[:0],
            large_value=arrays.large_value[large],
        )

    def _byte_behind(self, posting: int) -> int:
        """Where the positions of this posting, or of a later one, begin: only every 64th is recorded."""
        block, blocks = -(-posting // POSITION_BLOCK), self._postings.position_blocks
        return int(blocks[block]) if block < len(blocks) else len(self._postings.positions)


class _Block(NamedTuple):
    """Some terms in all sources. Term t has the members first[t] up to first[t + 1], each the term in one source.

    By member: its source, its number of chunks, its remap (eight bytes as one number; none where there are no forms).
    """

    first: NDArray[np.int64]
    source: NDArray[np.int64]
    chunks: NDArray[np.int64]
    remap: NDArray[np.uint64]


class PostingsMerger:
    """Writes the posting lists of one field after the other.

    `sources`: their postings, each with the place of its first document in `renumbered` (uint32, the new numbers).
    """

    def __init__(
        self, target: tuple[Path, str], sources: Sequence[tuple[Postings, int]], renumbered: NDArray[np.uint32]
    ) -> None:
        self._target, self._renumbered = target, renumbered
        self._sources = [_Source(postings, base) for postings, base in sources]
        self._done = np.zeros(4, np.int64)
        self._files: dict[str, ArrayWriter] = {}
        self._chunks: list[tuple[NDArray[np.uint32], NDArray[np.uint16], NDArray[np.uint32]]] = []

    def open(self, postings: int, text_postings: int, position_bytes: int, large: int) -> None:
        """Begins the files, which are as long as this says."""
        types = (np.uint16, np.uint8, np.uint8, np.uint8, np.uint64, np.uint32, np.float64)
        blocks = -(-text_postings // POSITION_BLOCK)
        lengths = (postings, postings, text_postings, position_bytes, blocks, large, large)
        for name, dtype, length in zip(STREAMED, types, lengths, strict=True):
            self._files[name] = ArrayWriter(array_path(*self._target, name), dtype, length)

    def add(self, field: FieldTerms) -> None:
        """Copies the postings of a field."""
        reached = field.first
        for start, stop in _cuts(field):
            first = field.terms.first[start : stop + 1].astype(np.int64)
            entries = field.terms.entries[first[0] : first[-1]]
            source = np.searchsorted(field.starts, entries, side="right") - 1
            after = reached + np.bincount(source, minlength=len(reached))
            ranges = list(zip(self._sources, reached.tolist(), after.tolist(), strict=True))
            remap = field.remap.view(np.uint64)[entries, 0] if field.text else np.empty(0, np.uint64)
            slices = [each.read(begin, end, field.text) for each, begin, end in ranges]
            self._copy(_Block(first - first[0], source, field.chunks[entries], remap), slices, field.text)
            reached = after

    def _copy(self, block: _Block, slices: Sequence[_Slice], text: bool) -> None:
        """Copies a block, and moves each source to where its next positions begin."""
        sizes = [(len(each.chunk_base), len(each.docs), len(each.positions), len(each.large_value)) for each in slices]
        begin = np.cumsum([(0, 0, 0, 0), *sizes], axis=0)
        cursors = begin[:-1].copy()
        merged = _Slice(*map(np.concatenate, zip(*slices, strict=True)))
        merged.chunk_end[:] += np.repeat(begin[:-1, 1], [size for size, *_ in sizes])
        out, before = _room(len(block.first), merged), self._done.copy()
        arrays: list[Any] = [*block, *merged, self._renumbered, cursors, self._done, *out]
        terms = copy_postings(*arrays)
        self._write(out, terms, self._done - before, before, text)
        if text:
            for source, moved in zip(self._sources, (cursors - begin[:-1])[:, 2].tolist(), strict=True):
                source.byte += moved

    def _write(
        self, out: Postings, terms: int, filled: NDArray[np.int64], before: NDArray[np.int64], text: bool
    ) -> None:
        """Writes what the kernel filled."""
        chunks, postings, position_bytes, large = filled.tolist()
        text_postings = postings if text else 0
        blocks = -(-int(before[1] + text_postings) // POSITION_BLOCK) - -(-int(before[1]) // POSITION_BLOCK)
        lengths = (postings, postings, text_postings, position_bytes, blocks, large, large)
        for name, length in zip(STREAMED, lengths, strict=True):
            self._files[name].append(getattr(out, name)[:length])
        self._chunks.append((out.chunk_first[1 : terms + 1], out.chunk_number[:chunks], out.chunk_end[:chunks]))

    def finish(self) -> dict[str, Entry]:
        """Brings all on to the disk; gives the entries of the posting arrays."""
        nothing = (np.zeros(1, np.uint32), np.empty(0, np.uint16), np.empty(0, np.uint32))
        first, numbers, begins = map(np.concatenate, zip(nothing, *self._chunks, strict=True))
        ends = np.append(begins, np.uint32(self._done[1]))[1:]
        chunks = {"chunk_first": first, "chunk_number": numbers, "chunk_end": ends}
        return write_arrays(*self._target, chunks) | {name: file.finish() for name, file in self._files.items()}


class KeptCounts(NamedTuple):
    """What stays of a source's postings.

    kept: uint32, the documents of each term; bits: uint32[text terms, 8], the postings with each form bit;
    position_bytes, large: the bytes of positions and the large weights in all.
    """

    kept: NDArray[np.uint32]
    bits: NDArray[np.uint32]
    position_bytes: int
    large: int


def count_kept_postings(postings: Postings, text_terms: int, renumbered: NDArray[np.uint32]) -> KeptCounts:
    """Counts what stays of a source: all of it where `renumbered`, the new numbers of its documents, is empty."""
    kept = np.zeros(len(postings.chunk_first) - 1, np.uint32)
    bits = np.zeros((text_terms, OTHER_FORMS + 1), np.uint32)
    read: list[Any] = list(postings[:7])
    arrays: list[Any] = [*map(_frozen, read), renumbered, kept, bits]
    position_bytes, large = count_kept(*arrays)
    if not len(renumbered):
        position_bytes, large = len(postings.positions), len(postings.large_at)
    return KeptCounts(kept, bits, position_bytes, large)


def _frozen(array: Array) -> Array:
    """The array as the kernel is compiled for: those on disk are read-only, one that a segment lacks would not be."""
    view = array.view()
    view.flags.writeable = False
    return view


def _cuts(field: FieldTerms) -> Iterator[tuple[int, int]]:
    """Cuts the terms of a field into ranges of about BLOCK postings."""
    reached = np.concatenate([np.zeros(1, np.int64), np.cumsum(field.sizes[field.terms.entries])])[field.terms.first]
    start = 0
    while start < len(field.terms):
        stop = int(np.searchsorted(reached, reached[start] + BLOCK, side="right")) - 1
        stop = max(start + 1, stop)
        yield start, stop
        start = stop


def _room(terms: int, merged: _Slice) -> Postings:
    """Room for the outcome of a block: no more of anything than it has itself, but chunks may be cut in two."""
    postings, large, chunks = len(merged.docs), len(merged.large_value), 2 * len(merged.chunk_end)
    return Postings(
        chunk_first=np.empty(terms + 1, np.uint32),
        chunk_number=np.empty(chunks, np.uint16),
        chunk_end=np.empty(chunks, np.uint32),
        docs=np.empty(postings, np.uint16),
        freqs=np.empty(postings, np.uint8),
        form_bits=np.empty(postings, np.uint8),
        positions=np.empty(len(merged.positions), np.uint8),
        position_blocks=np.empty(postings // POSITION_BLOCK + 1, np.uint64),
        large_at=np.empty(large, np.uint32),
        large_value=np.empty(large, np.float64),
    )
