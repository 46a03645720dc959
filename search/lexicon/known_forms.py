"""The forms that an index holds, with how many articles have each: what completes a word, and what mends one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from kiosque.index.segment.form_counts import form_articles
from kiosque.index.segment.schema import TEXTS
from kiosque.index.segment.segment_data import SegmentData, lower_bound
from kiosque.index.text.analyzer import folded_form, folded_surface, term_of
from kiosque.search.deadline import check
from kiosque.search.lexicon.expansion import near
from kiosque.search.lexicon.term_info import look_up

BEST = 128
"""Forms of one segment that are looked at for a completion: some share a term, so more than are shown."""

ARTICLES_OF_A_SLIP = 50_000
"""In a corpus this many times larger, one more article is asked of a form that mends another: slips recur."""


class Near(NamedTuple):
    """A form near a typed word: how many letters apart (folded), in how many articles it stands."""

    form: str
    distance: int
    articles: int


class SegmentForms:
    """The forms of one segment, sorted by what someone without accents types for them."""

    def __init__(self, data: SegmentData) -> None:
        self._data = data
        self._folded, self._bounds = data["folded_forms"], data["folded_form_bounds"]
        self._count = max(len(self._bounds) - 1, 0)

    @cached_property
    def articles(self) -> NDArray[np.uint32]:
        """In how many documents each form stands: see `form_counts`."""
        known = self._data["form_articles"]  # a lexicon on a cluster has them counted, and no postings to count
        return known if len(known) else form_articles(self._data)

    def rows(self, prefix: str) -> tuple[int, int]:
        """The forms that begin with `prefix`, folded: first and last (exclusive)."""
        return self._row(prefix.encode()), self._row(prefix.encode() + b"\xff")

    def exactly(self, folded: str) -> tuple[int, int]:
        """The forms that fold to this."""
        return self._row(folded.encode()), self._row(folded.encode() + b"\0")

    def _row(self, wanted: bytes) -> int:
        return int(lower_bound(self._folded, self._bounds, np.frombuffer(wanted, np.uint8), 0, self._count))

    def form(self, row: int) -> str:
        """A form as it is written, in lower case."""
        return self._text("forms", "form_bounds", row)

    def folded(self, row: int) -> str:
        """A form without accents."""
        return self._text("folded_forms", "folded_form_bounds", row)

    def _text(self, strings: str, bounds: str, row: int) -> str:
        start, end = self._data[bounds][row : row + 2].tolist()
        return bytes(self._data[strings][start:end]).decode()

    def near(self, folded: str, distance: int, fewest: int) -> NDArray[np.int64]:
        """The forms in `fewest` documents or more that are at most `distance` letters away."""
        check()
        found, word = np.empty(self._count, np.int64), np.frombuffer(folded.encode(), np.uint8)
        rows = found[: near(self._folded, self._bounds, word, distance, found)]
        return rows[self.articles[rows] >= fewest]


class KnownForms:
    """The forms of all segments of a snapshot. Counts are of documents, deleted ones included."""

    def __init__(self, segments: Sequence[SegmentData], documents: int) -> None:
        self.documents = documents
        self._segments = list(segments)
        self._forms = [SegmentForms(data) for data in segments]

    def completions(self, prefix: str) -> Iterator[tuple[str, int]]:
        """The forms that begin with `prefix`, accents free, the most frequent first; one for each term."""
        totals: Counter[str] = Counter()
        for forms in self._forms:
            first, last = forms.rows(folded_surface(prefix))
            articles = forms.articles[first:last]
            for row in _largest(articles, BEST).tolist():
                totals[forms.form(first + row)] += int(articles[row])
        shown: set[str] = set()
        for form, count in sorted(totals.items(), key=lambda item: (-item[1], item[0])):
            term = term_of(form)
            if term not in shown:
                shown.add(term)
                yield form, count

    def terms(self, surface: str) -> list[str]:
        """The terms that a typed word can mean: its own, or those of all accents that it may lack."""
        if not surface.isascii():
            return [term_of(surface)]
        ranges = ((forms, range(*forms.exactly(folded_surface(surface)))) for forms in self._forms)
        return sorted({term_of(surface), *(term_of(forms.form(row)) for forms, rows in ranges for row in rows)})

    def articles(self, surface: str) -> int:
        """How many documents have the word in their body, or their title: its term's, or those of all its accents'."""
        return max(self.frequencies([term_of(surface)])[0], self._of_forms(folded_surface(surface)))

    def frequencies(self, terms: Sequence[str], names: Sequence[str] = tuple(TEXTS)) -> list[int]:
        """In how many documents each term stands in one of these text fields, in that which has most."""
        places = [look_up(data, [(name, term) for name in names for term in terms]) for data in self._segments]
        return [max(sum(found[name, term].frequency for found in places) for name in names) for term in terms]

    def _of_forms(self, folded: str) -> int:
        ranges = ((forms, *forms.exactly(folded)) for forms in self._forms)
        return sum(int(forms.articles[first:last].max(initial=0)) for forms, first, last in ranges)

    def near(self, surface: str, distance: int) -> list[Near]:
        """The forms at most `distance` letters away (inserted, left out, changed, swapped), accents free."""
        folded = folded_surface(surface)
        totals: Counter[str] = Counter()
        fewest = 1 + self.documents // ARTICLES_OF_A_SLIP
        for forms in self._forms:
            rows = forms.near(folded, distance, -(-fewest // len(self._forms))).tolist()
            for row in rows:
                totals[forms.form(row)] += int(forms.articles[row])
        return [
            Near(form, int(OSA.distance(folded, folded_form(form))), count)
            for form, count in totals.items()
            if count >= fewest
        ]


def _largest(counts: NDArray[np.uint32], most: int) -> NDArray[np.int64]:
    """Where the `most` largest stand, in no order."""
    if len(counts) <= most:
        return np.arange(len(counts))
    return np.argpartition(counts, len(counts) - most)[-most:]
