"""Kernels that find the strings that a wildcard or a fuzzy word matches.

The strings are sorted as bytes and stored as UTF-8, one after the other; `bounds` has the start of each.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from kiosque.index.text.scanner import INLINE, Bytes

ANY_RUN, ANY_ONE = ord("*"), ord("?")

LONGEST = 256
"""Maximum bytes of a form or a typed word: an index cuts forms to 64 code points."""


@INLINE
def _next(data: Bytes, at: int) -> int:
    """The start of the code point after the one at `at`."""
    first = data[at]
    return at + (1 if first < 0xC0 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4)


@njit(nogil=True, cache=True)
def globbed(
    data: Bytes, bounds: NDArray[np.uint32], first: int, last: int, pattern: Bytes, found: NDArray[np.int64]
) -> int:
    """Writes to `found` the numbers of the strings first..last that match the whole pattern; returns their count.

    `*` matches any run of characters, `?` one. After a mismatch only the last `*` is tried again.
    """
    count = 0
    for row in range(first, last):
        at, end = np.int64(bounds[row]), np.int64(bounds[row + 1])
        place, star, retry = 0, -1, 0
        while at < end:
            if place < len(pattern) and pattern[place] == ANY_RUN:
                star, retry = place, at
                place += 1
            elif place < len(pattern) and pattern[place] == ANY_ONE:
                at = _next(data, at)
                place += 1
            elif place < len(pattern) and pattern[place] == data[at]:
                at += 1
                place += 1
            elif star >= 0:
                retry = _next(data, retry)
                place, at = star + 1, retry
            else:
                break
        while place < len(pattern) and pattern[place] == ANY_RUN:
            place += 1
        if at >= end and place == len(pattern):
            found[count] = row
            count += 1
    return count


@njit(nogil=True, cache=True)
def fuzzy(data: Bytes, bounds: NDArray[np.uint32], word: Bytes, most: int, found: NDArray[np.int64]) -> int:
    """Writes to `found` the numbers of the strings at most `most` edits from `word`; returns their count.

    An edit inserts, drops or replaces a byte, or swaps two neighbours (the optimal string alignment distance). Strings
    that begin alike share the rows of the table of distances; once every distance in a row is too large, all strings
    with that beginning are skipped.
    """
    width, count, row, rows = len(word) + 1, 0, 0, len(bounds) - 1
    table = np.empty((LONGEST + 1, width), np.int64)
    prefix, known = np.empty(LONGEST, np.uint8), 0
    for column in range(width):
        table[0, column] = column
    while row < rows:
        start = np.int64(bounds[row])
        length = min(np.int64(bounds[row + 1]) - start, LONGEST)
        depth = 0
        while depth < known and depth < length and data[start + depth] == prefix[depth]:
            depth += 1
        alive = True
        while depth < length and alive:
            prefix[depth] = data[start + depth]
            depth += 1
            alive = _fill(table, prefix, depth, word) <= most
        known = depth
        if not alive:
            row = _first_after(data, bounds, row, rows, prefix, depth)
            continue
        if table[length, width - 1] <= most:
            found[count] = row
            count += 1
        row += 1
    return count


@INLINE
def _fill(table: NDArray[np.int64], prefix: Bytes, depth: int, word: Bytes) -> int:
    """Fills the row of the first `depth` bytes of `prefix`; returns its least distance."""
    table[depth, 0] = depth
    byte, least = prefix[depth - 1], depth
    for column in range(1, len(word) + 1):
        same = word[column - 1] == byte
        distance = min(table[depth - 1, column], table[depth, column - 1]) + 1
        distance = min(distance, table[depth - 1, column - 1] + (0 if same else 1))
        if depth > 1 and column > 1 and byte == word[column - 2] and prefix[depth - 2] == word[column - 1]:
            distance = min(distance, table[depth - 2, column - 2] + 1)
        table[depth, column] = distance
        least = min(least, distance)
    return least


@INLINE
def _first_after(data: Bytes, bounds: NDArray[np.uint32], row: int, rows: int, prefix: Bytes, length: int) -> int:
    """The first string after `row` that does not begin with the prefix: found by steps that double, then halve."""
    low, step = row, 1
    while low + step < rows and _begins(data, bounds, low + step, prefix, length):
        low += step
        step *= 2
    high = min(low + step, rows)
    while low + 1 < high:
        middle = (low + high) // 2
        if _begins(data, bounds, middle, prefix, length):
            low = middle
        else:
            high = middle
    return high


@INLINE
def _begins(data: Bytes, bounds: NDArray[np.uint32], row: int, prefix: Bytes, length: int) -> bool:
    start = np.int64(bounds[row])
    if np.int64(bounds[row + 1]) - start < length:
        return False
    for i in range(length):  # noqa: SIM110  a kernel
        if data[start + i] != prefix[i]:
            return False
    return True
