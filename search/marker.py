"""Marks texts with the scanner that indexed them: of their tokens only the wanted become Python objects."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
from numba import njit
from numpy.typing import NDArray

from index.lexicon import Lexicon
from index.tokens import Bytes, Texts, Tokens, scan, texts_of
from search.marks import Mark, Wanted, apart, marks

MOST_SURFACES = 1 << 19
"""Surfaces that are remembered; about 100 MB. Beyond, the marker begins anew."""


NEVER_MET = -1
"""The number of a term that no text had yet."""


class Marker:
    """Finds what queries asked in texts. It remembers the surfaces that it has met, so each is analysed once."""

    def __init__(self) -> None:
        self._lexicon = Lexicon()
        self._lock = threading.Lock()

    def marks(self, texts: Sequence[str], asked: Sequence[Wanted]) -> list[list[Mark]]:
        """For each text the marks of what is asked of it, in order, not overlapping; as `search.marks.marks`."""
        batch = texts_of(texts)
        tokens = scan(batch)
        row = self._row(batch, tokens, sorted({term for wanted in asked for term in wanted.terms()}))
        found: list[list[Mark]] = [[] for _ in texts]
        for at, text in enumerate(row.texts):
            found[text] += row.marks(at, asked[text])
        return [
            apart(of_text) if wanted.is_plain else marks(text, wanted)
            for text, wanted, of_text in zip(texts, asked, found, strict=True)
        ]

    def _row(self, batch: Texts, tokens: Tokens, wanted: list[str]) -> _Row:
        """The tokens whose term is one of these."""
        with self._lock:
            if len(self._lexicon) > MOST_SURFACES:
                self._lexicon = Lexicon()
            surfaces = self._lexicon.intern(batch, tokens)
            terms, known = self._lexicon.term_of_surface, self._lexicon.terms
            numbers = np.array([known.get(term, NEVER_MET) for term in wanted], np.int32)
        columns = np.empty((5, len(surfaces)), np.int64)
        count = _find(
            batch.data, batch.offsets, tokens.starts, tokens.ends, tokens.offsets, surfaces, terms, numbers, columns
        )  # fmt: skip
        found, texts, which, starts, ends = columns[:, :count].tolist()
        return _Row([wanted[number] for number in which], found, texts, starts, ends)


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
) -> int:
    """Writes a column of `found` (int64 of shape (5, tokens)) for each token whose term is wanted; gives their number.

    A column is: token, text, place in `wanted`, start and end in the text in code points.
    """
    count = 0
    for text in range(len(token_offsets) - 1):
        at, characters = text_offsets[text], 0
        for token in range(token_offsets[text], token_offsets[text + 1]):
            term = term_of_surface[surfaces[token]]
            for place in range(len(wanted)):
                if wanted[place] == term:
                    for stop, row in ((starts[token], 3), (ends[token], 4)):
                        for i in range(at, stop):
                            characters += data[i] & 0xC0 != 0x80  # a byte that continues a code point is none
                        at = stop
                        found[row, count] = characters
                    found[0, count], found[1, count], found[2, count] = token, text, place
                    count += 1
    return count


class _Row:
    """The tokens of some texts whose term is wanted somewhere, in order: term, text, start and end of each."""

    def __init__(
        self, terms: list[str], tokens: list[int], texts: list[int], starts: list[int], ends: list[int]
    ) -> None:
        self.texts = texts
        self._terms, self._tokens, self._starts, self._ends = terms, tokens, starts, ends

    def marks(self, at: int, wanted: Wanted) -> list[Mark]:
        """The marks that begin at one of the tokens. All words of a phrase are wanted, so they stand in a row here."""
        term = self._terms[at]
        found = [Mark(self._starts[at], self._ends[at], term)] if term in wanted.words else []
        for phrase in wanted.phrases:
            last = self._last(at, phrase) if phrase[0] == term else None
            if last is not None:
                found.append(Mark(self._starts[at], self._ends[last], " ".join(phrase)))
        return found

    def _last(self, at: int, phrase: tuple[str, ...]) -> int | None:
        """Where the phrase that begins at one of the tokens ends; None where it does not stand there."""
        end = at + len(phrase)
        together = self._tokens[at:end] == list(range(self._tokens[at], self._tokens[at] + len(phrase)))
        same_text = self.texts[at:end] == [self.texts[at]] * len(phrase)
        return end - 1 if together and same_text and tuple(self._terms[at:end]) == phrase else None
