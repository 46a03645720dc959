"""Makes the table of French words (see `word_table`) from two lexicons: `python -m index.text.make_words`.

spacy-lookups-data 1.0.5 (MIT) has nouns, adjectives and verbs apart, with their irregular forms; simplemma 2.0.0 (MIT)
has one word for each of 250,000 forms. Neither alone is enough: the first lacks the present of regular verbs and the
words of the last years, the second takes "refusés" for a word of its own. Only who makes the table needs the packages
(`pip install spacy-lookups-data==1.0.5 simplemma==2.0.0`); the table ships with Kiosque.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from unidecode import unidecode

from kiosque.index.text.inflection import agents, conjugation, feminines, plurals, short_conjugation
from kiosque.index.text.word_table import FOLDER, Reading, write_table

LETTERS = re.compile(r"[^\W\d_]+")
AUXILIARIES = {"être", "avoir"}
IRREGULAR_BEGINNINGS = {("yeux", "oeil"), ("yeux", "œil"), ("aïeux", "aïeul"), ("cieux", "ciel"), ("oeil", "œil")}
GRAMMAR = ("adp", "cconj", "sconj")
"""The parts of speech, in spacy-lookups-data, of words that are nothing else: "mais" is no plural of mai."""

FUNCTION_WORDS = ("det", "pron")
"""Those of words that may be something else; "du" is no form of "dû" without its accent."""

ADJECTIVAL = re.compile(r"(ale|elle|enne|aise|oise|ive|euse|aine|ante|ente|ane|ière)s?$")
"""Endings of feminine adjectives, which lexicons list as nouns too ("familiale")."""

Words = defaultdict[str, set[str]]
"""By form, the words that it may be a form of."""


SHORT_PLURAL = 5
"""Letters of a plural that, without its accents, is more often a name: "Denis" is no form of "dénis"."""


class Lexicon(NamedTuple):
    """What the packages and the rules say of forms.

    participles: the verbs of a participle; adjectival: those of one that a package lists as an adjective; rare: those
    of a rare form; feminines: the adjectives of which a form is a regular feminine; grammar: words that are
    nothing else; function: function words and adverbs; listed: nouns of the first package;
    simple: simplemma's word of each form.
    """

    nouns: Words
    adjectives: Words
    verbs: Words
    participles: Words
    adjectival: Words
    rare: Words
    feminines: Words
    grammar: set[str]
    function: set[str]
    listed: set[str]
    simple: Mapping[str, str]


def is_inflection(form: str, word: str) -> bool:
    """Whether a form begins as its word: packages also list abbreviations ("km", "Mme", "labo")."""
    if word != word.lower() or len(word) > len(form) + 4:
        return form == word
    alike = 0
    for one, other in zip(unidecode(form), unidecode(word), strict=False):
        if one != other:
            break
        alike += 1
    if form.endswith("aux") and word.endswith("ail"):
        return form[0] == word[0]
    return alike >= min(3, len(word) - 1, len(form)) or (form, word) in IRREGULAR_BEGINNINGS


def read_packages() -> tuple[dict[str, Any], Mapping[str, str]]:
    """The tables of spacy-lookups-data, and simplemma's."""
    from simplemma.strategies.dictionaries.dictionary_factory import (  # type: ignore[import-not-found,unused-ignore]
        DefaultDictionaryFactory,
    )

    package = find_spec("spacy_lookups_data")
    assert package and package.origin, "pip install spacy-lookups-data==1.0.5 simplemma==2.0.0"
    folder = Path(package.origin).parent / "data"
    tables = {
        name: json.loads(gzip.decompress((folder / f"fr_lemma_{name}.json.gz").read_bytes()))
        for name in ("exc", "index")
    }
    return tables, DefaultDictionaryFactory().get_dictionary("fr")


def lexicon(tables: dict[str, Any], simple: Mapping[str, str]) -> Lexicon:
    """What both say, completed by the rules of inflection."""
    listed = {pos: set(filter(LETTERS.fullmatch, tables["index"][pos])) for pos in ("noun", "adj", "verb", "adv")}
    nouns, adjectives, verbs, participles, adjectival, rare, feminine = (Words(set) for _ in range(7))
    found = Lexicon(
        nouns, adjectives, verbs, participles, adjectival, rare, feminine,
        {form for pos in GRAMMAR for form in tables["exc"][pos] if LETTERS.fullmatch(form)},
        {form for pos in FUNCTION_WORDS for form in tables["exc"][pos] if LETTERS.fullmatch(form)} | listed["adv"],
        listed["noun"],
        simple,
    )  # fmt: skip
    _add_verbs(found, tables["exc"], listed["verb"])
    _add_names_of_things(found, tables["exc"], listed)
    _add_simple(found)
    _add_inflections(found)
    return found


def _pairs(table: Mapping[str, Iterable[str]]) -> Iterable[tuple[str, str]]:
    return (
        (form, word)
        for form, words in table.items()
        for word in words
        if LETTERS.fullmatch(form) and LETTERS.fullmatch(word)
    )


def _add_verbs(found: Lexicon, exceptions: dict[str, Any], listed: set[str]) -> None:
    for form, word in chain(_pairs(exceptions["verb"]), _pairs(exceptions["aux"])):
        if word.endswith(("er", "ir", "re", "ïr")):
            found.verbs[form].add(word)
    simple = {word for form, word in found.simple.items() if form != word}
    known = {word for words in found.verbs.values() for word in words} | listed
    for word in known:
        found.verbs[word].add(word)
        if word.endswith("er") and len(word) > 3 and word != "aller":
            _conjugate(found, word, frequent=word in simple)
    for form, word in _pairs({form: [word] for form, word in found.simple.items() if word in known}):
        if form != word and (not word.endswith("er") or word in ("aller", "envoyer", "renvoyer")):
            found.verbs[form].add(word)


def _conjugate(found: Lexicon, infinitive: str, frequent: bool) -> None:
    """Adds the forms of a verb; all of them only where simplemma knows it."""
    forms = conjugation(infinitive) if frequent else short_conjugation(infinitive)
    for form in forms.common:
        found.verbs[form].add(infinitive)
    for form in forms.participles:
        found.verbs[form].add(infinitive)
        found.participles[form].add(infinitive)
    for form in forms.rare:
        found.verbs[form].add(infinitive)
        found.rare[form].add(infinitive)


def _add_names_of_things(found: Lexicon, exceptions: dict[str, Any], listed: dict[str, set[str]]) -> None:
    """Nouns and adjectives. An adjective whose word is a verb is its participle."""
    verbs = {word for words in found.verbs.values() for word in words}
    for noun in listed["noun"]:
        found.nouns[noun].add(noun)
    for adjective in listed["adj"]:
        found.adjectives[adjective].add(adjective)
    for form, word in _pairs(exceptions["noun"]):
        if is_inflection(form, word) and word not in found.verbs.get(form, ()):
            found.nouns[form].add(word)
    for form, word in _pairs(exceptions["adj"]):
        if word in verbs and word not in listed["adj"]:
            for words in (found.participles, found.adjectival, found.verbs):
                words[form].add(word)
        elif is_inflection(form, word):
            found.adjectives[form].add(word)


def _add_simple(found: Lexicon) -> None:
    """What only simplemma knows, and nouns that are forms of verbs too: the first package lacks "route" and "ligne"."""
    for form, word in found.simple.items():
        own = word == form == found.simple.get(form + "s") and LETTERS.fullmatch(form)
        if own and found.verbs.get(form) and not (found.nouns.get(form) or found.adjectives.get(form)):
            found.listed.add(form)
            found.nouns[form].add(form)
            found.nouns[form + "s"].add(form)
    for form, word in _pairs({form: [word] for form, word in found.simple.items()}):
        known = form in found.grammar or form in found.function or any(words.get(form) for words in found[:3])
        if not known and is_inflection(form, word) and (word == form or word in found.simple or word in found.listed):
            found.nouns[form].add(word)
            found.nouns[word].add(word)


def _add_inflections(found: Lexicon) -> None:
    for noun in sorted({word for words in found.nouns.values() for word in words}):
        for form in plurals(noun):
            if form not in found.listed and not found.nouns.get(form):
                found.nouns[form].add(noun)
        for form in agents(noun):
            if found.simple.get(form) == noun or noun in found.nouns.get(form, ()):
                found.nouns[form] = {noun}
                found.nouns[form + "s"] = {noun}
    for adjective in sorted({word for words in found.adjectives.values() for word in words}):
        for form in plurals(adjective):
            found.adjectives[form].add(adjective)
        for form in chain.from_iterable((one, one + "s") for one in feminines(adjective)):
            one = form.removesuffix("s")
            found.feminines[form].add(adjective)
            if any(one in words for words in (found.nouns, found.adjectives, found.simple)):
                found.adjectives[form].add(adjective)


def reading(found: Lexicon, form: str) -> Reading:
    """The words that a form means, and the others that it can be a form of.

    A noun or an adjective goes before a verb ("porte"), except that a participle means its verb too ("refusé"), where
    no lexicon has it as a noun alone ("marché"). A feminine noun in -ée is no participle ("armée"). A word of its own
    that looks like a plural means nothing for sure: "Paris" is hardly ever pari.
    """
    nouns, adjectives, verbs = (set(words.get(form, ())) for words in found[:3])
    if form in found.grammar:
        return _apart({form}, set())
    if form in found.function and not nouns | adjectives:
        nouns.add(form)
    if form.endswith("s") and {form, form[:-1]} <= nouns and not adjectives:
        return Reading(frozenset(), frozenset({form[:-1]}))
    if not nouns | adjectives:
        return _of_verb(verbs, found.rare.get(form, set()))
    verbs -= AUXILIARIES if form.endswith("es") else found.rare.get(form, set()) | AUXILIARIES
    own = bool(nouns) and _is_steady(found, form)
    if form.endswith(("ée", "ées")):
        return _apart(nouns, adjectives) if own else _apart(verbs | adjectives or nouns, nouns)
    if not nouns:
        return _apart(adjectives | verbs, set())
    if adjectives and not nouns & adjectives and form in found.feminines:
        alone = own and not ADJECTIVAL.search(form)
        return _apart(nouns, adjectives | verbs) if alone else _apart(nouns | adjectives, verbs)
    meant = nouns | adjectives if nouns & adjectives or not own else nouns
    participle = verbs & (found.participles.get(form, set()) | ({found.simple.get(form, "")} if adjectives else set()))
    if participle and not _is_noun_alone(found, form, own):
        meant |= participle
    return _apart(meant, nouns | adjectives | verbs)


def _apart(meant: set[str], others: set[str]) -> Reading:
    return Reading(frozenset(meant), frozenset(others - meant))


def _of_verb(verbs: set[str], rare: set[str]) -> Reading:
    """Of a form that only a verb has. A rare one means nothing for sure: "Gaza" is no form of gazer."""
    return _apart(verbs - rare, verbs)


def _is_steady(found: Lexicon, form: str) -> bool:
    """Whether both lexicons have a noun of its own, singular and plural alike: "commune", not "normale"."""
    one = form[:-1] if form.endswith("s") and form[:-1] in found.nouns else form
    words = {one, one + "s", *found.verbs.get(one, ())}  # simplemma takes "prise" for a form of priser
    return one in found.listed and {found.simple.get(one, one), found.simple.get(one + "s", one)} <= words


def _is_noun_alone(found: Lexicon, form: str, own: bool) -> bool:
    """Whether what looks like a participle is a noun alone: "marché", "sortie"."""
    one = form.rstrip("s")
    if own and form.endswith(("ie", "ies", "ue", "ues", "te", "tes", "se", "ses")):
        return True
    return one in found.listed and not found.adjectives.get(one) and not found.adjectival.get(one)


def without_accents(readings: Mapping[str, Reading]) -> dict[str, Reading]:
    """What forms mean that lack all accents, or the first letter's, and are no words themselves: "securite", "etat".

    Without its circumflex an î is right since 1990: "boite" is a form of boîte, beside boiter.
    """
    accented: Words = defaultdict(set)
    for form, reading in readings.items():
        if reading.meant and not form.isascii():
            for bare in (unidecode(form), unidecode(form[0]) + form[1:]):
                if bare not in readings and (form[0] != bare[0] or len(form) > SHORT_PLURAL or not form.endswith("s")):
                    accented[bare].add(form)
            if "î" in form:
                accented[form.replace("î", "i")] |= {form, form.replace("î", "i")} & readings.keys()
    return {bare: _together([readings[form] for form in forms]) for bare, forms in accented.items()}


def _together(readings: Iterable[Reading]) -> Reading:
    found = list(readings)
    meant = frozenset(chain.from_iterable(each.meant for each in found))
    return Reading(meant, frozenset(chain.from_iterable(each.others for each in found)) - meant)


def _of_name(form: str, readings: list[Reading]) -> Reading:
    """Of a form that a lexicon has with a capital, and another word has too: "Marie" is hardly ever one of marier."""
    own = Reading(frozenset({form}), frozenset())
    others = [each for each in readings if each != own]
    if not others or any(form in each.meant for each in others):
        return _together(readings)
    return Reading(frozenset(), frozenset(chain.from_iterable(each.meant | each.others for each in others)) - {form})


def _spelt(form: str) -> str:
    """As `analyzer.normalize` writes it."""
    return form.lower().replace("œ", "oe").replace("æ", "ae")


def _without_participles(found: Lexicon, words: frozenset[str]) -> frozenset[str]:
    """Some words, a participle that a lexicon has as a word of its own given as its verb: "accusé", "salarié"."""
    verbs = {word: found.verbs[word] for word in words if word.endswith("é") and found.participles.get(word)}
    kept = (verbs[word] if word in verbs and not _is_noun_alone(found, word, False) else {word} for word in words)
    return frozenset(chain.from_iterable(kept))


def readings_of(found: Lexicon) -> dict[str, Reading]:
    """The reading of each form."""
    forms = set(found.nouns) | set(found.adjectives) | set(found.verbs) | found.grammar | found.function
    by_form: defaultdict[str, list[Reading]] = defaultdict(list)
    names = {_spelt(form) for form in forms if form != form.lower() and found.simple.get(form) == form}
    for form in sorted(forms):
        meant, others = (frozenset(map(_spelt, _without_participles(found, words))) for words in reading(found, form))
        by_form[_spelt(form)].append(Reading(meant, others - meant))
    known = {
        form: _of_name(form, readings) if form in names else _together(readings) for form, readings in by_form.items()
    }
    return known | without_accents(known)


if __name__ == "__main__":
    made = readings_of(lexicon(*read_packages()))
    write_table(made, FOLDER)
    print(f"{len(made):,} forms written to {FOLDER}")
