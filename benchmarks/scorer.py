"""BM25 and the ideas beyond it in plain NumPy, over the arrays of a segment: to try what no engine runs yet.

Without an idea the scores are those of the engine (see its test). One segment, a score for every document.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kiosque.index.segment.postings import OTHER_FORMS
from kiosque.index.text.analyzer import folded_surface, normalize, term_of, tokenize
from kiosque.search.execute.snapshot import Snapshot
from kiosque.search.lexicon.term_dictionary import SegmentForms
from kiosque.search.lexicon.word_kinds import FUNCTION_WORDS, QUESTIONS
from kiosque.search.ranking import PLAIN

Scores = NDArray[np.float64]
Documents = NDArray[np.int64]
PLACES = 1 << 24
"""More than a text has tokens: document and position in one number."""


@dataclass(frozen=True)
class Recipe:
    """What a score is made of; by default plain BM25 with the weights that titles usually have."""

    title: float = PLAIN.weight("title")
    k1: float = PLAIN.k1
    b: float = PLAIN.b
    dropped: Literal["nothing", "function words", "and questions"] = "function words"
    exact: float = 0.0
    near: float = 0.0
    near_slop: int = 4
    near_behind: float = 0.0
    """The factor of neighbours in reverse order."""
    near_by: Literal["words", "pair"] = "words"
    """Their BM25 once more, or the idf of the articles that have them near."""
    coordination: float = 0.0
    """The exponent of the share of the words that an article has."""
    per_word: float = 0.0
    """The score of each matching word, independent of its idf."""
    lead: float = 0.0
    lead_length: int = 50
    family: float = 0.0
    family_beginning: int = 4
    family_ending: int = 5


class Word(NamedTuple):
    """A word of a query, and its terms."""

    surface: str
    terms: tuple[str, ...]


class Matches(NamedTuple):
    """A term's documents, ascending, with its frequency in each, and its number."""

    documents: Documents
    frequencies: Scores
    number: int


class Scorer:
    """Scores over one index."""

    def __init__(self, snapshot: Snapshot) -> None:
        [view] = snapshot.views
        self._data, self._snapshot, self._forms = view.data, snapshot, SegmentForms(view.data)
        self._lengths = {name: view.data.lengths(name).astype(np.float64) for name in ("title", "body")}
        self._average = {name: float(lengths.mean()) or 1.0 for name, lengths in self._lengths.items()}
        self.matches = lru_cache(None)(self._matches)
        self._places = lru_cache(4096)(self._places_of)
        self._near = lru_cache(None)(self._near_documents)
        self._family = lru_cache(None)(self._family_of)

    def scores(self, q: str, recipe: Recipe) -> Scores:
        """The score of every document."""
        words = [Word(surface, tuple(self._snapshot.dictionary.terms(surface))) for surface in kept(q, recipe)]
        scores, had = np.zeros(self._snapshot.documents), np.zeros(self._snapshot.documents)
        for word in words:
            here = self._add_word(word, recipe, scores)
            had += here
            scores += recipe.per_word * here
            if recipe.lead:
                self._add_lead(word, recipe, scores)
            if recipe.family:
                self._add_family(word, recipe, scores, here)
        for one, other in pairwise(words) if recipe.near else ():
            self._add_near(one, other, recipe, scores)
        return scores * (had / len(words)) ** recipe.coordination if recipe.coordination else scores

    def _fields(self, recipe: Recipe) -> Iterator[tuple[str, float]]:
        return ((name, weight) for name, weight in (("title", recipe.title), ("body", 1.0)) if weight)

    def _matches(self, name: str, term: str) -> Matches | None:
        number = self._data.term_number(name, term.encode())
        if number < 0:
            return None
        return Matches(self._data.documents(number).astype(np.int64), self._data.weights(number), number)

    def _bm25(self, name: str, documents: Documents, frequencies: Scores, recipe: Recipe) -> Scores:
        longer = self._lengths[name][documents] / self._average[name]
        norm = recipe.k1 * (1 - recipe.b + recipe.b * longer)
        result: Scores = frequencies * (recipe.k1 + 1) / (frequencies + norm)
        return result

    def _add_word(self, word: Word, recipe: Recipe, scores: Scores) -> NDArray[np.bool_]:
        here = np.zeros(len(scores), np.bool_)
        for name, weight in self._fields(recipe):
            for term in word.terms:
                if found := self.matches(name, term):
                    documents, frequencies, _ = found
                    bm25 = weight * self._bm25(name, documents, frequencies, recipe)
                    scores[documents] += self._snapshot.idf(len(documents)) * bm25
                    here[documents] = True
                    if recipe.exact:
                        written = self._written(found, normalize(word.surface))
                        idf = self._snapshot.idf(int(written.sum()))
                        scores[documents[written]] += recipe.exact * idf * bm25[written]
        return here

    def _written(self, found: Matches, form: str) -> NDArray[np.bool_]:
        """Which of the documents have the term in this form; the forms that share a bit are one."""
        forms = self._data.forms_of(found.number)
        if form not in forms:
            return np.zeros(len(found.documents), np.bool_)
        begin, end = self._data.posting_range(found.number)
        bits = self._data["form_bits"][begin:end] >> min(forms.index(form), OTHER_FORMS) & 1
        return bits.astype(np.bool_)

    def _add_lead(self, word: Word, recipe: Recipe, scores: Scores) -> None:
        for term in word.terms:
            if found := self.matches("body", term):
                places = self._places("body", term)
                early = np.unique(places[places % PLACES < recipe.lead_length] // PLACES)
                scores[early] += recipe.lead * self._snapshot.idf(len(found.documents))

    def _add_family(self, word: Word, recipe: Recipe, scores: Scores, here: NDArray[np.bool_]) -> None:
        """Words of the same beginning, in the documents that lack the word."""
        own = int(here.sum())
        for term in self._family(folded_surface(word.surface), recipe.family_beginning, recipe.family_ending):
            for name, weight in self._fields(recipe):
                found = self.matches(name, term) if term not in word.terms else None
                if found:
                    lacking = ~here[found.documents]
                    documents, frequencies = found.documents[lacking], found.frequencies[lacking]
                    idf = self._snapshot.idf(max(len(found.documents), own))
                    bm25 = self._bm25(name, documents, frequencies, recipe)
                    scores[documents] += recipe.family * weight * idf * bm25

    def _family_of(self, folded: str, beginning: int, ending: int) -> tuple[str, ...]:
        if len(folded) < beginning:
            return ()
        forms = self._forms.texts(self._forms.beginning(folded[: max(beginning, len(folded) - ending)]))
        return tuple(sorted({term_of(form) for form in forms if len(form) <= len(folded) + ending}))

    def _add_near(self, one: Word, other: Word, recipe: Recipe, scores: Scores) -> None:
        ordered = ((recipe.near, one.terms, other.terms), (recipe.near_behind, other.terms, one.terms))
        for share, left, right in ((share, left, right) for share, left, right in ordered if share):
            for name, weight in self._fields(recipe):
                for pair in ((first, second) for first in left for second in right if first != second):
                    documents = self._near(name, *pair, recipe.near_slop)
                    scores[documents] += share * weight * self._pair_score(name, pair, documents, recipe)

    def _pair_score(self, name: str, pair: tuple[str, str], documents: Documents, recipe: Recipe) -> Scores | float:
        if recipe.near_by == "pair":
            return self._snapshot.idf(len(documents))
        total = np.zeros(len(documents))
        for term in pair:
            if found := self.matches(name, term):
                frequencies = found.frequencies[np.searchsorted(found.documents, documents)]
                idf = self._snapshot.idf(len(found.documents))
                total += idf * self._bm25(name, documents, frequencies, recipe)
        return total

    def _near_documents(self, name: str, first: str, second: str, slop: int) -> Documents:
        """The documents where the second is 1 to `slop` places after the first."""
        before, behind = self._places(name, first), self._places(name, second)
        nearest = np.searchsorted(behind, before, "right")
        inside = nearest < len(behind)
        found: Documents = before[inside][behind[nearest[inside]] - before[inside] <= slop] // PLACES
        return np.unique(found)

    def _places_of(self, name: str, term: str) -> Documents:
        """Document times PLACES plus position of every occurrence, ascending."""
        found = self.matches(name, term)
        if not found:
            return np.empty(0, np.int64)
        counts, positions = self._data.positions(found.number)
        return np.repeat(found.documents, counts) * PLACES + positions


def kept(q: str, recipe: Recipe) -> Sequence[str]:
    """The words of `q` without function words; all words if nothing else would be left."""
    surfaces = [token.surface for token in tokenize(q)]
    if recipe.dropped == "nothing":
        return surfaces
    dropped = FUNCTION_WORDS if recipe.dropped == "and questions" else FUNCTION_WORDS - QUESTIONS
    return [one for one in surfaces if normalize(one) not in dropped] or surfaces
