"""Where sentences begin and end, on the UTF-8 bytes of a text: no Python object per sentence."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
from numba import njit

from kiosque.index.text.scanner import INLINE, LAST_CODE_POINT, Bytes, decode

STOP, BLANK, SMALL, QUOTE, CLOSER, NAME, ENDING = 1, 2, 4, 8, 16, 32, 64
"""Bits of a code point's kind."""

KINDS = {
    STOP: r"[.!?…]",
    BLANK: r"\s",
    SMALL: "[a-zß-öø-ÿœ]",
    QUOTE: "[»”]",
    CLOSER: "[\"')]",
    NAME: r"\w",
    ENDING: '[.!?…»”"]',
}
"""A sentence ends after STOP and what closes it, unless SMALL follows: « Non ! » dit-il."""

ABBREVIATIONS = "M MM Mme Mmes Mlle Dr Me Pr St Ste art av cf env etc ex n p vol".split()
ABBREVIATED = np.array(sorted(int.from_bytes(word.encode(), "big") for word in ABBREVIATIONS))
"""Words after which a full stop ends no sentence, as numbers. Nor does it after capitals and numbers below 100."""

LONGEST_ABBREVIATION = 4


@cache
def kinds() -> Bytes:
    """The kind of each code point, uint8 of shape (0x110000,)."""
    table = np.zeros(LAST_CODE_POINT + 1, np.uint8)
    everything = "".join(map(chr, range(0xD800))) + " " * 0x800 + "".join(map(chr, range(0xE000, LAST_CODE_POINT + 1)))
    for bit, pattern in KINDS.items():
        for match in re.finditer(f"{pattern}+", everything):
            table[match.start() : match.end()] |= bit
    table[0xD800:0xE000] = 0
    return table


@INLINE
def ahead(data: Bytes, at: int, end: int, count: int) -> int:
    """The place of the code point `count` after `at`; `end` where the text is shorter."""
    while at < end:
        if data[at] & 0xC0 != 0x80:
            if count == 0:
                break
            count -= 1
        at += 1
    return at


@INLINE
def back(data: Bytes, begin: int, at: int, count: int) -> int:
    """The place of the code point `count` before `at`; `begin` where the text begins sooner."""
    while at > begin and count > 0:
        at -= 1
        if data[at] & 0xC0 != 0x80:
            count -= 1
    return at


@INLINE
def is_kind(table: Bytes, data: Bytes, at: int, end: int, kind: int) -> bool:
    """Whether the code point at `at`, before `end`, is of that kind."""
    code, _ = decode(data, at, end)
    return at < end and table[code] & kind != 0


@INLINE
def run(table: Bytes, data: Bytes, at: int, end: int, kind: int) -> int:
    """The end of the run of that kind from `at`."""
    while at < end:
        code, width = decode(data, at, end)
        if not table[code] & kind:
            break
        at += width
    return at


@INLINE
def stripped_end(table: Bytes, data: Bytes, begin: int, end: int) -> int:
    """The end of data[begin:end] without its last blanks."""
    while end > begin:
        before = back(data, begin, end, 1)
        if not is_kind(table, data, before, end, BLANK):
            break
        end = before
    return end


@INLINE
def _closed(table: Bytes, data: Bytes, at: int, end: int) -> int:
    """Where the quotes and parentheses that close a sentence end; a French quote may have blanks before it."""
    while True:
        code, _ = decode(data, at, end)
        if at < end and table[code] & CLOSER:
            at += 1
            continue
        quote = run(table, data, at, end, BLANK)
        code, width = decode(data, quote, end)
        if quote >= end or not table[code] & QUOTE:
            return at
        at = quote + width


@INLINE
def _is_abbreviation(table: Bytes, data: Bytes, begin: int, stop: int) -> bool:
    """Whether the full stop at `stop` belongs to an abbreviation, a capital or a small number: "M.", "art.", "1."."""
    start, word = stop, np.int64(0)
    while start > begin and stop - start <= LONGEST_ABBREVIATION and data[start - 1] < 128:
        if not table[data[start - 1]] & NAME:
            break
        start -= 1
        word |= np.int64(data[start]) << (8 * (stop - 1 - start))
    length = stop - start
    before = back(data, begin, start, 1)
    if data[stop] != 46 or length == 0 or length > LONGEST_ABBREVIATION:
        return False
    if start > begin and is_kind(table, data, before, start, NAME):
        return False
    if length == 1 and 65 <= word <= 90:
        return True
    if length <= 2 and 48 <= word & 0xFF <= 57 and (length == 1 or 48 <= word >> 8 <= 57):
        return True
    return word in ABBREVIATED


@INLINE
def _sentence_end(table: Bytes, data: Bytes, begin: int, at: int, end: int) -> tuple[int, int]:
    """For the stop at `at`: the sentence's end, 0 where it ends none; and where to look on."""
    if data[at] == 10:
        blank = run(table, data, at + 1, end, BLANK)
        while blank > at + 1 and data[blank - 1] != 10:
            blank -= 1
        return (blank, blank) if blank > at + 1 else (0, at + 1)
    stops = run(table, data, at, end, STOP)
    closed = _closed(table, data, stops, end)
    following = run(table, data, closed, end, BLANK)
    if following < end and (following == closed or is_kind(table, data, following, end, SMALL)):
        return 0, stops
    return (0 if _is_abbreviation(table, data, begin, at) else closed), closed


@njit(nogil=True, cache=True)
def last_end(table: Bytes, data: Bytes, begin: int, first: int, last: int, end: int) -> int:
    """The last sentence end up to `last` of the stops from `first` on, 0 where there is none; a text's end is one.

    The text is data[begin:end].
    """
    found, at = 0, first
    while at < last:
        code, width = decode(data, at, end)
        if code != 10 and not table[code] & STOP:
            at += width
            continue
        ended, at = _sentence_end(table, data, begin, at, end)
        if 0 < ended <= last:
            found = ended
    return found


@INLINE
def sentence_start(table: Bytes, data: Bytes, begin: int, at: int, end: int, furthest: int) -> int:
    """Where the sentence of `at` starts; a word, where that is more than `furthest` code points away."""
    first = back(data, begin, at, furthest)
    found = last_end(table, data, begin, first, at, end)
    if found or first == begin:
        return found if found else begin
    for i in range(first, at):
        if data[i] == 32:
            return i + 1
    return first


@njit(nogil=True, cache=True)
def goes_on(table: Bytes, data: Bytes, begin: int, start: int, stop: int, end: int) -> tuple[bool, bool]:
    """Whether data[start:stop] leaves out a part of its sentence, of data[begin:end], before it and after it."""
    before, opens = stripped_end(table, data, begin, start), False
    for at in range(before, start):
        opens |= data[at] == 10
    opens |= before > begin and is_kind(table, data, back(data, begin, before, 1), before, ENDING)
    closes = stop > start and is_kind(table, data, back(data, start, stop, 1), stop, ENDING)
    return start > begin and not opens, stop < end and not closes
