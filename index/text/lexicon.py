"""The lexicon of a build: each surface once, with its term and form. A surface is analysed when first seen.

A form is a surface in lower case (`analyzer.normalize`): how the index knows that a term was written.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import count, islice
from typing import TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from kiosque.index.text.analyzer import folded_forms, normalize_all, terms_of
from kiosque.index.text.scanner import INLINE, Bytes, Texts, Tokens

Number = TypeVar("Number", np.int32, np.int64, np.uint8, np.uint64)
FREE = -1
"""A slot without a surface."""


class Lexicon:
    """Surfaces by number, in the order in which they were first seen.

    `term_of_surface` and `form_of_surface` (int32) have the numbers of each surface's term and form;
    `terms` and `forms` number their texts, also in the order in which they were first seen. Looking up a new text
    numbers it.
    """

    def __init__(self) -> None:
        self._slots = np.full(1 << 16, FREE, np.int32)
        self._hashes = np.empty(1 << 15, np.uint64)
        self._bounds = np.zeros((1 << 15) + 1, np.int64)
        self._bytes = np.empty(1 << 19, np.uint8)
        self._count = 0
        self.term_of_surface = np.empty(1 << 15, np.int32)
        self.form_of_surface = np.empty(1 << 15, np.int32)
        self._term_of_form = np.empty(1 << 15, np.int32)
        self.terms: dict[str, int] = defaultdict(count().__next__)
        self.forms: dict[str, int] = defaultdict(count().__next__)
        self._folded: list[str] = []

    def __len__(self) -> int:
        return self._count

    def intern(self, texts: Texts, tokens: Tokens) -> NDArray[np.int32]:
        """The surface number of each token; new surfaces are added and analysed."""
        self._reserve(len(tokens.starts), int((tokens.ends - tokens.starts).sum()))
        numbers = np.empty(len(tokens.starts), np.int32)
        known = self._count
        self._count = _intern(
            texts.data, tokens.starts, tokens.ends, tokens.hashes,
            self._slots, self._hashes, self._bounds, self._bytes, known, numbers,
        )  # fmt: skip
        self._analyse(known)
        return numbers

    def _analyse(self, known: int) -> None:
        """Numbers the terms and forms of the surfaces from `known` on."""
        if known == self._count:
            return
        known_forms = len(self.forms)
        numbers = _numbered(self.forms, normalize_all(self.surfaces(known)))
        new = [*islice(reversed(self.forms), len(self.forms) - known_forms)][::-1]
        self._term_of_form[known_forms : len(self.forms)] = _numbered(self.terms, terms_of(new))
        self.form_of_surface[known : self._count] = numbers
        self.term_of_surface[known : self._count] = self._term_of_form[numbers]

    def surfaces(self, known: int) -> list[str]:
        """The surfaces from number `known` on. None has a line break: all are decoded at once and split there."""
        if known == self._count:
            return []
        bounds = self._bounds[known : self._count + 1]
        lines = np.insert(self._bytes[bounds[0] : bounds[-1]], bounds[1:-1] - bounds[0], ord("\n"))
        return lines.tobytes().decode().split("\n")

    def folded(self) -> list[str]:
        """The folded text of each form, by number. Folds only the forms added since the last call."""
        self._folded += folded_forms([*islice(self.forms, len(self._folded), None)])
        return self._folded

    def _reserve(self, surfaces: int, length: int) -> None:
        """Makes room for so many more surfaces, of so many bytes in all: the kernel must never run out."""
        wanted = self._count + surfaces
        if wanted > len(self._hashes):
            self._hashes = _grown(self._hashes, wanted)
            self.term_of_surface = _grown(self.term_of_surface, wanted)
            self.form_of_surface = _grown(self.form_of_surface, wanted)
            self._term_of_form = _grown(self._term_of_form, wanted)
            self._bounds = _grown(self._bounds, wanted + 1)
        if self._bounds[self._count] + length > len(self._bytes):
            self._bytes = _grown(self._bytes, int(self._bounds[self._count]) + length)
        if wanted * 2 > len(self._slots):
            self._slots = np.full(1 << (wanted * 4).bit_length(), FREE, np.int32)
            _fill(self._slots, self._hashes, self._count)


def _numbered(numbers: dict[str, int], texts: list[str]) -> list[int]:
    """The number of each text; a new one gets the next."""
    return list(map(numbers.__getitem__, texts))


def _grown(array: NDArray[Number], wanted: int) -> NDArray[Number]:
    larger = np.empty(max(wanted, 2 * len(array)), array.dtype)
    larger[: len(array)] = array
    return larger


@INLINE
def _same(data: Bytes, start: int, end: int, known: Bytes, at: int, stop: int) -> bool:
    if end - start != stop - at:
        return False
    for i in range(end - start):  # noqa: SIM110  a kernel
        if data[start + i] != known[at + i]:
            return False
    return True


@njit(nogil=True, cache=True)
def _fill(slots: NDArray[np.int32], hashes: NDArray[np.uint64], count: int) -> None:
    mask = np.uint64(len(slots) - 1)
    for number in range(count):
        slot = hashes[number] & mask
        while slots[slot] != FREE:
            slot = (slot + np.uint64(1)) & mask
        slots[slot] = number


@njit(nogil=True, cache=True)
def _intern(
    data: Bytes,
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    hashes: NDArray[np.uint64],
    slots: NDArray[np.int32],
    known_hashes: NDArray[np.uint64],
    bounds: NDArray[np.int64],
    known: Bytes,
    count: int,
    numbers: NDArray[np.int32],
) -> int:
    """Two loops: the first only loads, so that its cache misses overlap; the second compares bytes and adds."""
    mask = np.uint64(len(slots) - 1)
    for token in range(len(starts)):
        numbers[token] = slots[hashes[token] & mask]
    for token in range(len(starts)):
        digest, number, slot = hashes[token], numbers[token], hashes[token] & mask
        start, end = starts[token], ends[token]
        while True:
            if number == FREE:
                number = slots[slot]  # the batch itself may have taken the slot since
            if number == FREE:
                slots[slot] = number = count
                known_hashes[count] = digest
                for i in range(end - start):
                    known[bounds[count] + i] = data[start + i]
                bounds[count + 1] = bounds[count] + end - start
                count += 1
                break
            if known_hashes[number] == digest and _same(data, start, end, known, bounds[number], bounds[number + 1]):
                break
            slot = (slot + np.uint64(1)) & mask
            number = slots[slot]
        numbers[token] = number
    return count
