"""Cuts from texts the passages that show best why they matched, on their bytes: no Python object a sentence or mark."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from index.skips import EVERY, skipped
from index.tokens import INLINE, Bytes, Texts, classes, next_token
from search.sentences import BLANK, ahead, goes_on, kinds, last_end, run, sentence_start, stripped_end

LONGEST = 280
"""Code points of a passage, about three lines; a longer sentence is cut between words."""

FURTHEST_AHEAD = 140
"""Code points between the start of a passage and its first densest mark; a sentence that starts before is cut."""

NEAR = 24
"""Tokens within which marks fit into a passage, wherever its sentence starts."""


class Found(NamedTuple):
    """Where words and phrases stand in texts, in order and apart.

    tokens: int64 of shape (found, 3): the first and the last token, and which word or phrase it is; offsets: int64,
    where those of each text begin (one more than there are texts).
    """

    tokens: NDArray[np.int64]
    offsets: NDArray[np.int64]


class Passages(NamedTuple):
    """A passage of each text.

    spans: int64 of shape (texts, 6): start and end in bytes of the batch, where its marks begin and end in `marks`,
    whether the article goes on before it and behind it. marks: int64 of shape (marks, 2), start and end in code
    points from the passage's start.
    """

    spans: NDArray[np.int64]
    marks: NDArray[np.int64]


class Skips(NamedTuple):
    """What is known of where the texts' tokens begin (see `index.skips`): bytes, and where those of each text begin."""

    data: Bytes
    bounds: NDArray[np.int64]


def passages(texts: Texts, found: Found, whole: NDArray[np.bool_], skips: Skips) -> Passages:
    """Of each text the passage with the most different words found, then the most, then the first; the beginning of a
    text where nothing was found. All of a text where `whole` (bool by text) says so. Releases the GIL."""
    spans, marks = np.empty((len(texts.offsets) - 1, 6), np.int64), np.empty((len(found.tokens), 2), np.int64)
    count = _cut(
        texts.data, texts.offsets, classes(), kinds(), found.tokens, found.offsets, whole, *skips, spans, marks
    )
    return Passages(spans, marks[:count])


@INLINE
def _densest(tokens: NDArray[np.int64], first: int, last: int) -> int:
    """The first of those that are most near one another: most different, then most; they are those first..last."""
    best, most, different, stop = first, 0, 0, first
    if last == first or tokens[last - 1, 1] - tokens[first, 0] <= NEAR:
        return first
    for at in range(first, last):
        while stop < last and tokens[stop, 1] - tokens[at, 0] <= NEAR:
            stop += 1
        kinds = 0
        for i in range(at, stop):
            seen = False
            for before in range(at, i):
                seen |= tokens[before, 2] == tokens[i, 2]
            kinds += not seen
        if kinds > different or (kinds == different and stop - at > most):
            best, different, most = at, kinds, stop - at
    return best


@INLINE
def _reachable(tokens: NDArray[np.int64], first: int, last: int, densest: int) -> tuple[int, int]:
    """Those of first..last that may stand in the passage of the densest: a token and what parts it from the next are
    two code points or more."""
    if first == last:
        return first, last
    while tokens[first, 0] < tokens[densest, 0] - FURTHEST_AHEAD // 2:
        first += 1
    while tokens[last - 1, 0] > tokens[densest, 0] + LONGEST // 2:
        last -= 1
    return first, last


@INLINE
def _cut_end(data: Bytes, start: int, far: int, end: int, places: NDArray[np.int64], first: int, last: int) -> int:
    """Where a passage ends that no sentence ends: between words, and not inside of a mark but the first."""
    middle, cut = ahead(data, start, end, LONGEST // 2), far
    for at in range(far - 1, middle - 1, -1):
        if data[at] == 32:
            cut = at
            break
    over = last - 1
    while over >= first and places[over, 0] >= cut:
        over -= 1
    if over < first or places[over, 1] <= cut:
        return cut
    return int(places[over, 0] if places[over, 0] > middle else places[over, 1])


@njit(nogil=True, cache=True)
def _cut(
    data: Bytes,
    texts: NDArray[np.int64],
    classes: Bytes,
    table: Bytes,
    tokens: NDArray[np.int64],
    offsets: NDArray[np.int64],
    whole: NDArray[np.bool_],
    skips: Bytes,
    skip_bounds: NDArray[np.int64],
    spans: NDArray[np.int64],
    marks: NDArray[np.int64],
) -> int:
    places, count = np.empty((len(tokens), 2), np.int64), 0
    for text in range(len(texts) - 1):
        begin, end = texts[text], texts[text + 1]
        first, last = offsets[text], offsets[text + 1]
        if whole[text]:
            start, stop = begin, end
            _locate(data, begin, end, classes, tokens, first, last, skips, 0, 0, places)
        else:
            densest = _densest(tokens, first, last)
            first, last = _reachable(tokens, first, last, densest)
            known, skipping = skip_bounds[text], skip_bounds[text + 1]
            _locate(data, begin, end, classes, tokens, first, last, skips, known, skipping, places)
            start, stop = _bounds(data, begin, end, table, places, first, last, densest)
        spans[text, 0], spans[text, 1], spans[text, 2] = start, stop, count
        count = _inside(data, start, stop, places, first, last, marks, count)
        spans[text, 3] = count
        spans[text, 4], spans[text, 5] = goes_on(table, data, begin, start, stop, end)
    return count


@njit(nogil=True, cache=True)
def _locate(
    data: Bytes,
    begin: int,
    end: int,
    classes: Bytes,
    tokens: NDArray[np.int64],
    first: int,
    last: int,
    skips: Bytes,
    known: int,
    known_end: int,
    places: NDArray[np.int64],
) -> None:
    """Writes where each of the occurrences first..last begins and ends, in bytes. What is known is in
    skips[known:known_end]."""
    at, token = begin, -1
    for row in range(first, last):
        if tokens[row, 0] >= token + EVERY:
            near, distance = skipped(skips, known, known_end, tokens[row, 0])
            if near > token:
                token, at = near - 1, begin + distance
        start = at
        while token < tokens[row, 1] and at < end:
            from_byte, at = next_token(classes, data, at, end)
            token += 1
            if token == tokens[row, 0]:
                start = from_byte
        places[row, 0], places[row, 1] = start, at


@njit(nogil=True, cache=True)
def _bounds(
    data: Bytes, begin: int, end: int, table: Bytes, places: NDArray[np.int64], first: int, last: int, densest: int
) -> tuple[int, int]:
    """From the start of the sentence that has the densest occurrences, as many whole sentences as fit."""
    start = behind = begin
    if first < last:
        start = sentence_start(table, data, begin, places[densest, 0], end, FURTHEST_AHEAD)
        behind = places[densest, 1]
    far = ahead(data, start, end, LONGEST)
    stop = far
    if far < end:
        stop = last_end(table, data, begin, behind, far, end)
        if stop <= start:
            stop = _cut_end(data, start, far, end, places, first, last)
    start = min(run(table, data, start, stop, BLANK), stop)
    return start, stripped_end(table, data, start, stop)


@njit(nogil=True, cache=True)
def _inside(
    data: Bytes,
    start: int,
    stop: int,
    places: NDArray[np.int64],
    first: int,
    last: int,
    marks: NDArray[np.int64],
    count: int,
) -> int:
    """Writes the marks of the occurrences first..last that lie in data[start:stop] as a whole, behind `count` others;
    gives how many there are then."""
    origin, characters = start, 0
    for row in range(first, last):
        if places[row, 0] < start or places[row, 1] > stop:
            continue
        for side in range(2):
            for at in range(origin, places[row, side]):
                characters += data[at] & 0xC0 != 0x80
            origin = places[row, side]
            marks[count, side] = characters
        count += 1
    return count
