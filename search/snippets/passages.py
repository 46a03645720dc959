"""Cuts the passages of texts that show best why they matched, on bytes: no Python object per sentence or mark."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from kiosque.index.segment.skips import EVERY, skipped
from kiosque.index.text.scanner import INLINE, Bytes, Texts, classes, next_token
from kiosque.search.snippets.sentences import BLANK, ahead, goes_on, kinds, last_end, run, sentence_start, stripped_end

LENGTHS = (280, 160, 108)
"""Code points of the only passage of a text, about three lines; of each of two; of each of three. A longer sentence is
cut between words, and so is one that starts more than half of that before the densest mark."""

LONGEST = LENGTHS[0]

NEAR = 24
"""Tokens within which marks fit into a passage, wherever its sentence starts."""


class Found(NamedTuple):
    """The occurrences of words and phrases in texts, in order, not overlapping.

    tokens: int64 of shape (occurrences, 3): the first and the last token, and which word or phrase it is.
    offsets: int64, where those of each text begin (one more than there are texts).
    """

    tokens: NDArray[np.int64]
    offsets: NDArray[np.int64]


class Passages(NamedTuple):
    """The passages of each text, in order, not overlapping.

    spans: int64 of shape (passages, 6): start and end in bytes of the batch, where its marks begin and end in `marks`,
    whether the article goes on before it and after it.
    offsets: int64, where those of each text begin (one more than there are texts).
    marks: int64 of shape (marks, 2): start and end in code points from the start of the passage.
    """

    spans: NDArray[np.int64]
    offsets: NDArray[np.int64]
    marks: NDArray[np.int64]


class Skips(NamedTuple):
    """Where the tokens of texts begin, as far as known (`segment.skips`): bytes, and the offset of each text."""

    data: Bytes
    bounds: NDArray[np.int64]


def passages(texts: Texts, found: Found, whole: NDArray[np.bool_], skips: Skips, most: int = 1) -> Passages:
    """The passage of each text with the most different words found, then the most, then the first; the beginning of a
    text without any. Where words are elsewhere, up to `most` (1 to 3) shorter passages: the fewest that have as many
    different words as possible. The whole text where `whole` (bool by text) says so. Releases the GIL."""
    count = len(texts.offsets) - 1
    spans, offsets = np.empty((count * most, 6), np.int64), np.zeros(count + 1, np.int64)
    marks = np.empty((len(found.tokens), 2), np.int64)
    marked = _cut(
        texts.data, texts.offsets, classes(), kinds(), found.tokens, found.offsets, whole, *skips,
        np.array(LENGTHS[:most]), spans, offsets, marks,
    )  # fmt: skip
    return Passages(spans[: offsets[-1]], offsets, marks[:marked])


@njit(nogil=True, cache=True)
def _densest(tokens: NDArray[np.int64], missing: NDArray[np.bool_], first: int, last: int) -> int:
    """Of the missing occurrences, the first of the densest: most different words near it, then most; -1 without any."""
    best, most, different, stop = -1, 0, 0, first
    for at in range(first, last):
        if not missing[at]:
            continue
        stop = max(stop, at)
        while stop < last and tokens[stop, 1] - tokens[at, 0] <= NEAR:
            stop += 1
        kinds = count = 0
        for i in range(at, max(stop, at + 1)):
            seen = not missing[i]
            count += missing[i]
            for before in range(at, i):
                seen |= missing[before] and tokens[before, 2] == tokens[i, 2]
            kinds += not seen
        if kinds > different or (kinds == different and count > most):
            best, different, most = at, kinds, count
    return best


@INLINE
def _reachable(tokens: NDArray[np.int64], first: int, last: int, densest: int, length: int) -> tuple[int, int]:
    """The occurrences of first..last that may be in the passage of the densest: a token and the gap after it take two
    code points or more."""
    while tokens[first, 0] < tokens[densest, 0] - length // 4:
        first += 1
    while tokens[last - 1, 0] > tokens[densest, 0] + length // 2:
        last -= 1
    return first, last


@INLINE
def _cut_end(
    data: Bytes, start: int, far: int, end: int, places: NDArray[np.int64], first: int, last: int, length: int
) -> int:
    """The end of a passage in which no sentence ends: between words, and in no mark but the first."""
    middle, cut = ahead(data, start, end, length // 2), far
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
    found: NDArray[np.int64],
    whole: NDArray[np.bool_],
    skips: Bytes,
    skip_bounds: NDArray[np.int64],
    lengths: NDArray[np.int64],
    spans: NDArray[np.int64],
    offsets: NDArray[np.int64],
    marks: NDArray[np.int64],
) -> int:
    places, missing, count = np.empty((len(tokens), 2), np.int64), np.empty(len(tokens), np.bool_), 0
    picks = np.empty((2 * len(lengths), 4), np.int64)
    for text in range(len(texts) - 1):
        begin, end = texts[text], texts[text + 1]
        first, last = found[text], found[text + 1]
        known, known_end = skip_bounds[text], skip_bounds[text + 1]
        if whole[text]:
            _locate(data, begin, end, classes, tokens, first, last, skips, 0, 0, places)
            picks[0, 0], picks[0, 1], picks[0, 2], picks[0, 3] = begin, end, first, last
            picked = 1
        else:
            picked = _picks(
                data, begin, end, classes, table, tokens, first, last, skips, known, known_end, lengths, places,
                missing, picks,
            )  # fmt: skip
        offsets[text + 1] = offsets[text] + picked
        for pick in range(picked):
            row, start, stop = offsets[text] + pick, picks[pick, 0], picks[pick, 1]
            spans[row, 0], spans[row, 1], spans[row, 2] = start, stop, count
            count = _inside(data, start, stop, places, picks[pick, 2], picks[pick, 3], marks, count)
            spans[row, 3] = count
            spans[row, 4], spans[row, 5] = goes_on(table, data, begin, start, stop, end)
    return count


@njit(nogil=True, cache=True)
def _picks(
    data: Bytes,
    begin: int,
    end: int,
    classes: Bytes,
    table: Bytes,
    tokens: NDArray[np.int64],
    first: int,
    last: int,
    skips: Bytes,
    known: int,
    known_end: int,
    lengths: NDArray[np.int64],
    places: NDArray[np.int64],
    missing: NDArray[np.bool_],
    picks: NDArray[np.int64],
) -> int:
    """Writes the passages of a text in order, the fewest that have most of its words; returns how many.

    A row of `picks` is the start and stop of a passage, in bytes, and which occurrences it may have. Those being tried
    come after the best so far.
    """
    best, most_covered, tried = 0, 0, len(lengths)
    if first == last:
        picks[0, 0], picks[0, 1] = _bounds(data, begin, end, table, places, first, last, first, lengths[0])
        picks[0, 2], picks[0, 3] = first, last
        return 1
    for most in range(1, len(lengths) + 1):
        count, covered, length = 0, 0, lengths[most - 1]
        for row in range(first, last):
            missing[row] = True
        while count < most:
            densest = _densest(tokens, missing, first, last)
            if densest < 0:
                break
            near, far = _reachable(tokens, first, last, densest, length)
            _locate(data, begin, end, classes, tokens, near, far, skips, known, known_end, places)
            pick = tried + count
            floor, ceiling = _gap(picks, tried, pick, places[densest, 0], places[densest, 1], begin, end)
            if floor <= places[densest, 0]:
                start, stop = _bounds(data, floor, ceiling, table, places, near, far, densest, length)
                picks[pick, 0], picks[pick, 1], picks[pick, 2], picks[pick, 3] = start, stop, near, far
                covered += _cover(tokens, places, missing, first, last, picks, pick)
                count = _sorted(picks, tried, count)
            missing[densest] = False
        if covered > most_covered:
            best, most_covered = count, covered
            _keep(picks, tried, count)
        if _densest(tokens, missing, first, last) < 0:
            break
    return best


@INLINE
def _gap(
    picks: NDArray[np.int64], tried: int, tried_end: int, first: int, last: int, begin: int, end: int
) -> tuple[int, int]:
    """Where a passage around data[first:last] may begin and end between the others. It begins after
    `first` where one of them has a part of that."""
    for pick in range(tried, tried_end):
        if picks[pick, 1] <= first:
            begin = max(begin, picks[pick, 1])
        elif picks[pick, 0] >= last:
            end = min(end, picks[pick, 0])
        else:
            begin = last
    return begin, end


@INLINE
def _cover(
    tokens: NDArray[np.int64],
    places: NDArray[np.int64],
    missing: NDArray[np.bool_],
    first: int,
    last: int,
    picks: NDArray[np.int64],
    pick: int,
) -> int:
    """Marks the words in a passage as no longer missing; returns how many different ones."""
    covered = 0
    for row in range(picks[pick, 2], picks[pick, 3]):
        if missing[row] and places[row, 0] >= picks[pick, 0] and places[row, 1] <= picks[pick, 1]:
            covered += 1
            for other in range(first, last):
                missing[other] &= tokens[other, 2] != tokens[row, 2]
    return covered


@INLINE
def _keep(picks: NDArray[np.int64], tried: int, count: int) -> None:
    """Copies the tried passages over the best so far."""
    for pick in range(count):
        for column in range(4):
            picks[pick, column] = picks[tried + pick, column]


@INLINE
def _sorted(picks: NDArray[np.int64], first: int, count: int) -> int:
    """Moves the last passage to its place in the order of the text; returns how many there are with it."""
    at = first + count
    while at > first and picks[at, 0] < picks[at - 1, 0]:
        for column in range(4):
            held = picks[at, column]
            picks[at, column] = picks[at - 1, column]
            picks[at - 1, column] = held
        at -= 1
    return count + 1


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
    """Writes where each of the occurrences first..last begins and ends, in bytes; skips[known:known_end] are known
    starts of tokens."""
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
    data: Bytes,
    begin: int,
    end: int,
    table: Bytes,
    places: NDArray[np.int64],
    first: int,
    last: int,
    densest: int,
    length: int,
) -> tuple[int, int]:
    """From the start of the sentence of the densest occurrence, as many whole sentences as fit."""
    start = behind = begin
    if first < last:
        start = sentence_start(table, data, begin, places[densest, 0], end, length // 2)
        behind = places[densest, 1]
    far = ahead(data, start, end, length)
    stop = far
    if far < end:
        stop = last_end(table, data, begin, behind, far, end)
        if stop <= start:
            stop = min(_cut_end(data, start, far, end, places, first, last, length), end)
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
    """Writes the marks of the occurrences first..last that are whole in data[start:stop], after `count` others;
    returns how many there are then."""
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
