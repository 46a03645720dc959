"""Completes the last word of a query from the index, and finds articles by the words of their titles.

Completions that occur together with the words before come first: they are counted in a sample of articles (Context).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
from numba import njit
from numpy.typing import NDArray
from whoosh.query import And, Or, Query, Term

from kiosque.index.segment.postings import CHUNK_BITS
from kiosque.index.segment.segment_data import SegmentData
from kiosque.index.text.analyzer import normalize, term_of
from kiosque.search.execute.index_statistics import IndexStatistics
from kiosque.search.execute.searchable import Searchable
from kiosque.search.lexicon.word_kinds import is_function_word
from kiosque.search.model import Suggestion
from kiosque.search.query.lexer import CompletionPrefix, completion_prefix, lex, words_in_capitals
from kiosque.search.suggest.similar import one_a_title

LONGEST = 200
"""Code points of a query to complete."""

LOOKED_AT = 32
"""Completions that are sorted."""

EVERYWHERE, FEW = 0.25, 10
"""A word in more than FEW articles plus this share of all tells as little as a function word: "comme", "deux"."""

LAST_TERMS = 6
"""Terms that the word being typed may become in a title."""

MOST_POSTINGS = 30_000
"""Postings of these terms to read, likeliest term first: a millisecond for a million articles."""

SHORTEST = 3
"""Least letters of a lone word for titles: one or two letters begin words of every other title."""

TITLES = 3
"""Articles among the suggestions; more where fewer queries are found."""

COPIES = 4
"""Articles read for each one shown: copies of an agency's text share their title."""

SCANNED = 4096
"""Articles with the rarest word in which the others are looked up."""

KEPT = 256
"""Articles in which completions are counted."""

Completions = list[tuple[str, int]]
Documents = NDArray[np.int64]


def suggestions(state: Searchable, q: str, size: int) -> list[Suggestion]:
    """At most `size`: queries whose last word is completed, then articles. None where no word is being typed."""
    asked = completion_prefix(q) if len(q) <= LONGEST else None
    if asked is None or size < 1:
        return []
    completed = _in_context(state, asked, list(islice(state.statistics.dictionary.completions(asked.last), LOOKED_AT)))
    queries = list(islice(_queries(asked, completed), size))
    titles = list(islice(_titles(state, asked, completed, size), max(TITLES, size - len(queries))))
    return [*queries[: max(size - min(len(titles), TITLES), 1)], *titles][:size]


def _in_context(state: Searchable, asked: CompletionPrefix, completed: Completions) -> Completions:
    """The completions: first those that occur with the words before, last the words that are everywhere."""
    telling = [state.statistics.dictionary.terms(word) for word in _telling(asked.words)]
    seen, counts = state.together(telling, [term_of(form) for form, _ in completed]) if telling else (0, [])
    together = dict(zip(completed, counts, strict=True)) if seen else {}

    def place(found: tuple[str, int]) -> tuple[bool, float, int]:
        form, articles = found
        common = is_function_word(form) or articles > FEW + EVERYWHERE * state.statistics.documents
        both = together.get(found, 0)
        lift = math.log1p(both * state.statistics.documents / (articles * seen)) if both else 0.0
        return common, -both * lift, -articles

    return sorted(completed, key=place)


def _telling(words: list[str]) -> list[str]:
    return [word for word in words if not is_function_word(word)]


def _queries(asked: CompletionPrefix, completed: Completions) -> Iterator[Suggestion]:
    """The completed queries, without what is typed already. A word in small letters would make an operator of "NON" in
    a headline in capitals: there it is completed in capitals."""
    in_capitals = bool(words_in_capitals(lex(asked.before + asked.last)))
    for form, articles in completed:
        if form != normalize(asked.last):
            yield Suggestion(
                text=asked.before + (form.upper() if in_capitals else form),
                kind="query",
                count=None if asked.before else articles,
            )


def _titles(state: Searchable, asked: CompletionPrefix, completed: Completions, most: int) -> Iterator[Suggestion]:
    """The articles whose titles have the words typed and one that the last may become."""
    if not completed or (len(asked.last) < SHORTEST and not asked.words):
        return
    found = state.best(_titled(state.statistics, asked, completed), most * COPIES)
    cards = (state.card(number) for number, _ in found)
    for card in one_a_title((card.title, card) for card in cards):
        yield Suggestion(text=card.title, kind="article", id=card.id)


def _titled(statistics: IndexStatistics, asked: CompletionPrefix, completed: Completions) -> Query:
    """Likelier completions weigh more: else the rarest, "Macri", would come before "Macron"."""
    words = [Or([Term("title", term) for term in statistics.dictionary.terms(word)]) for word in _telling(asked.words)]
    likely = enumerate(_affordable(statistics, [term_of(form) for form, _ in completed[:LAST_TERMS]]), 1)
    return And([*words, Or([Term("title", term, boost=1 / place) for place, term in likely])])


def _affordable(statistics: IndexStatistics, terms: list[str]) -> Iterator[str]:
    read = 0
    for term, articles in zip(terms, statistics.dictionary.frequencies(terms, ["title"]), strict=True):
        if not read or read + articles <= MOST_POSTINGS:
            read += articles
            yield term


class Context:
    """Articles of one segment that have each of some words in their body; a word is its terms.

    deleted: for each document whether it is deleted; empty where none is.
    """

    def __init__(self, data: SegmentData, words: Sequence[Sequence[str]], deleted: NDArray[np.bool_]) -> None:
        self._data, self._deleted = data, deleted
        numbers = sorted((self._numbers(terms) for terms in words), key=self._size)
        self._documents = self._of(numbers[0]) if numbers and all(numbers) else np.empty(0, np.int64)
        for others in numbers[1:]:
            self._documents = self._documents[self._present(others)]
        self._documents = _spread(self._documents, KEPT)

    def __len__(self) -> int:
        return len(self._documents)

    def count(self, term: str) -> int:
        """How many of them have the term."""
        return int(np.count_nonzero(self._present(self._numbers([term]))))

    def _numbers(self, terms: Sequence[str]) -> list[int]:
        numbers = (self._data.term_number("body", term.encode()) for term in terms)
        return [number for number in numbers if number >= 0]

    def _size(self, numbers: list[int]) -> int:
        return sum(self._data.document_frequency(number) for number in numbers)

    def _of(self, numbers: list[int]) -> Documents:
        """Documents of any of these terms, ascending, each once."""
        found = [self._data.documents(number).astype(np.int64) for number in numbers]
        documents = found[0] if len(found) == 1 else np.unique(np.concatenate(found))
        kept = documents[~self._deleted[documents]] if len(self._deleted) else documents
        return _spread(kept, SCANNED)

    def _present(self, numbers: list[int]) -> NDArray[np.bool_]:
        """Which of the documents have any of these terms."""
        data, present = self._data, np.zeros(len(self._documents), np.bool_)
        for number in numbers:
            chunk, stop = (int(data["chunk_first"][number + more]) for more in (0, 1))
            arrays = data["chunk_number"], data["chunk_end"], data["docs"]
            _mark_present(self._documents, chunk, stop, *arrays, present)
        return present


def _spread(documents: Documents, most: int) -> Documents:
    """At most `most` of them, evenly spread: the first ones are all of one source or one time."""
    if len(documents) <= most:
        return documents
    return documents[np.arange(most) * len(documents) // most]


@njit(nogil=True, cache=True)
def _mark_present(
    documents: NDArray[np.int64],
    chunk: int,
    stop: int,
    chunk_number: NDArray[np.uint16],
    chunk_end: NDArray[np.uint32],
    docs: NDArray[np.uint16],
    present: NDArray[np.bool_],
) -> None:
    """Sets `present` for those of `documents`, ascending, that a term has; its chunks are from `chunk` to `stop`."""
    for at, document in enumerate(documents):
        while chunk < stop and chunk_number[chunk] < document >> CHUNK_BITS:
            chunk += 1
        if chunk == stop:
            break
        if chunk_number[chunk] != document >> CHUNK_BITS:
            continue
        low, high = np.int64(chunk_end[chunk - 1]) if chunk > 0 else np.int64(0), np.int64(chunk_end[chunk])
        end, wanted = high, document & 0xFFFF
        while low < high:
            middle = (low + high) >> 1
            if docs[middle] < wanted:
                low = middle + 1
            else:
                high = middle
        if low < end and docs[low] == wanted:
            present[at] = True
