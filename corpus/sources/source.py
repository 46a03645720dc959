"""A source from metadata, title, credit line or folder, or none: no source is better than a wrong one. No I/O here."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from kiosque.corpus.article import SOURCE_CONFIDENCES, Origin
from kiosque.corpus.dates.stamp import without_dates

# Names that no rule below would know for a source.
_KNOWN = (
    "20 Minutes",
    "ABC News",
    "AFP",
    "Al Jazeera",
    "Arrêt sur images",
    "Associated Press",
    "Bloomberg",
    "Charlie Hebdo",
    "Courrier international",
    "Euronews",
    "France 24",
    "France Bleu",
    "France Culture",
    "France Inter",
    "France Télévisions",
    "Franceinfo",
    "Francetvinfo",
    "Huffington Post",
    "L’Équipe",
    "L’Express",
    "L’Humanité",
    "L’Obs",
    "L’Opinion",
    "La Croix",
    "La Libre Belgique",
    "La Montagne",
    "La Provence",
    "Le Devoir",
    "Le Figaro",
    "Le Monde",
    "Le Monde diplomatique",
    "Le Nouvel Observateur",
    "Le Parisien",
    "Le Point",
    "Le Progrès",
    "Le Soir",
    "Le Télégramme",
    "Le Temps",
    "Les Échos",
    "Libération",
    "Marianne",
    "Mediapart",
    "Midi Libre",
    "Nice-Matin",
    "Ouest-France",
    "Paris Match",
    "Politico",
    "Radio-Canada",
    "Reuters",
    "Slate",
    "Sputnik",
    "Sud Ouest",
    "Sud Radio",
    "The Conversation",
    "The Guardian",
    "The New York Times",
    "Wall Street Journal",
)

# Capitals that end a title without being its source: "Nantes – PSG".
_NOT_SOURCES_TEXT = """
ASM ASSE BCE CDI CDD CGT CIA COP COVID DOM FBI FC FMI GIEC JO LFI LOSC OGC OMC OMS ONG ONU OTAN PCF PIB PME PSG RCA RDC
RER SMIC SNCF TGV TVA UMP URSS USA VIH XIV XVI
"""

# Words that the names of papers, stations and agencies are made of.
_PRESS_TEXT = """
actu actualites actus agence annonces bulletin canard chronique courrier depeche depeches echo echos eclair eclaireur
feuille gazette hebdo hebdomadaire herald info infos journal magazine matin medias mercure messager moniteur news
nouvelliste observateur panorama presse progres quotidien radio republicain revue sentinelle telegramme television
times tribune tv vigie voix
"""

LONGEST_NAME = 60  # characters of a source's name with what sets it off from a title

# Folders that hold a corpus and name no source.
_HOLDERS_TEXT = """
archive archives article articles atom corpus crawl csv data divers documents docx donnees dump eml epub export exports
feed feeds fichiers flux html import json jsonl markdown mbox misc news ocr odt pdf presse press raw rss sample scans
scraped source sources tei text texte textes texts txt warc xml zip
"""

_NOT_SOURCES, _PRESS, _HOLDERS = (frozenset(words.split()) for words in (_NOT_SOURCES_TEXT, _PRESS_TEXT, _HOLDERS_TEXT))
_OF_WORDS = ("d", "de", "des", "du")
_SMALL = frozenset(("à", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "sur"))

_SUFFIX = re.compile(r"(?P<head>.*\S)(?:\s+[–—-]\s+|\s*(?P<bar>\|)\s*)(?P<name>[^|\s][^|]*)", re.DOTALL)
_DOMAIN = re.compile(
    r"(?:[a-z0-9-]+\.)+(?:fr|com|net|org|info|be|ch|ca|lu|eu|re|nc|pf|tv|news|media|ma|tn|dz|sn|ci)", re.I
)
_CAPITALS = re.compile(r"(?=.*[A-ZÉÈÀ]{2})[A-ZÉÈÀ0-9&+’'.-]{3,}")
_NOT_A_NAME = re.compile('[:;,?!«»“”"()…/]')

_PERSON_WORD = r"[A-ZÀ-ÖØ-ÞŒ][\w.'’-]*"
_PARTICLE = r"(?:(?:de|du|des|la|le|van|von|der|den|ten|el|al|ben|bin|di|da|dos|y)\s+|d['’])"
_PERSON = rf"{_PERSON_WORD}(?:\s+{_PARTICLE}*{_PERSON_WORD})+"
_PEOPLE = re.compile(rf"{_PERSON}(?:,\s+{_PERSON})*(?:,?\s+et\s+{_PERSON})?")
_CREDIT = re.compile(
    r"(?P<who>.{3,200}?),?\s+(?:a|ont)\s+(?:contribué|participé|collaboré)\s+à\s+"
    r"(?:ce|cet|cette)\s+(?:rapport|reportage|article|dépêche|enquête|récit)\.?"
)
_OF = re.compile(r"(?P<comma>,)?\s+(?P<of>du\s|des\s|de\s+la\s|de\s+l['’]|d['’]|de\s)\s*")
_ARTICLES = {"du": "Le ", "des": "Les ", "de la": "La ", "de l’": "L’", "d’": "", "de": ""}


Sourced = tuple[str, Origin] | tuple[None, None]
"""A source and its origin, or neither."""


class Credit(NamedTuple):
    """Who a last line says helped with the article, and for which source."""

    people: str
    source: str | None


def fold_name(name: str) -> str:
    """The name without case, accents, hyphens and apostrophes: what two spellings of a source share."""
    letters = (sign for sign in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(sign))
    words = "".join(sign if sign.isalnum() else " " for sign in letters).split()
    return " ".join(words) or name


_SPELLINGS = {fold_name(name): name for name in _KNOWN}
_RANKS = {origin: rank for rank, origin in enumerate(SOURCE_CONFIDENCES)}


def choose_source(*candidates: tuple[str | None, Origin | None]) -> Sourced:
    """The source whose origin comes first in SOURCE_CONFIDENCES; of several from one origin the first."""
    named = [(name, origin) for name, origin in candidates if name and origin]
    return min(named, key=lambda each: _RANKS[each[1]], default=(None, None))


def split_title(title: str) -> tuple[str, str | None]:
    """The title without the source that a site hangs on it (" – POLITICO"), and that source.

    "Ukraine – Russie : trois scénarios" and "Nantes – PSG" hold none.
    """
    match = _SUFFIX.fullmatch(title)
    if match is None or not _is_suffix(match["head"], match["name"].strip(), bar=match["bar"] is not None):
        return title, None
    return match["head"], match["name"].strip()


def without_house(title: str, house: str | None) -> str:
    """The title without the name of its house, which may have its domain: "Un pont rouvre - Gala" of "Gala.fr"."""
    match = _SUFFIX.fullmatch(title) if house else None
    if match is None or house is None:
        return title
    names = {fold_name(house), fold_name(house.rpartition(".")[0] or house)}
    return match["head"] if fold_name(match["name"]) in names else title


def suffix_after(title: str, line: str) -> str | None:
    """The source in a line that is the title again with a name after it, which need not look like a source's."""
    match = _SUFFIX.fullmatch(line) if len(line) <= len(title) + LONGEST_NAME else None
    if match is None or fold_name(match["head"]) != fold_name(title):
        return None
    name = match["name"].strip()
    return name if _DOMAIN.fullmatch(name) or (name[:1].isupper() and 1 <= len(_words(name)) <= 4) else None


def credit(line: str) -> Credit | None:
    """What "Ana Roy et Jo Vidal de CNN ont contribué à cet article." says; None for any other line."""
    match = _CREDIT.fullmatch(line)
    if match is None:
        return None
    people, source = _split_people(match["who"])
    return Credit(people, source) if _PEOPLE.fullmatch(people) else None


def is_people(text: str) -> bool:
    """Whether the text is names of people and nothing else: "Ana Roy, Jo Vidal et Lise Orban"."""
    return _PEOPLE.fullmatch(text) is not None


def folder_source(folders: tuple[str, ...]) -> str | None:
    """The source of the first folder that is no date and no mere container: "la-gazette" is "La gazette"."""
    names = [name for name in without_dates(folders) if _names_source(name)]
    return _spell(names[0]) if names else None


def _is_suffix(head: str, name: str, *, bar: bool) -> bool:
    """A source follows a whole title: "Guerre en Ukraine – La Russie" is a topic and its news."""
    words = len(head.split())
    return (
        _is_known(name)
        or (words >= 2 and not head.isupper() and is_source(name))
        or (words >= 3 and bar and _is_proper(name))
        or (words >= 4 and _starts_with_article(name) and _is_proper(name))
    )


def is_source(name: str) -> bool:
    """Whether the name alone tells that it is a source's: "La Gazette imaginaire", "POLITICO", "lemonde.fr"."""
    return _is_known(name) or _DOMAIN.fullmatch(name) is not None or _is_capitals(name) or _is_press(name)


def _is_known(name: str) -> bool:
    return fold_name(name) in _SPELLINGS


def _is_capitals(name: str) -> bool:
    words = name.split()
    return (
        1 <= len(words) <= 3
        and all(_CAPITALS.fullmatch(word) for word in words)
        and _letters(words[-1]) not in _NOT_SOURCES
    )


def _letters(word: str) -> str:
    return "".join(filter(str.isalpha, word))


def _is_press(name: str) -> bool:
    """Whether a word of the press with its capital heads it: "La Gazette imaginaire", "La Voix de nulle part"."""
    words = _words(name)
    capital = [word for word in words if word[:1].isupper() and fold_name(word) in _PRESS]
    if not capital or not name[:1].isupper() or not 2 <= len(words) <= 6:  # "Info" alone is a heading
        return False
    rest = words[words.index(capital[0]) + 1 :]
    return all(word[0].isupper() or word in _SMALL for word in rest) or len(rest) == 1 or rest[0] in _OF_WORDS


def _is_proper(name: str) -> bool:
    """Whether only small words of a name have no capital, and it is short."""
    words = _words(name)
    return 0 < len(words) <= 4 and name[:1].isupper() and all(not w[0].islower() or w in _SMALL for w in words)


def _starts_with_article(name: str) -> bool:
    return re.match(r"(?:L[ae]\s+|Les\s+|L['’])[A-ZÀ-ÖØ-ÞŒ]", name) is not None


def _words(name: str) -> list[str]:
    return [] if _NOT_A_NAME.search(name) else [word for word in re.split(r"[\s'’-]+", name) if word]


def _split_people(who: str) -> tuple[str, str | None]:
    """The people and the source of "Ana Roy et Jo Vidal, du Courrier fictif": "de Gaulle" is no source."""
    for match in reversed(list(_OF.finditer(who))):
        of = " ".join(match["of"].replace("'", "’").split())
        name = re.sub("^L’(?=Agence )", "", _ARTICLES[of] + who[match.end() :])
        if is_source(name) or (match["comma"] and _is_proper(name)):
            return who[: match.start()], name
    return who, None


def _names_source(folder: str) -> bool:
    words = re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", folder))  # "ocr-txt" holds as "ocr" and "txt" do
    return not all(fold_name(word) in _HOLDERS for word in words)


def _spell(folder: str) -> str:
    words = " ".join(unicodedata.normalize("NFC", folder).replace("-", " ").replace("_", " ").split())
    name = re.sub(r"\b([ld]) (?=\w)", r"\1’", words)
    return _SPELLINGS.get(fold_name(name)) or name[:1].upper() + name[1:]
