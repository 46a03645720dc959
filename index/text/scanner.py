"""The scanner: UTF-8 bytes -> tokens, without a Python object a token.

It finds exactly what `analyzer.tokenize` finds (a property test holds them equal); its table of code points is made
from the same patterns. A batch of texts is one array of bytes with the offset of each text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from kiosque.index.text.analyzer import (
    APOSTROPHES,
    ELIDABLE,
    ELIDED,
    JOIN,
    LETTER,
    OPENING_QUOTES,
    THOUSANDS,
    WORD,
)

WORDS, LETTERS, JOINS, APOSTROPHE, ELISION, THOUSAND = 1, 2, 4, 8, 16, 32
"""Bits of a code point's class. ELISION: it can follow an elided article."""

LAST_CODE_POINT = 0x10FFFF
END_OF_LETTERS = 0x40000
"""The end of the planes in which Unicode has or plans letters: classifying all of them takes far longer."""

SEED, MULTIPLIER = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)

Bytes = NDArray[np.uint8]
INLINE = njit(nogil=True, cache=True, forceinline=True)
"""For small steps of a kernel: a call that passes arrays costs more than the step."""


class Texts(NamedTuple):
    """A batch: the UTF-8 of all texts concatenated, and where each begins (one more than there are texts)."""

    data: Bytes
    offsets: NDArray[np.int64]


class Tokens(NamedTuple):
    """The tokens of a batch, in order.

    starts, ends: int64, bytes into the batch; hashes: uint64, of the surface's bytes;
    offsets: int64, where the tokens of each text begin (one more than there are texts).
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    hashes: NDArray[np.uint64]
    offsets: NDArray[np.int64]


def texts_of(texts: Sequence[str]) -> Texts:
    """The batch of these texts. They have no lone surrogates: the readers replace them."""
    return batch_of([text.encode() for text in texts])


def batch_of(encoded: Sequence[bytes | memoryview]) -> Texts:
    """The batch of these UTF-8 texts."""
    offsets = np.array([0, *accumulate(map(len, encoded))], np.int64)
    return Texts(np.frombuffer(b"".join(encoded), np.uint8), offsets)


def scan(texts: Texts) -> Tokens:
    """The tokens of a batch. Releases the GIL."""
    longest = len(texts.data) // 2 + len(texts.offsets)
    starts, ends, hashes = np.empty(longest, np.int64), np.empty(longest, np.int64), np.empty(longest, np.uint64)
    offsets = np.zeros(len(texts.offsets), np.int64)
    count = _scan(texts.data, texts.offsets, classes(), starts, ends, hashes, offsets)
    return Tokens(starts[:count], ends[:count], hashes[:count], offsets)


@cache
def classes() -> Bytes:
    """The class of each code point, uint8 of shape (0x110000,), made from the patterns of the analyzer."""
    table = np.zeros(LAST_CODE_POINT + 1, np.uint8)
    codes = np.arange(END_OF_LETTERS, dtype=np.uint32)
    codes[0xD800:0xE000] = ord(" ")  # surrogates are no characters
    everything = codes.tobytes().decode("utf-32-le")
    for pattern, bit in ((WORD, WORDS), (LETTER, LETTERS), (JOIN, JOINS)):
        for match in re.finditer(f"{pattern}+", everything):
            table[match.start() : match.end()] |= bit
    for chars, bit in ((APOSTROPHES, APOSTROPHE), (ELIDABLE + OPENING_QUOTES, ELISION), (THOUSANDS, THOUSAND)):
        table[[ord(char) for char in chars]] |= bit
    return table


PREFIXES = np.array(sorted(int.from_bytes(prefix.encode(), "big") for prefix in ELIDED), np.int64)
"""The elided articles as numbers: their ASCII letters, one byte each."""

LONGEST_PREFIX = max(map(len, ELIDED))


@INLINE
def decode(data: Bytes, at: int, end: int) -> tuple[int, int]:
    """The code point at `at` and its bytes; (0, 1) at the end or on a broken sequence."""
    if at >= end:
        return 0, 1
    first = int(data[at])
    if first < 0x80:
        return first, 1
    if first < 0xE0:
        if at + 1 < end:
            return (first & 0x1F) << 6 | (data[at + 1] & 0x3F), 2
    elif first < 0xF0:
        if at + 2 < end:
            return (first & 0x0F) << 12 | (data[at + 1] & 0x3F) << 6 | (data[at + 2] & 0x3F), 3
    elif at + 3 < end:
        return (
            (first & 0x07) << 18 | (data[at + 1] & 0x3F) << 12 | (data[at + 2] & 0x3F) << 6 | (data[at + 3] & 0x3F),
            4,
        )
    return 0, 1


@INLINE
def _class(table: Bytes, data: Bytes, at: int, end: int) -> int:
    code, _ = decode(data, at, end)
    return int(table[code])


@INLINE
def _tail(table: Bytes, data: Bytes, at: int, end: int) -> int:
    """The end of the run of word characters and joined marks from `at`."""
    while at < end:
        code, width = decode(data, at, end)
        if not table[code] & (WORDS | JOINS):
            break
        at += width
    return at


@INLINE
def _digits(data: Bytes, at: int, end: int) -> int:
    while at < end and 48 <= data[at] <= 57:
        at += 1
    return at


@INLINE
def _elision(table: Bytes, data: Bytes, at: int, apostrophe: int, end: int) -> int:
    """Where the elided article at `at` ends, after its apostrophes; 0 if it is none."""
    prefix = 0
    for i in range(at, apostrophe):
        prefix = prefix << 8 | (data[i] | 32)
    if prefix not in PREFIXES:
        return 0
    _, width = decode(data, apostrophe, end)
    i = apostrophe + width
    code, width = decode(data, i, end)
    if table[code] & APOSTROPHE:
        i += width
    return i if _class(table, data, i, end) & ELISION else 0


@INLINE
def _acronym(table: Bytes, data: Bytes, at: int, end: int) -> int:
    """Where the dotted acronym at `at` ends ("O.N.U."); `at` if there is none."""
    _, width = decode(data, at, end)
    i, letters = at + width, 1
    while i < end and data[i] == 46:
        code, width = decode(data, i + 1, end)
        if not table[code] & LETTERS or _class(table, data, i + 1 + width, end) & (WORDS | JOINS):
            break
        i += 1 + width
        letters += 1
    if letters < 2:
        return at
    return i + 1 if i < end and data[i] == 46 else i


@INLINE
def _number(table: Bytes, data: Bytes, at: int, end: int) -> int:
    """Where the number at `at` ends: digits in groups of three, a decimal comma, letters ("10 000", "1,5", "20h30")."""
    i = _digits(data, at, end)
    if i - at <= 3:
        separator, width = decode(data, i, end)
        while table[separator] & THOUSAND:
            code, _ = decode(data, i, end)
            if code != separator or _digits(data, i + width, end) != i + width + 3:
                break
            i += width + 3
    if i < end and data[i] == 44:
        decimals = _digits(data, i + 1, end)
        if decimals > i + 1:
            i = decimals
    return _tail(table, data, i, end)


@INLINE
def _word(table: Bytes, data: Bytes, at: int, end: int) -> int:
    """Where the word at `at` ends, over inner apostrophes between letters and over `&` ("aujourd’hui", "R&D").

    For an elided article: minus the offset at which the next token may begin.
    """
    last, i = 0, at
    while i < end:
        while i < end and data[i] < 128 and table[data[i]] & WORDS:  # most of what is written
            last = table[data[i]]
            i += 1
        if i == end:
            break
        code, width = decode(data, i, end)
        kind = table[code]
        if kind & (WORDS | JOINS):
            last = kind
        elif kind & APOSTROPHE:
            elided = _elision(table, data, at, i, end) if i - at <= LONGEST_PREFIX else 0
            if elided:
                return -elided
            if not last & LETTERS or not _class(table, data, i + width, end) & LETTERS:
                break
        elif code != 38 or not _class(table, data, i + width, end) & WORDS:
            break
        i += width
    return i


@INLINE
def hash_bytes(data: Bytes, start: int, end: int) -> np.uint64:
    """A 64-bit hash of data[start:end], eight bytes a step. The lexicon compares bytes: a collision costs no word."""
    digest, block, shift = SEED ^ np.uint64(end - start), np.uint64(0), np.uint64(0)
    for i in range(start, end):
        block |= np.uint64(data[i]) << shift
        shift += np.uint64(8)
        if shift == 64:
            digest = mixed(digest ^ block)
            block, shift = np.uint64(0), np.uint64(0)
    return mixed(digest ^ block)


@INLINE
def mixed(value: np.uint64) -> np.uint64:
    """The finalizer of splitmix64 (Steele, Lea, Flood 2014), one round."""
    value = (value ^ (value >> np.uint64(30))) * MULTIPLIER
    return value ^ (value >> np.uint64(31))


@INLINE
def next_token(table: Bytes, data: Bytes, at: int, end: int) -> tuple[int, int]:
    """Where the first token from `at` on begins and ends; `end` twice if there is none.

    The scanner keeps no state after a token: it can go on from there, or stop.
    """
    while at < end:
        code, width = decode(data, at, end)
        kind = table[code]
        if not kind & WORDS:
            at += width
            continue
        stop = at
        if 48 <= code <= 57:
            stop = _number(table, data, at, end)
        elif kind & LETTERS and at + width < end and data[at + width] == 46:
            stop = _acronym(table, data, at, end)
        if stop == at:
            stop = _word(table, data, at, end)
        if stop >= 0:
            return at, stop
        at = -stop
    return end, end


@njit(nogil=True, cache=True)
def _scan(
    data: Bytes,
    texts: NDArray[np.int64],
    table: Bytes,
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    hashes: NDArray[np.uint64],
    offsets: NDArray[np.int64],
) -> int:
    count = 0
    for text in range(len(texts) - 1):
        offsets[text] = count
        stop, end = texts[text], texts[text + 1]
        while stop < end:
            start, stop = next_token(table, data, stop, end)
            if start < end:
                starts[count], ends[count], hashes[count] = start, stop, hash_bytes(data, start, stop)
                count += 1
    offsets[len(texts) - 1] = count
    return count
