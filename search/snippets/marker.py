"""Marks texts with the scanner that indexed them. Only the tokens that may be marked become Python objects."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from kiosque.index.text.lexicon import Lexicon
from kiosque.index.text.scanner import Bytes, Texts, Tokens, scan, texts_of
from kiosque.search.deadline import check
from kiosque.search.leaves.leaf import MarkTargets
from kiosque.search.snippets.marks import Mark, Word, covers
from kiosque.search.snippets.passages import Found

MOST_SURFACES = 1 << 15
"""Surfaces that are cached, about 10 MB; then the cache starts again, and the first articles bring back the frequent
ones. With sixteen times as many, a server's memory grew for an hour."""

LOOK = 1 << 14
"""Marked words between two looks at the clock."""

MOST_MARKED = 1 << 16
"""Maximum tokens of a text that may be marked: an article of fifty megabytes may have millions. The longest of 34,240
real articles has 4,000 tokens in all."""

NEVER_MET = -1
"""The number of a term that no text has had yet."""


class Marker:
    """Finds the words of queries in texts. It caches the surfaces that it has met, so that each is analysed once."""

    def __init__(self) -> None:
        self._lexicon = Lexicon()
        self._lock = threading.Lock()

    def marks(self, texts: Sequence[str], targets: Sequence[MarkTargets]) -> list[list[Mark]]:
        """The marks on each text by its targets, in order, not overlapping, among the first MOST_MARKED tokens with a
        target's term."""
        scanned = self._scanned(texts_of(texts), targets)
        return [
            [Mark(words[first].start, words[last].end, what) for first, last, what in covers(_words(words), of_text)]
            for words, of_text in zip(scanned, targets, strict=True)
        ]

    def found(self, batch: Texts, targets: Sequence[MarkTargets]) -> Found:
        """Where the targets of each text are in it, for `search.snippets.passages`."""
        scanned = zip(self._scanned(batch, targets), targets, strict=True)
        found = [covers(_words(words), of_text) for words, of_text in scanned]
        kinds = {cover.what: 0 for of_text in found for cover in of_text}
        number = {what: at for at, what in enumerate(kinds)}
        rows = [(first, last, number[what]) for of_text in found for first, last, what in of_text]
        offsets = np.array([0, *accumulate(map(len, found))], np.int64)
        return Found(np.array(rows, np.int64).reshape(-1, 3), offsets)

    def _scanned(self, batch: Texts, targets: Sequence[MarkTargets]) -> list[dict[int, _Scanned]]:
        """The first MOST_MARKED tokens of each text with a term that is a target in any text, by their number."""
        found: list[dict[int, _Scanned]] = [{} for _ in targets]
        wanted = sorted({term for each in targets for term in each.terms()})
        if not wanted:
            return found
        tokens = scan(batch)
        columns = self._columns(batch, tokens, wanted)
        data, starts, ends = batch.data.data, tokens.starts, tokens.ends
        for number, (token, text, which, start, end) in enumerate(zip(*columns, strict=True)):
            if not number % LOOK:
                check()
            surface = str(data[starts[token] : ends[token]], "utf-8")
            found[text][token - int(tokens.offsets[text])] = _Scanned(wanted[which], surface, start, end)
        return found

    def _columns(self, batch: Texts, tokens: Tokens, wanted: list[str]) -> list[list[int]]:
        """See `_find`."""
        with self._lock:
            if len(self._lexicon) > MOST_SURFACES:
                self._lexicon = Lexicon()
            surfaces = self._lexicon.intern(batch, tokens)
            terms, known = self._lexicon.term_of_surface, self._lexicon.terms
            numbers = np.array([known.get(term, NEVER_MET) for term in wanted], np.int32)
        columns = np.empty((5, min(len(surfaces), MOST_MARKED * (len(batch.offsets) - 1))), np.int64)
        count = _find(
            batch.data, batch.offsets, tokens.starts, tokens.ends, tokens.offsets, surfaces, terms, numbers, columns,
            MOST_MARKED,
        )  # fmt: skip
        return columns[:, :count].tolist()  # type: ignore[no-any-return]


class _Scanned(NamedTuple):
    """A token that the scanner found: its term, its surface, its start and end in code points."""

    term: str
    surface: str
    start: int
    end: int


def _words(scanned: Mapping[int, _Scanned]) -> list[Word]:
    return [Word(at, token.term, token.surface) for at, token in scanned.items()]


@njit(nogil=True, cache=True)
def _find(
    data: Bytes,
    text_offsets: NDArray[np.int64],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    token_offsets: NDArray[np.int64],
    surfaces: NDArray[np.int32],
    term_of_surface: NDArray[np.int32],
    wanted: NDArray[np.int32],
    found: NDArray[np.int64],
    most: int,
) -> int:
    """Writes a column of `found` (int64 of shape (5, tokens)) for each token whose term is wanted, at most `most` of a
    text; returns their number.

    A column is: token, text, place in `wanted`, start and end in the text in code points.
    """
    count = 0
    for text in range(len(token_offsets) - 1):
        at, characters, end = text_offsets[text], 0, count + most
        for token in range(token_offsets[text], token_offsets[text + 1]):
            if count == end:
                break
            term = term_of_surface[surfaces[token]]
            for place in range(len(wanted)):
                if wanted[place] == term:
                    for stop, row in ((starts[token], 3), (ends[token], 4)):
                        for i in range(at, stop):
                            characters += data[i] & 0xC0 != 0x80  # a byte that continues a code point does not count
                        at = stop
                        found[row, count] = characters
                    found[0, count], found[1, count], found[2, count] = token, text, place
                    count += 1
    return count
