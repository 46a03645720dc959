"""The terms and forms of an index: those that a typed word means, that complete it, that match a wildcard or a fuzzy
word, and that may correct it.

A word means all its forms: "porter" the forms of porter, "porte" those of the noun alone (see `index.text.word_table`).
Accents that were typed are meant: "maïs" never means "mais". A form without them that is no word itself belongs to the
accented one: "sécurité" means "securite" too. A word typed without accents means all: "cote" means "côté". Completion
and correction ignore all accents: a word that is not yet complete, or is wrong, may have wrong ones.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from kiosque.index.segment.form_counts import form_articles
from kiosque.index.segment.schema import TEXTS
from kiosque.index.segment.segment_data import SegmentData, lower_bound
from kiosque.index.text.analyzer import (
    LONGEST_TERM,
    fold,
    folded_form,
    folded_surface,
    normalize,
    stems_of,
    term_of,
    terms_of,
)
from kiosque.index.text.word_table import reading_of, word_table
from kiosque.search.deadline import check
from kiosque.search.lexicon.column_names import ColumnNames
from kiosque.search.lexicon.expansion import fuzzy, globbed
from kiosque.search.lexicon.term_info import look_up
from kiosque.search.lexicon.word_kinds import is_function_word
from kiosque.search.weak_cache import weakly_cached

REMEMBERED = 1 << 14
"""Words whose terms are kept until the next commit."""

MORE_OFTEN_ANOTHER = 4
"""A form that is so many times as frequent as all sure forms of a verb is another word: "cause" beside causer."""

SHORTEST_COMPOUND, LONGEST_COMPOUND, SHORTEST_HALF = 7, 25, 3
"""Letters of a word that may be written as two, and of its first half."""

COMPOUND_OF = 100
"""A word in more than one of so many documents is looked for as it is: splitting each word would cost a page."""

VERBS = ("er", "ir", "re")

SHORTEST_OF_FAMILY = 6
"""Letters of a word whose stem tells its family."""

COMPLETIONS = 128
"""Forms of one segment that are candidates for a completion: some share a term, so more than are shown."""

ARTICLES_OF_A_SLIP = 50_000
"""A correction must have one more article for each such number of articles in the corpus: slips recur."""

WILDCARD = re.compile(r"[*?]")

AFTER_ALL = b"\xff"
"""Greater than every byte of UTF-8: prefix + AFTER_ALL sorts after all that begins with the prefix."""

Rows = NDArray[np.int64]
"""Numbers of forms in a segment, in the order of the forms without accents."""


class Expansion(NamedTuple):
    """The forms of a wildcard or fuzzy word by term; `cut` says that there were more than the limit."""

    forms: dict[str, tuple[str, ...]]
    cut: bool


class FuzzyForm(NamedTuple):
    """A form, its edit distance from a typed word (both without accents), and the number of articles with it."""

    form: str
    distance: int
    articles: int


class SegmentForms:
    """The forms of one segment, sorted without accents, then as they are."""

    def __init__(self, data: SegmentData) -> None:
        self.data = data

    @cached_property
    def _folded(self) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
        return np.asarray(self.data["folded_forms"]), np.asarray(self.data["folded_form_bounds"])

    @cached_property
    def _accented(self) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
        return np.asarray(self.data["forms"]), np.asarray(self.data["form_bounds"])

    @cached_property
    def articles(self) -> NDArray[np.uint32]:
        """In how many documents each form occurs: see `form_counts`."""
        return form_articles(self.data)

    def texts(self, rows: Iterable[int]) -> list[str]:
        """Some forms, in lower case with their accents."""
        data, bounds = self._accented
        return [data[bounds[row] : bounds[row + 1]].tobytes().decode() for row in rows]

    def beginning(self, folded: str) -> Rows:
        """The rows of the forms that begin with a text, accents aside."""
        return self._live(_array(self._between(folded.encode(), AFTER_ALL)))

    def folding_to(self, folded: str) -> Rows:
        """The rows of the forms that are this text without their accents."""
        return self._live(_array(self._between(folded.encode(), b"\0")))

    def _between(self, text: bytes, end: bytes) -> range:
        return range(self._first_from(text), self._first_from(text + end))

    def _live(self, rows: Rows) -> Rows:
        """The rows whose forms documents still have: those of deleted articles stay in a segment until it is merged."""
        return rows[self.articles[rows] > 0]

    def matching(self, pattern: str, exact: bool) -> Rows:
        """The rows of the forms that a pattern with `*` and `?` matches; accents aside, unless `exact`."""
        check()
        rows = self._between(fold(WILDCARD.split(pattern, 1)[0]).encode(), AFTER_ALL)
        found = np.empty(len(rows), np.int64)
        text = np.frombuffer(pattern.encode(), np.uint8)
        strings = self._accented if exact else self._folded
        return self._live(found[: globbed(*strings, rows.start, rows.stop, text, found)])

    def fuzzy(self, folded: str, edits: int) -> Rows:
        """The rows of the forms at most `edits` away from a word, accents aside."""
        check()
        found = np.empty(max(len(self._folded[1]) - 1, 0), np.int64)
        return self._live(found[: fuzzy(*self._folded, np.frombuffer(folded.encode(), np.uint8), edits, found)])

    def most_frequent(self, rows: Rows, most: int) -> Rows:
        """The `most` rows with the most articles, in no order; all of them where there are fewer."""
        if len(rows) <= most:
            return rows
        return rows[np.argpartition(self.articles[rows], len(rows) - most)[-most:]]

    def counted(self, rows: Rows) -> list[tuple[str, int]]:
        """Some forms, each with its number of articles."""
        return list(zip(self.texts(rows.tolist()), self.articles[rows].tolist(), strict=True))

    def _first_from(self, text: bytes) -> int:
        data, bounds = self._folded
        return int(lower_bound(data, bounds, np.frombuffer(text, np.uint8), 0, max(len(bounds) - 1, 0)))


class TermDictionary:
    """The terms and forms of the segments of one commit that documents still have. Counts are of documents."""

    def __init__(self, segments: Sequence[SegmentData]) -> None:
        self.documents = sum(data.live_documents for data in segments)
        self._forms = [SegmentForms(data) for data in segments]
        self._names = ColumnNames(segments)
        self.named: Callable[[str, str], frozenset[str]] = self._names.named
        # A cache of each dictionary, not of the class: it must not keep the arrays of an old commit mapped.
        self.terms: Callable[[str], tuple[str, ...]] = weakly_cached(self._terms, REMEMBERED)

    def forms(self, surface: str) -> list[str]:
        """The forms in the texts that a typed surface can mean (see above), sorted."""
        typed = normalize(surface)
        folded = folded_form(typed)
        known = self._folding_to(folded)
        if not typed.isascii() and typed in known:
            return [typed]
        return sorted(form for form in known if _has_accents_of(typed, form))

    def _terms(self, surface: str) -> tuple[str, ...]:
        """The indexed terms that a typed surface can mean, most frequent first; its own alone where it has none."""
        typed, own = normalize(surface), term_of(surface)
        (key,) = word_table().keys_of_forms([typed])
        found = {own} | self._other_spellings(typed, is_word=key is not None)
        if not is_function_word(surface):  # a query has no use for all forms of être
            for word in self._meant(key, surface) if key else ():
                found |= self._inflections(word)
        if key is None and surface.islower():
            found |= _unknown(_other_number(typed))
        counts = dict(zip(found, self.frequencies([*found]), strict=True))
        known = sorted((term for term in found if counts[term]), key=lambda term: (-counts[term], term))
        return tuple(known) or (own,)

    def _meant(self, key: str, surface: str) -> Iterable[str]:
        """The words that a surface means, of a known form. A rare form of a verb is a word of its own with a capital
        ("Limoges"), or where the texts have it more often than the verb ("data" of dater).
        """
        meant, others = reading_of(key)
        if meant or not surface.islower():
            return meant
        own = self.frequencies([key])[0]
        return [word for word in others if own <= self.frequencies([term_of(word)])[0]]

    def _inflections(self, word: str) -> set[str]:
        """The terms of all forms of a word. Not one that is far more often another word: "pendant" of pendre, "Gaza"
        of gazer. "Paris" is one of pari only where the texts have that word.
        """
        keys = word_table().keys_of_word(word)
        counts = dict(zip(keys, self.frequencies(keys), strict=True)) if keys else {}
        sure = {key for key in keys if word in reading_of(key).meant}
        fewest = 1 if word.endswith(VERBS) else 0
        most = MORE_OFTEN_ANOTHER * max(fewest, sum(counts[key] for key in sure))
        return {key for key in keys if counts[key] and (key in sure or counts[key] <= most)}

    def _other_spellings(self, typed: str, is_word: bool) -> set[str]:
        """The terms of forms that differ in accents alone and can be meant."""
        others = [form for form in self._folding_to(folded_form(typed)) if form != typed]
        keys = dict(zip(others, word_table().keys_of_forms(others), strict=True))
        free = typed.isascii()
        return {
            key or form[:LONGEST_TERM] for form, key in keys.items() if free or _may_lose(typed, form, key, is_word)
        }

    def _folding_to(self, folded: str) -> set[str]:
        return {form for forms in self._forms for form in forms.texts(forms.folding_to(folded).tolist())}

    def articles(self, surface: str) -> int:
        """How many documents have a typed word in their body, or their title: its term, or the forms that it means."""
        meant, folded = set(self.forms(surface)), folded_surface(surface)
        counted = (forms.counted(forms.folding_to(folded)) for forms in self._forms)
        of_forms = sum(max((n for form, n in segment if form in meant), default=0) for segment in counted)
        return max(*self.frequencies(self.terms(surface)), of_forms)

    def has_term(self, term: str) -> bool:
        """Whether any text has the term."""
        return self.frequencies([term])[0] > 0

    def frequency(self, name: str, term: str) -> int:
        """In how many documents a text field has the term."""
        return self.frequencies([term], [name])[0]

    def frequencies(self, terms: Sequence[str], names: Sequence[str] = tuple(TEXTS)) -> list[int]:
        """In how many documents one of these text fields has each term: the field that has most counts."""
        found = [look_up(forms.data, [(name, term) for name in names for term in terms]) for forms in self._forms]
        return [max(sum(infos[name, term].frequency for infos in found) for name in names) for term in terms]

    def halves(self, surface: str) -> list[tuple[str, ...]]:
        """The terms of the two words that a rare word may be written as, where the index has both, each in as many
        documents: "weekend" is "week-end" too, "anticorruption" "anti-corruption"; "enfin" is not "en fin".
        """
        if not (SHORTEST_COMPOUND <= len(surface) <= LONGEST_COMPOUND and surface.isalpha()):
            return []
        whole = self.frequencies([term_of(surface)])[0]
        if whole * COMPOUND_OF > self.documents and whole > 1:
            return []
        typed = normalize(surface)
        pairs = [(typed[:cut], typed[cut:]) for cut in range(SHORTEST_HALF, len(typed) - 1)]
        telling = [pair for pair in pairs if not any(map(is_function_word, pair))]
        terms = terms_of([half for pair in telling for half in pair])
        counts = dict(zip(terms, self.frequencies(terms), strict=True))
        ways = zip(terms[::2], terms[1::2], strict=True)
        return [way for way in ways if min(counts[half] for half in way) >= max(1, whole)]

    def wildcard(self, pattern: str, limit: int, exact: bool = False) -> Expansion:
        """The forms that a pattern with `*` and `?` matches, the most frequent `limit` of them.

        Accents are free where the pattern has none and `exact` is not set.
        """
        exact = exact or not pattern.isascii()
        return self._expansion([forms.matching(pattern, exact) for forms in self._forms], limit)

    def fuzzy(self, surface: str, edits: int, limit: int) -> Expansion:
        """The forms at most `edits` away from a word, the most frequent `limit` of them.

        An accent is a letter where the word has any: from "élisée", "élysée" is one edit away and "elysée" two.
        """
        typed = normalize(surface)
        found = [forms.fuzzy(folded_form(typed), edits) for forms in self._forms]
        if not typed.isascii():
            found = [_within(forms, rows, typed, edits) for forms, rows in zip(self._forms, found, strict=True)]
        return self._expansion(found, limit)

    def _expansion(self, found: Sequence[Rows], limit: int) -> Expansion:
        segments = list(zip(self._forms, found, strict=True))
        if sum(map(len, found)) <= limit:
            return Expansion(by_term({form for forms, rows in segments for form in forms.texts(rows)}), cut=False)
        counts = _summed(forms.counted(forms.most_frequent(rows, limit)) for forms, rows in segments)
        best = sorted(counts, key=lambda form: (-counts[form], form))[:limit]
        return Expansion(by_term(best), len(best) < len(counts) or any(len(rows) > limit for rows in found))

    def completions(self, prefix: str) -> Iterator[tuple[str, int]]:
        """The forms that begin with `prefix`, accents free, with their articles, most frequent first; one a term."""
        folded = folded_surface(prefix)
        rows = ((forms, forms.beginning(folded)) for forms in self._forms)
        totals = _summed(forms.counted(forms.most_frequent(found, COMPLETIONS)) for forms, found in rows)
        shown: set[str] = set()
        for form, count in sorted(totals.items(), key=lambda item: (-item[1], item[0])):
            term = term_of(form)
            if term not in shown:
                shown.add(term)
                yield form, count

    def family(self, surface: str) -> str | None:
        """The commonest form of the family of a French word: "manifestation" of "manifestants". None of a short word or
        a name, whose stem says little ("Mali", "mal"), or where the index has none.
        """
        typed = normalize(surface)
        if len(typed) < SHORTEST_OF_FAMILY or not surface.islower() or word_table().keys_of_forms([typed]) == [None]:
            return None
        (stem,) = stems_of([typed])
        rows = ((forms, forms.beginning(stem)) for forms in self._forms)
        totals = _summed(forms.counted(forms.most_frequent(found, COMPLETIONS)) for forms, found in rows)
        known = [form for form, key in zip(totals, word_table().keys_of_forms([*totals]), strict=True) if key]
        family = [form for form, own in zip(known, stems_of(known), strict=True) if own == stem]
        return min(family, key=lambda form: (-totals[form], form), default=None)

    def corrections(self, surface: str, distance: int) -> list[FuzzyForm]:
        """The forms at most `distance` edits away (inserted, left out, changed, swapped), accents free."""
        folded, fewest = folded_surface(surface), 1 + self.documents // ARTICLES_OF_A_SLIP
        found = ((forms, forms.fuzzy(folded, distance)) for forms in self._forms)
        share = -(-fewest // max(len(self._forms), 1))
        totals = _summed(forms.counted(rows[forms.articles[rows] >= share]) for forms, rows in found)
        return [
            FuzzyForm(form, int(OSA.distance(folded, folded_form(form))), count)
            for form, count in totals.items()
            if count >= fewest
        ]


def _array(rows: range) -> Rows:
    return np.arange(rows.start, rows.stop, dtype=np.int64)


def _other_number(form: str) -> str:
    """The singular or plural of a word that no lexicon has: "juppéiste"."""
    return form.removesuffix("s") if form.endswith("s") else form + "s"


def _unknown(form: str) -> set[str]:
    return {form[:LONGEST_TERM]} if word_table().keys_of_forms([form]) == [None] else set()


def _may_lose(typed: str, form: str, key: str | None, is_word: bool) -> bool:
    """Whether a form is a typed word with accents lost, or the typed word lost some of the form's."""
    return (key is None and _has_accents_of(form, typed)) or (not is_word and _has_accents_of(typed, form))


def _has_accents_of(typed: str, form: str) -> bool:
    """Whether a form has every accent that was typed."""
    return typed.isascii() or (
        len(typed) == len(form) and all(a == b or a.isascii() for a, b in zip(typed, form, strict=True))
    )


def _within(forms: SegmentForms, rows: Rows, typed: str, edits: int) -> Rows:
    """The rows whose form, with its accents, is at most `edits` away from a word."""
    close = [OSA.distance(text, typed, score_cutoff=edits) <= edits for text in forms.texts(rows.tolist())]
    return rows[np.array(close, np.bool_)]


def _summed(counted: Iterable[list[tuple[str, int]]]) -> Counter[str]:
    totals: Counter[str] = Counter()
    for form, articles in chain.from_iterable(counted):
        totals[form] += articles
    return totals


def by_term(forms: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The forms by their term, both sorted."""
    ordered, found = sorted(forms), defaultdict[str, list[str]](list)
    for form, term in zip(ordered, terms_of(ordered), strict=True):
        found[term].append(form)
    return {term: tuple(found[term]) for term in sorted(found)}
