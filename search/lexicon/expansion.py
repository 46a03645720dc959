"""Kernels that find in a sorted list of strings those that a wildcard or a fuzzy word stands for.

Strings are UTF-8, one after the other, with where each begins (`bounds`), sorted as bytes.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from kiosque.index.text.scanner import INLINE, Bytes

ANY_RUN, ANY_ONE = ord("*"), ord("?")

LONGEST = 256
"""Bytes of a form or of what is typed: an index cuts forms to 64 code points."""


@INLINE
def _next(data: Bytes, at: int) -> int:
    """Where the code point behind the one at `at` begins."""
    first = data[at]
    return at + (1 if first < 0xC0 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4)


@njit(nogil=True, cache=True)
def globbed(
    data: Bytes, bounds: NDArray[np.uint32], first: int, last: int, pattern: Bytes, found: NDArray[np.int64]
) -> int:
    """Writes the numbers of the strings first..last that the pattern matches as a whole; gives how many.

    `*` is any run of characters, `?` is one. After a mismatch only the last `*` is tried again.
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
def near(data: Bytes, bounds: NDArray[np.uint32], word: Bytes, most: int, found: NDArray[np.int64]) -> int:
    """Writes the numbers of the strings that at most `most` edits make of `word`; gives how many.

    An edit inserts, drops or replaces a byte, or swaps two neighbours (the optimal string alignment distance). The
    table of distances is kept between neighbouring strings as far as they begin alike; where every distance in a row
    is too large already, all strings that begin so are passed over at once.
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
            row = _behind(data, bounds, row, rows, prefix, depth)
            continue
        if table[length, width - 1] <= most:
            found[count] = row
            count += 1
        row += 1
    return count


@INLINE
def _fill(table: NDArray[np.int64], prefix: Bytes, depth: int, word: Bytes) -> int:
    """Fills the row of the first `depth` bytes of `prefix`; gives its least distance."""
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
def _behind(data: Bytes, bounds: NDArray[np.uint32], row: int, rows: int, prefix: Bytes, length: int) -> int:
    """The first string behind `row` that does not begin with the prefix: found by steps that double, then halve."""
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
