"""A word or phrase of a query -> leaves of the tree, by the terms and forms of an index. Caches its answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, islice, product
from typing import NamedTuple, Protocol

from whoosh.query import NullQuery, Or, Phrase, Query, Term

from kiosque.index.segment.schema import TEXTS
from kiosque.index.text.analyzer import normalize, term_of, tokenize
from kiosque.index.text.word_table import word_table
from kiosque.search.leaves.exact_form_boost import ExactFormBoost
from kiosque.search.leaves.exact_forms import ExactForms
from kiosque.search.leaves.exact_phrase import ExactPhrase
from kiosque.search.leaves.one_word import OneWord
from kiosque.search.leaves.surfaces import exact_form, is_cased
from kiosque.search.lexicon.synonyms import WEIGHT, Key, Synonyms, key_of_surfaces
from kiosque.search.lexicon.term_dictionary import Expansion, by_term
from kiosque.search.lexicon.word_kinds import is_function_word, joined, parts
from kiosque.search.ranking import RANKING, Ranking
from kiosque.search.settings import Settings
from kiosque.search.weak_cache import weakly_cached

REMEMBERED = 1 << 14
"""Words and phrases whose leaves are cached."""

FUZZY = re.compile(r"(?<=\w)~([0-9]?)$")
WILDCARD = re.compile(r"(?<=\w)\*+|\*+(?=\w)|(?<=\w)\?(?=[\w*])|\?(?=\*)")
"""Not punctuation: "Qui ?", "Vraiment?", "5 * 3"."""

HYPHENS = "-\u2010\u2011"
"""Hyphens between two halves of a word that may also be written as one: "week-end"."""

STAND_INS = {"*": "\U00010900", "?": "\U00010901"}
"""Letters of a script without case that replace the wildcards while a word is cut into tokens."""

SIGNS = {ord(letter): sign for sign, letter in STAND_INS.items()}

NO_FORMS: Mapping[str, str] = {}

Way = tuple[str, ...]
"""Terms in a row."""


class Dictionary(Protocol):
    """What words need of an index: see `search.lexicon.term_dictionary.TermDictionary`, which is one."""

    def terms(self, surface: str) -> Sequence[str]:
        """The indexed terms that a typed surface can mean; its own term alone where the index has none."""

    def forms(self, surface: str) -> Sequence[str]:
        """The forms in the texts that a typed surface can mean."""

    def named(self, column: str, name: str) -> frozenset[str]:
        """The values of a column that a typed name can mean."""

    def has_term(self, term: str) -> bool:
        """Whether any text has the term."""

    def frequency(self, name: str, term: str) -> int:
        """In how many documents a text field has the term."""

    def halves(self, surface: str) -> list[tuple[str, ...]]:
        """The terms of the two words that a rare word may be written as."""

    def wildcard(self, pattern: str, limit: int, exact: bool = False) -> Expansion:
        """The forms that a pattern matches."""

    def fuzzy(self, surface: str, edits: int, limit: int) -> Expansion:
        """The forms a few edits away from a word."""


class WordQuery(NamedTuple):
    """The tree of a word or phrase; None without any token. `notes` are kinds and messages.

    key: its words as the table of synonyms has them; surfaces: its tokens. Both are empty where it was not typed
    plainly, but as a phrase, or with signs.
    """

    query: Query | None
    notes: tuple[tuple[str, str], ...] = ()
    key: Key = ()
    is_function_word: bool = False
    surfaces: tuple[str, ...] = ()


class Words:
    """Makes the leaves of words and phrases, with the terms and forms of one index."""

    def __init__(
        self,
        dictionary: Dictionary,
        settings: Settings | None = None,
        synonyms: Synonyms | None = None,
        ranking: Ranking = RANKING,
    ) -> None:
        self.dictionary, self.settings = dictionary, settings or Settings()
        self.synonyms = synonyms or Synonyms()
        self._ranking = ranking
        self.word: Callable[[str, str | None, bool], WordQuery] = weakly_cached(self._word, REMEMBERED)
        self.phrase: Callable[[str, str | None, bool, int], WordQuery] = weakly_cached(self._phrase, REMEMBERED)
        self.as_one: Callable[[tuple[str, ...], str | None], Query | None] = weakly_cached(self._as_one, REMEMBERED)
        self.same: Callable[[Key, str | None], tuple[tuple[str, Query], ...]] = weakly_cached(self._same, REMEMBERED)

    def _word(self, text: str, name: str | None, exact: bool) -> WordQuery:
        """A word in one text field, or all; several tokens in a row ("Saint-Denis") are a phrase."""
        if WILDCARD.search(text):
            return self._wildcard(text, name, exact)
        fuzzy = FUZZY.search(text)
        if fuzzy:
            return self._fuzzy(text[: fuzzy.start()], fuzzy[1], name)
        tokens = list(tokenize(text))
        surfaces = tuple(token.surface for token in tokens)
        if exact:
            return self._exactly(surfaces, name)
        lone = len(tokens) == 1 and tokens[0].start == 0 and is_function_word(surfaces[0])
        hyphen = len(surfaces) == 2 and text[tokens[0].end : tokens[1].start] in HYPHENS
        return WordQuery(self._plain(surfaces, name, whole=hyphen), (), key_of_surfaces(surfaces), lone, surfaces)

    def _phrase(self, text: str, name: str | None, exact: bool, between: int) -> WordQuery:
        """A phrase: its words in a row, with at most `between` others between two of them."""
        surfaces = tuple(token.surface for token in tokenize(text))
        return self._exactly(surfaces, name) if exact else WordQuery(self._plain(surfaces, name, between + 1))

    def _plain(self, surfaces: Sequence[str], name: str | None, slop: int = 1, whole: bool = False) -> Query | None:
        """Surfaces in a row; with `whole`, or where they are letters and digits, also written as one."""
        ways = self._ways([self._alternatives(surface) for surface in surfaces])
        one = "".join(surfaces) if whole else joined(surfaces)
        if one and self.dictionary.has_term(term_of(one)):
            ways.append((term_of(one),))
        forms = self._forms(surfaces[0]) if len(surfaces) == 1 and self._ranking.exact else {}
        return self._in_fields(ways, name, slop, forms=forms)

    def _forms(self, surface: str) -> dict[str, str]:
        """The form as typed, by its term; where accents are free, also the forms of the other terms it may mean."""
        return {term_of(form): form for form in (normalize(surface), *self.dictionary.forms(surface))}

    def _ways(self, alternatives: Sequence[Sequence[Way]]) -> list[Way]:
        """The rows of terms that a phrase can mean, as many as the settings allow."""
        if not alternatives:
            return []
        ways = islice(product(*alternatives), self.settings.most_ways)
        return [tuple(chain.from_iterable(way)) for way in ways]

    def _alternatives(self, surface: str) -> list[Way]:
        """The terms of a surface; also two in a row, where the index has both: of "covid19", of "weekend"."""
        found: list[Way] = [(term,) for term in self.dictionary.terms(surface)]
        apart = tuple(map(term_of, parts(surface)))
        if len(apart) > 1 and all(map(self.dictionary.has_term, apart)):
            found.append(apart)
        return found + self.dictionary.halves(surface)

    def _as_one(self, surfaces: tuple[str, ...], name: str | None) -> Query | None:
        """Some words written as one ("Covid", "19"), where the index has that term."""
        whole = joined(surfaces) or self._with_apostrophe(surfaces)
        known = [(term,) for term in self.dictionary.terms(whole) if self.dictionary.has_term(term)] if whole else []
        return self._in_fields(known, name)

    def _with_apostrophe(self, surfaces: tuple[str, ...]) -> str | None:
        """Two words as one, where the first is none by itself: "aujourd hui", "prud hommes"."""
        first = surfaces[0]
        is_word = word_table().keys_of_forms([normalize(first)]) != [None] or self.dictionary.has_term(term_of(first))
        return "".join(surfaces) if first.isalpha() and not is_word else None

    def _exactly(self, surfaces: Sequence[str], name: str | None) -> WordQuery:
        forms = tuple(map(exact_form, surfaces))
        terms = tuple(map(term_of, surfaces))
        if not forms:
            return WordQuery(None)
        too_many = min(map(self._documents, terms)) > self.settings.most_verified
        if len(forms) > 1 and too_many:
            return WordQuery(self._plain(surfaces, name), (("capitals", NOT_READ_AGAIN.format(" ".join(surfaces))),))
        if len(forms) > 1:
            rows = (ExactPhrase(field, terms, forms, boost=self._ranking.weight(field)) for field in _fields(name))
            return WordQuery(any_of(rows))
        if is_cased(forms[0]) and too_many:
            any_case, note = {terms[0]: (normalize(forms[0]),)}, ("capitals", TOO_FREQUENT.format(surfaces[0]))
            return WordQuery(self._in_forms(any_case, name), (note,))
        return WordQuery(self._in_forms({terms[0]: forms}, name))

    def _documents(self, term: str) -> int:
        return max(self.dictionary.frequency(name, term) for name in TEXTS)

    def _wildcard(self, text: str, name: str | None, exact: bool) -> WordQuery:
        """A word with wildcards: the forms that it matches. Of several tokens, each has its own terms."""
        marked = WILDCARD.sub(lambda match: match[0].translate(_STAND_INS), text)
        patterns = (token.surface.translate(SIGNS) for token in tokenize(marked))
        return self._expanded(text, [self._matching(pattern, exact) for pattern in patterns], name)

    def _matching(self, pattern: str, exact: bool) -> Expansion:
        if not set(pattern) & set(STAND_INS):
            return self._every_form(pattern)
        return self.dictionary.wildcard(normalize(pattern), self.settings.most_expansions, exact)

    def _fuzzy(self, text: str, typed: str, name: str | None) -> WordQuery:
        """A fuzzy word: the forms a few edits away. Of several tokens, the last is the fuzzy one."""
        surfaces = [token.surface for token in tokenize(text)]
        most, edits = self.settings.most_edits, int(typed or 1)
        if not surfaces:
            return WordQuery(None)
        fuzzy = self.dictionary.fuzzy(surfaces[-1], min(edits, most), self.settings.most_expansions)
        asked = self._expanded(text, [*map(self._every_form, surfaces[:-1]), fuzzy], name)
        if len(surfaces) == 1 and asked.query is not None:
            own = by_term(self.dictionary.forms(surfaces[-1]))  # what was typed comes first, and is never cut off
            asked = asked._replace(query=any_of([asked.query, self._in_forms(own, name) if own else None]))
        if edits > most:
            return asked._replace(notes=(("edits", TOO_FAR.format(edits, most)), *asked.notes))
        return asked

    def _expanded(self, text: str, found: Sequence[Expansion], name: str | None) -> WordQuery:
        cut = any(each.cut for each in found)
        notes = (("expansions", TOO_MANY.format(text, self.settings.most_expansions)),) if cut else ()
        if len(found) == 1 and any(found[0].forms.values()):
            return WordQuery(self._in_forms(found[0].forms, name), notes)
        ways = self._ways([[(term,) for term in each.forms] for each in found])
        return WordQuery(self._in_fields(ways, name) or NullQuery, notes)

    def _every_form(self, surface: str) -> Expansion:
        """A word beside a wildcard or a fuzzy one: its terms, in any form."""
        return Expansion(dict.fromkeys(self.dictionary.terms(surface), ()), cut=False)

    def _same(self, key: Key, name: str | None) -> tuple[tuple[str, Query], ...]:
        """The synonyms of a name that the index has, each with its tree, at less weight."""
        found = []
        for synonym in self.synonyms.of(key) if self.settings.synonyms else ():
            ways = self._ways([self._alternatives(token.surface) for token in tokenize(synonym)])
            known = [way for way in ways if all(map(self.dictionary.has_term, way))]
            query = self._in_fields(known, name, weight=WEIGHT)
            found += [(synonym, query)] if query is not None else []
        return tuple(found)

    def _in_fields(
        self,
        ways: Iterable[Way],
        name: str | None,
        slop: int = 1,
        weight: float = 1.0,
        forms: Mapping[str, str] = NO_FORMS,
    ) -> Query | None:
        """Any of some rows of terms, in one text field or all."""
        found = list(ways)
        single = [way[0] for way in found if len(way) == 1]
        if len(single) < 2:
            return any_of(self._row(field, way, slop, weight, forms) for way in found for field in _fields(name))
        rows = (self._row(field, way, slop, weight, forms) for way in found if len(way) > 1 for field in _fields(name))
        words = (self._one_word(field, single, weight, forms) for field in _fields(name))
        return any_of([*words, *rows])

    def _one_word(self, name: str, terms: Sequence[str], weight: float, forms: Mapping[str, str]) -> Query:
        """Terms that are one word, which scores more in the form that was typed."""
        boost = self._ranking.weight(name) * weight
        typed = [ExactFormBoost(name, term, forms[term], self._ranking.exact, boost) for term in terms if term in forms]
        return OneWord(name, terms, boost, typed[0] if typed else None)

    def _row(self, name: str, way: Way, slop: int, weight: float, forms: Mapping[str, str]) -> Query:
        """Terms in a row; one alone scores more in the form that was typed."""
        boost = self._ranking.weight(name) * weight
        if len(way) > 1:
            return Phrase(name, list(way), slop=slop, boost=boost)
        if way[0] in forms:
            return ExactFormBoost(name, way[0], forms[way[0]], self._ranking.exact, boost)
        return Term(name, way[0], boost=boost)

    def _in_forms(self, words: Mapping[str, tuple[str, ...]], name: str | None) -> Query:
        leaves = (ExactForms(field, words, boost=self._ranking.weight(field)) for field in _fields(name) if words)
        return any_of(leaves) or NullQuery


TOO_FREQUENT = "« {} » est trop fréquent pour que ses majuscules soient vérifiées : elles sont ignorées."
NOT_READ_AGAIN = "« {} » est trop fréquent pour que sa graphie soit vérifiée : la phrase est cherchée sous toutes."
TOO_FAR = "« ~{} » va trop loin : « ~{} » est la plus grande distance."
TOO_MANY = "« {} » a trop de formes : les {} plus fréquentes sont cherchées."

_STAND_INS = str.maketrans(STAND_INS)


def _fields(name: str | None) -> Iterable[str]:
    return (name,) if name else TEXTS


def any_of(queries: Iterable[Query | None]) -> Query | None:
    """Any of the queries; None where there is none."""
    found = [query for query in queries if query is not None]
    return found[0] if len(found) == 1 else Or(found) if found else None
