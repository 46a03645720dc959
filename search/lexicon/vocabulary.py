"""What a query can ask of the words of an index: the terms of a word, the forms of a wildcard, the names of sources."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from kiosque.index.segment.schema import TEXTS
from kiosque.index.segment.segment_data import SegmentData, lower_bound
from kiosque.index.text.analyzer import fold, fold_all, folded_form, normalize, term_of, terms_of, tokenize
from kiosque.index.text.scanner import scan, texts_of
from kiosque.search.deadline import check
from kiosque.search.lexicon.expansion import globbed, near
from kiosque.search.weak_cache import weakly_cached

REMEMBERED = 1 << 14
"""Words, names and wildcards whose answers are kept until the next commit."""

COLUMNS = 8
"""Columns whose names are kept: there are fewer."""

BEHIND_ALL = b"\xff"
"""Greater than every byte of UTF-8: what begins with a prefix comes before the prefix with this behind it."""

WILDCARD = re.compile(r"[*?]")

Rows = NDArray[np.int64]


class Expansion(NamedTuple):
    """The forms that a wildcard or a fuzzy word stands for, by term, and whether there were more than the limit."""

    forms: dict[str, tuple[str, ...]]
    cut: bool


class Vocabulary:
    """The words of the segments of one commit."""

    def __init__(self, segments: Sequence[SegmentData]) -> None:
        self._segments = [_Forms(data) for data in segments]
        # A cache of each vocabulary, not of the class: it must not keep the arrays of an old commit mapped.
        self.terms: Callable[[str], tuple[str, ...]] = weakly_cached(self._terms, REMEMBERED)
        self.named: Callable[[str, str], frozenset[str]] = weakly_cached(self._named, REMEMBERED)
        self._names: Callable[[str], dict[str, list[str]]] = weakly_cached(self._words_of_names, COLUMNS)

    def _terms(self, surface: str) -> tuple[str, ...]:
        """The indexed terms that a typed surface can mean; its own term alone where the index has none.

        Accents that were typed are meant; those that were not are free, where the index lacks the form ("Élysee").
        """
        own, form = term_of(surface), normalize(surface)
        if not form.isascii() and self.has_form(form):
            return (own,)
        known = {term_of(found) for found in self.forms(folded_form(form)) if _keeps_accents(form, found)}
        if own not in known and self.has_term(own):
            known.add(own)
        return tuple(sorted(known)) or (own,)

    def forms(self, folded: str) -> list[str]:
        """The forms in the texts that someone without accents types as `folded`, sorted."""
        return sorted({form for segment in self._segments for form in segment.folded_as(folded)})

    def has_form(self, form: str) -> bool:
        """Whether any text has the form."""
        return any(form in segment.folded_as(folded_form(form)) for segment in self._segments)

    def has_term(self, term: str) -> bool:
        """Whether any text has the term."""
        text = term.encode()
        return any(segment.data.term_number(name, text) >= 0 for segment in self._segments for name in TEXTS)

    def frequency(self, name: str, term: str) -> int:
        """In how many documents a text field has the term, deleted ones included."""
        text, found = term.encode(), 0
        for segment in self._segments:
            number = segment.data.term_number(name, text)
            found += segment.data.document_frequency(number) if number >= 0 else 0
        return found

    def like(self, pattern: str, limit: int, exact: bool = False) -> Expansion:
        """The forms that a pattern with `*` and `?` matches; accents are free where it has none and `exact` is not set.

        The most frequent stay where there are more than `limit`.
        """
        found = [segment.like(pattern, exact or not pattern.isascii()) for segment in self._segments]
        return self._expansion(found, limit)

    def near(self, surface: str, edits: int, limit: int) -> Expansion:
        """The forms that at most so many edits make of a word; accents are free where it has none."""
        form = normalize(surface)
        found = [segment.near(form, edits) for segment in self._segments]
        return self._expansion(found, limit)

    def _expansion(self, found: Sequence[Rows], limit: int) -> Expansion:
        segments = list(zip(self._segments, found, strict=True))
        if sum(map(len, found)) <= limit:
            forms = {form for segment, rows in segments for form in segment.texts(rows)}
            return Expansion(_by_term(sorted(forms)), cut=False)
        counts: dict[str, float] = defaultdict(float)
        for segment, rows in segments:
            kept = segment.most_frequent(rows, limit)
            for form, count in zip(segment.texts(kept), segment.counts(kept).tolist(), strict=True):
                counts[form] += count
        best = sorted(counts, key=lambda form: (-counts[form], form))[:limit]
        cut = len(best) < len(counts) or any(len(rows) > limit for rows in found)
        return Expansion(_by_term(sorted(best)), cut)

    def _named(self, column: str, name: str) -> frozenset[str]:
        """The values of a column so named, whatever the case and accents; else those that have the words."""
        names, wanted = self._names(column), words_of_name(name)
        exact = names.get(wanted)
        if exact is not None or not wanted:
            return frozenset(exact or ())
        return frozenset(chain(*(names[words] for words in names if f" {wanted} " in f" {words} ")))

    def _words_of_names(self, column: str) -> dict[str, list[str]]:
        values = sorted({value for segment in self._segments for value in segment.data.column_values(column)} - {""})
        names: dict[str, list[str]] = defaultdict(list)
        for words, value in zip(words_of_names(values), values, strict=True):
            names[words].append(value)
        return names


def words_of_name(name: str) -> str:
    """The words of a source's or an author's name, folded: what two spellings of it share."""
    return " ".join(fold(token.surface) for token in tokenize(name))


def words_of_names(names: Sequence[str]) -> list[str]:
    """As `words_of_name`, of each: a corpus may have a million sources."""
    batch = texts_of(names)
    tokens, data = scan(batch), batch.data.tobytes()
    surfaces = [
        data[start:end].decode() for start, end in zip(tokens.starts.tolist(), tokens.ends.tolist(), strict=True)
    ]
    words = fold_all([surface.lower() if surface.isascii() else surface for surface in surfaces])
    return [" ".join(words[first:last]) for first, last in pairwise(tokens.offsets.tolist())]


def _keeps_accents(typed: str, form: str) -> bool:
    """Whether a form has every accent that was typed: "élysee" means "élysée", "maïs" does not mean "mais"."""
    if typed.isascii():
        return True
    return len(typed) == len(form) and all(a == b or a.isascii() for a, b in zip(typed, form, strict=True))


def _by_term(forms: Sequence[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for form, term in zip(forms, terms_of(list(forms)), strict=True):
        found[term].append(form)
    return {term: tuple(found[term]) for term in sorted(found)}


class _Forms:
    """The forms of one segment. A form's row is its place among all, sorted as someone without accents types them."""

    def __init__(self, data: SegmentData) -> None:
        self.data = data

    @cached_property
    def _folded(self) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
        return np.asarray(self.data["folded_forms"]), np.asarray(self.data["folded_form_bounds"])

    @cached_property
    def _written(self) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
        return np.asarray(self.data["forms"]), np.asarray(self.data["form_bounds"])

    def folded_as(self, folded: str) -> list[str]:
        """The forms that fold to `folded`."""
        first, text = self._first_from(folded.encode()), folded.encode()
        data, bounds = self._folded
        end = first
        while end < len(bounds) - 1 and data[bounds[end] : bounds[end + 1]].tobytes() == text:
            end += 1
        return self.texts(range(first, end))

    def texts(self, rows: Iterable[int]) -> list[str]:
        """The forms of some rows."""
        data, bounds = self._written
        return [data[bounds[row] : bounds[row + 1]].tobytes().decode() for row in rows]

    def like(self, pattern: str, exact: bool) -> Rows:
        """The rows of the forms that the pattern matches; of what they fold to, unless `exact`."""
        check()
        literal = fold(WILDCARD.split(pattern, 1)[0]).encode()
        first, last = self._first_from(literal), self._first_from(literal + BEHIND_ALL)
        found = np.empty(max(last - first, 0), np.int64)
        text = np.frombuffer(pattern.encode(), np.uint8)
        return found[: globbed(*(self._written if exact else self._folded), first, last, text, found)]

    def near(self, form: str, edits: int) -> Rows:
        """The rows of the forms near a normalized word; where it has accents, they count as letters."""
        check()
        word = np.frombuffer(folded_form(form).encode(), np.uint8)
        found = np.empty(len(self._folded[1]), np.int64)
        rows = found[: near(*self._folded, word, edits, found)]
        if form.isascii():
            return rows
        close = [OSA.distance(text, form, score_cutoff=edits) <= edits for text in self.texts(rows)]
        return rows[np.array(close, np.bool_)]

    def most_frequent(self, rows: Rows, limit: int) -> Rows:
        """Those rows, or the `limit` most frequent of them."""
        if len(rows) <= limit:
            return rows
        return rows[np.argpartition(-self.counts(rows), limit)[:limit]]

    def counts(self, rows: Rows) -> NDArray[np.float64]:
        """How frequent forms are: the documents of their terms, shared out by the order in which a term has them."""
        return self._counts[rows]

    @cached_property
    def _counts(self) -> NDArray[np.float64]:
        data = self.data
        first, forms = data["term_form_first"].astype(np.int64), data["term_forms"]
        ends = np.concatenate([np.zeros(1, np.int64), data["chunk_end"].astype(np.int64)])
        bounds = ends[data["chunk_first"][: len(first)].astype(np.int64)]
        places = np.arange(len(forms)) - np.repeat(first[:-1], np.diff(first))
        shares = np.repeat(np.diff(bounds), np.diff(first)) / (1 + places)
        return np.bincount(forms, shares, len(self._folded[1]) - 1).astype(np.float64)

    def _first_from(self, text: bytes) -> int:
        data, bounds = self._folded
        return int(lower_bound(data, bounds, np.frombuffer(text, np.uint8), 0, max(len(bounds) - 1, 0)))
