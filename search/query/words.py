"""What one word or phrase of a query asks of an index: a leaf of the tree, or a few of them. Remembers its answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, islice, product
from typing import NamedTuple, Protocol

from whoosh.query import NullQuery, Or, Phrase, Query, Term

from kiosque.index.segment.schema import TEXTS
from kiosque.index.text.analyzer import normalize, term_of, tokenize
from kiosque.search.leaves.exact_form_boost import ExactFormBoost
from kiosque.search.leaves.exact_forms import ExactForms
from kiosque.search.leaves.exact_phrase import ExactPhrase
from kiosque.search.leaves.surfaces import is_cased, typed_form
from kiosque.search.lexicon.compounds import glued, parts
from kiosque.search.lexicon.function_words import FUNCTION_WORDS
from kiosque.search.lexicon.synonyms import WEIGHT, Key, Synonyms, key_of_surfaces
from kiosque.search.lexicon.term_dictionary import Expansion
from kiosque.search.ranking import RANKING, Ranking
from kiosque.search.settings import Settings
from kiosque.search.weak_cache import weakly_cached

REMEMBERED = 1 << 14
"""Words and phrases whose leaves are kept."""

FUZZY = re.compile(r"(?<=\w)~([0-9]?)$")
WILDCARD = re.compile(r"(?<=\w)\*+|\*+(?=\w)|(?<=\w)\?(?=[\w*])|\?(?=\*)")
"""Not a mark of punctuation: "Qui ?", "Vraiment?", "5 * 3"."""

HYPHENS = "-\u2010\u2011"
"""What joins the two halves of a word that may be written as one: "week-end"."""

STAND_INS = {"*": "\U00010900", "?": "\U00010901"}
"""Letters of a script without case, which take the place of wildcards while a word is cut into tokens."""

SIGNS = {ord(letter): sign for sign, letter in STAND_INS.items()}

NO_FORMS: Mapping[str, str] = {}

Way = tuple[str, ...]
"""Terms that stand in a row."""


class Lexicon(Protocol):
    """What must be known of an index: see `search.lexicon.term_dictionary.TermDictionary`, which is one."""

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

    def wildcard(self, pattern: str, limit: int, exact: bool = False) -> Expansion:
        """The forms that a pattern matches."""

    def fuzzy(self, surface: str, edits: int, limit: int) -> Expansion:
        """The forms a few edits away from a word."""


class Asked(NamedTuple):
    """What a word or phrase asks. `query` is None where it holds no word; `notes` are kinds and messages.

    key: its words as synonyms are looked up by; empty where it was not typed plainly.
    """

    query: Query | None
    notes: tuple[tuple[str, str], ...] = ()
    key: Key = ()
    is_function_word: bool = False
    pieces: tuple[str, ...] = ()
    """Its surfaces, where it was typed plainly."""


class Words:
    """Words over one lexicon."""

    def __init__(
        self,
        lexicon: Lexicon,
        settings: Settings | None = None,
        synonyms: Synonyms | None = None,
        ranking: Ranking = RANKING,
    ) -> None:
        self.lexicon, self.settings = lexicon, settings or Settings()
        self.synonyms = synonyms or Synonyms()
        self._ranking = ranking
        self.word: Callable[[str, str | None, bool], Asked] = weakly_cached(self._word, REMEMBERED)
        self.phrase: Callable[[str, str | None, bool, int], Asked] = weakly_cached(self._phrase, REMEMBERED)
        self.glued: Callable[[tuple[str, ...], str | None], Query | None] = weakly_cached(self._glued, REMEMBERED)
        self.same: Callable[[Key, str | None], tuple[tuple[str, Query], ...]] = weakly_cached(self._same, REMEMBERED)

    def _word(self, text: str, name: str | None, exact: bool) -> Asked:
        """What a word asks of one text field, or of all; several tokens in a row ("Saint-Denis") are a phrase."""
        if WILDCARD.search(text):
            return self._like(text, name, exact)
        fuzzy = FUZZY.search(text)
        if fuzzy:
            return self._near(text[: fuzzy.start()], fuzzy[1], name)
        tokens = list(tokenize(text))
        surfaces = tuple(token.surface for token in tokens)
        if exact:
            return self._exactly(surfaces, name)
        lone = len(tokens) == 1 and tokens[0].start == 0 and normalize(surfaces[0]) in FUNCTION_WORDS
        hyphen = len(surfaces) == 2 and text[tokens[0].end : tokens[1].start] in HYPHENS
        return Asked(self._plain(surfaces, name, whole=hyphen), (), key_of_surfaces(surfaces), lone, surfaces)

    def _phrase(self, text: str, name: str | None, exact: bool, between: int) -> Asked:
        """What a phrase asks: its words in a row, with at most `between` others between two of them."""
        surfaces = tuple(token.surface for token in tokenize(text))
        return self._exactly(surfaces, name) if exact else Asked(self._plain(surfaces, name, between + 1))

    def _plain(self, surfaces: Sequence[str], name: str | None, slop: int = 1, whole: bool = False) -> Query | None:
        """Some surfaces in a row; with `whole`, or where they are letters and digits, also written as one."""
        ways = self._ways([self._alternatives(surface) for surface in surfaces])
        one = "".join(surfaces) if whole else glued(surfaces)
        if one and self.lexicon.has_term(term_of(one)):
            ways.append((term_of(one),))
        forms = self._forms(surfaces[0]) if len(surfaces) == 1 and self._ranking.exact else {}
        return any_of(self._row(field, way, slop, forms=forms) for way in ways for field in _fields(name))

    def _forms(self, surface: str) -> dict[str, str]:
        """The form as typed, by its term; where accents are free, also the forms of the other terms it may mean."""
        return {term_of(form): form for form in (*self.lexicon.forms(surface), normalize(surface))}

    def _ways(self, alternatives: Sequence[Sequence[Way]]) -> list[Way]:
        """The terms in a row that a phrase can mean, as many as the settings allow."""
        if not alternatives:
            return []
        ways = islice(product(*alternatives), self.settings.most_ways)
        return [tuple(chain.from_iterable(way)) for way in ways]

    def _alternatives(self, surface: str) -> list[Way]:
        """The terms of a surface; "covid19" can also stand in two words, where the index has both."""
        found: list[Way] = [(term,) for term in self.lexicon.terms(surface)]
        pieces = tuple(map(term_of, parts(surface)))
        return [*found, pieces] if len(pieces) > 1 and all(map(self.lexicon.has_term, pieces)) else found

    def _glued(self, surfaces: tuple[str, ...], name: str | None) -> Query | None:
        """The word that some words make when they are written as one ("Covid", "19"), where the index has it."""
        whole = glued(surfaces)
        if not whole or not self.lexicon.has_term(term_of(whole)):
            return None
        return any_of(self._row(field, (term_of(whole),), 1) for field in _fields(name))

    def _exactly(self, surfaces: Sequence[str], name: str | None) -> Asked:
        forms = tuple(map(typed_form, surfaces))
        terms = tuple(map(term_of, surfaces))
        if not forms:
            return Asked(None)
        too_many = min(map(self._documents, terms)) > self.settings.most_verified
        if len(forms) > 1 and too_many:
            return Asked(self._plain(surfaces, name), (("capitals", NOT_READ_AGAIN.format(" ".join(surfaces))),))
        if len(forms) > 1:
            rows = (ExactPhrase(field, terms, forms, boost=self._ranking.weight(field)) for field in _fields(name))
            return Asked(any_of(rows))
        if is_cased(forms[0]) and too_many:
            return Asked(
                self._written({terms[0]: (normalize(forms[0]),)}, name),
                (("capitals", TOO_FREQUENT.format(surfaces[0])),),
            )
        return Asked(self._written({terms[0]: forms}, name))

    def _documents(self, term: str) -> int:
        return max(self.lexicon.frequency(name, term) for name in TEXTS)

    def _like(self, text: str, name: str | None, exact: bool) -> Asked:
        """A word with wildcards: the forms that it matches. In a word of several tokens, each has its terms."""
        marked = WILDCARD.sub(lambda match: match[0].translate(_STAND_INS), text)
        patterns = [token.surface.translate(SIGNS) for token in tokenize(marked)]
        limit = self.settings.most_expansions
        found = [
            self.lexicon.wildcard(normalize(each), limit, exact)
            if set(each) & set(STAND_INS)
            else self._every_form(each)
            for each in patterns
        ]
        return self._expanded(text, found, name)

    def _near(self, text: str, typed: str, name: str | None) -> Asked:
        """A fuzzy word: the forms that few edits make of it. Of several tokens, the last is the fuzzy one."""
        surfaces = [token.surface for token in tokenize(text)]
        most, edits = self.settings.most_edits, int(typed or 1)
        if not surfaces:
            return Asked(None)
        fuzzy = self.lexicon.fuzzy(surfaces[-1], min(edits, most), self.settings.most_expansions)
        asked = self._expanded(text, [*map(self._every_form, surfaces[:-1]), fuzzy], name)
        if len(surfaces) == 1 and asked.query is not None:
            asked = asked._replace(query=any_of([asked.query, self._plain(surfaces, name)]))
        if edits > most:
            return asked._replace(notes=(("edits", TOO_FAR.format(edits, most)), *asked.notes))
        return asked

    def _expanded(self, text: str, found: Sequence[Expansion], name: str | None) -> Asked:
        cut = any(each.cut for each in found)
        notes = (("expansions", TOO_MANY.format(text, self.settings.most_expansions)),) if cut else ()
        if len(found) == 1 and any(found[0].forms.values()):
            return Asked(self._written(found[0].forms, name), notes)
        ways = self._ways([[(term,) for term in each.forms] for each in found])
        return Asked(any_of(self._row(field, way, 1) for way in ways for field in _fields(name)) or NullQuery, notes)

    def _matching(self, pattern: str, exact: bool) -> Expansion:
        if not set(pattern) & set(STAND_INS):
            return self._every_form(pattern)
        return self.lexicon.wildcard(normalize(pattern), self.settings.most_expansions, exact)

    def _every_form(self, surface: str) -> Expansion:
        """A word beside a wildcard or a fuzzy one: its terms, in any form."""
        return Expansion(dict.fromkeys(self.lexicon.terms(surface), ()), cut=False)

    def _same(self, key: Key, name: str | None) -> tuple[tuple[str, Query], ...]:
        """The synonyms of a name that the index has, each with what it asks, at less weight."""
        found = []
        for synonym in self.synonyms.of(key) if self.settings.synonyms else ():
            ways = self._ways([self._alternatives(token.surface) for token in tokenize(synonym)])
            known = [way for way in ways if all(map(self.lexicon.has_term, way))]
            query = any_of(self._row(field, way, 1, WEIGHT) for way in known for field in _fields(name))
            found += [(synonym, query)] if query is not None else []
        return tuple(found)

    def _row(self, name: str, way: Way, slop: int, weight: float = 1.0, forms: Mapping[str, str] = NO_FORMS) -> Query:
        """The documents that have some terms in a row; one alone counts more where it is written as its form."""
        boost = self._ranking.weight(name) * weight
        if len(way) > 1:
            return Phrase(name, list(way), slop=slop, boost=boost)
        if way[0] in forms:
            return ExactFormBoost(name, way[0], forms[way[0]], self._ranking.exact, boost)
        return Term(name, way[0], boost=boost)

    def _written(self, words: dict[str, tuple[str, ...]], name: str | None) -> Query:
        return (
            any_of(ExactForms(field, words, boost=self._ranking.weight(field)) for field in _fields(name) if words)
            or NullQuery
        )


TOO_FREQUENT = "«\u00a0{}\u00a0» est trop fréquent pour que ses majuscules soient vérifiées\u00a0: elles sont ignorées."
NOT_READ_AGAIN = (
    "«\u00a0{}\u00a0» est trop fréquent pour que sa graphie soit vérifiée\u00a0: la phrase est cherchée sous toutes."
)
TOO_FAR = "«\u00a0~{}\u00a0» va trop loin\u00a0: «\u00a0~{}\u00a0» est la plus grande distance."
TOO_MANY = "«\u00a0{}\u00a0» a trop de formes\u00a0: les {} plus fréquentes sont cherchées."

_STAND_INS = str.maketrans(STAND_INS)


def _fields(name: str | None) -> Iterable[str]:
    return (name,) if name else TEXTS


def any_of(queries: Iterable[Query | None]) -> Query | None:
    """What one of the queries asks; None where there is none."""
    found = [query for query in queries if query is not None]
    return found[0] if len(found) == 1 else Or(found) if found else None
