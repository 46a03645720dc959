"""Where the words and phrases of a query occur in its hits, read off the postings: no text is scanned."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from kiosque.index.segment.postings import Postings
from kiosque.index.segment.schema import TEXTS
from kiosque.index.text.scanner import INLINE
from kiosque.search.execute.kernels import find_posting, positions_at, read_positions
from kiosque.search.execute.snapshot import Snapshot, View
from kiosque.search.execute.terms import Terms
from kiosque.search.leaves.leaf import Key, MarkTargets
from kiosque.search.lexicon.term_info import TermInfo
from kiosque.search.snippets.passages import Found

MOST_OF_ONE = 128
"""Maximum occurrences of a word or phrase per text; the passages come from the first ones."""


class Rows(NamedTuple):
    """Words and phrases in one segment. int64 arrays.

    bounds: where the terms of each begin (one more than there are); chunks, chunks_end: of each term;
    fields: the text field of each word or phrase.
    """

    bounds: NDArray[np.int64]
    chunks: NDArray[np.int64]
    chunks_end: NDArray[np.int64]
    fields: NDArray[np.int64]


def occurrences(
    view: View, places: dict[Key, TermInfo], asked: Sequence[MarkTargets], documents: Sequence[int]
) -> Found:
    """The occurrences of each text field's targets (in the order of TEXTS) in documents of a segment.

    The texts are the fields of the first document, then those of the second, and so on. `places` has the segment's
    TermInfo of each term.
    """
    rows = _rows(places, asked)
    texts, room = len(documents) * len(TEXTS), max(1, len(documents) * len(rows.fields)) * MOST_OF_ONE
    tokens, offsets = np.empty((room, 3), np.int64), np.zeros(texts + 1, np.int64)
    longest = view.longest if len(rows.chunks) > len(rows.fields) else MOST_OF_ONE
    positions = np.empty((2, longest), np.int64)
    count = _occurrences(
        view.data.postings, *rows, np.array(documents, np.int64), len(TEXTS), positions, tokens, offsets
    )
    return Found(tokens[:count], offsets)


def all_occurrences(snapshot: Snapshot, terms: Terms, asked: Sequence[MarkTargets], documents: Sequence[int]) -> Found:
    """The occurrences in the text fields of each document of the snapshot."""
    places = [snapshot.segment_of(document) for document in documents]
    parts = {
        segment: occurrences(
            view, terms.places[segment], asked,
            [document - view.base for document, at in zip(documents, places, strict=True) if at == segment],
        )
        for segment, view in enumerate(snapshot.views) if segment in places
    }  # fmt: skip
    return next(iter(parts.values())) if len(parts) == 1 else _interleaved(parts, places)


def _interleaved(parts: dict[int, Found], places: list[int]) -> Found:
    """Joins the occurrences of several segments, in the order of the documents."""
    read, tokens, sizes = dict.fromkeys(parts, 0), [], [0]
    for segment in places:
        part = parts[segment]
        for text in range(read[segment], read[segment] + len(TEXTS)):
            tokens.append(part.tokens[part.offsets[text] : part.offsets[text + 1]])
            sizes.append(len(tokens[-1]))
        read[segment] += len(TEXTS)
    return Found(np.concatenate(tokens), np.cumsum(sizes))


def _rows(places: dict[Key, TermInfo], asked: Sequence[MarkTargets]) -> Rows:
    """The rows of the words and phrases whose terms are all in the segment."""
    bounds, first, last, fields = [0], list[int](), list[int](), list[int]()
    for number, (name, wanted) in enumerate(zip(TEXTS, asked, strict=True)):
        for words in (*((word,) for word in wanted.words), *wanted.phrases):
            found = [places[name, word] for word in words]
            if all(place.chunk_end for place in found):
                first += [place.chunk for place in found]
                last += [place.chunk_end for place in found]
                bounds.append(len(first))
                fields.append(number)
    all_of_them = np.array(bounds + first + last + fields, np.int64)
    ends = list(accumulate((len(bounds), len(first), len(last), len(fields)), initial=0))
    return Rows(*(all_of_them[start:end] for start, end in pairwise(ends)))


@njit(nogil=True, cache=True)
def _occurrences(
    postings: Postings,
    bounds: NDArray[np.int64],
    chunks: NDArray[np.int64],
    chunks_end: NDArray[np.int64],
    row_fields: NDArray[np.int64],
    documents: NDArray[np.int64],
    fields: int,
    positions: NDArray[np.int64],
    tokens: NDArray[np.int64],
    offsets: NDArray[np.int64],
) -> int:
    count = 0
    for text in range(len(documents) * fields):
        document, field, first = documents[text // fields], text % fields, count
        for row in range(len(row_fields)):
            if row_fields[row] != field:
                continue
            length, reached = bounds[row + 1] - bounds[row], -1
            for term in range(bounds[row], bounds[row + 1]):
                posting = find_posting(postings, chunks[term], chunks_end[term], document)
                if posting < 0:
                    reached = 0
                    break
                there = read_positions(postings, posting, positions_at(postings, posting), positions[1])
                reached = _next_to(positions, reached, min(there, positions.shape[1]))
                if reached == 0:
                    break
            for i in range(min(reached, MOST_OF_ONE)):
                tokens[count, 0], tokens[count, 1] = positions[0, i] - length + 1, positions[0, i]
                tokens[count, 2] = row
                count += 1
        count = _apart(tokens, first, count)
        offsets[text + 1] = count
    return count


@INLINE
def _next_to(positions: NDArray[np.int64], reached: int, there: int) -> int:
    """Keeps in row 0 the positions of row 1 that follow one of row 0; all of them where `reached` is -1."""
    near, kept = 0, 0
    for i in range(there):
        position = positions[1, i]
        while near < reached and positions[0, near] < position - 1:
            near += 1
        if reached < 0 or (near < reached and positions[0, near] == position - 1):
            positions[1, kept] = position
            kept += 1
    for i in range(kept):
        positions[0, i] = positions[1, i]
    return kept


@INLINE
def _before(tokens: NDArray[np.int64], one: int, other: int) -> bool:
    """Whether one occurrence begins earlier, or at the same token and is longer."""
    if tokens[one, 0] != tokens[other, 0]:
        return bool(tokens[one, 0] < tokens[other, 0])
    return bool(tokens[one, 1] > tokens[other, 1])


@njit(nogil=True, cache=True)
def _apart(tokens: NDArray[np.int64], first: int, last: int) -> int:
    """Sorts occurrences (Shellsort) and drops overlaps: the earlier stays, then the longer. Returns where they end."""
    gap = (last - first) // 2
    while gap > 0:
        for i in range(first + gap, last):
            at = i
            while at - gap >= first and _before(tokens, at, at - gap):
                for column in range(3):
                    held = tokens[at, column]
                    tokens[at, column] = tokens[at - gap, column]
                    tokens[at - gap, column] = held
                at -= gap
        gap //= 2
    kept = first
    for i in range(first, last):
        if kept == first or tokens[i, 0] > tokens[kept - 1, 1]:
            for column in range(3):  # a row at once would have checks of shapes and their messages compiled: 4 s
                tokens[kept, column] = tokens[i, column]
            kept += 1
    return kept
