"""Numbers, dates and plurals as a French reader expects them. Pure; the templates' filters.

Typography: U+202F groups thousands, U+00A0 ties what a line must not part.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from kiosque.corpus.french import MONTHS, NBSP, SHORT_MONTHS, number
from kiosque.search.model import CopyGroup

ORIGINS: Final = {
    "metadata": "d’après les métadonnées",
    "file name": "d’après le nom du fichier",
    "address": "d’après l’adresse de l’article",
    "text": "d’après le texte de l’article",
    "folder": "d’après le nom du dossier",
    "dateline": "d’après l’en-tête de la dépêche",
    "update": "d’après la mise à jour de l’article",
    "settings": "d’après les réglages du corpus",
    "file time": "d’après l’heure du fichier",
}
ORIGIN_NAMES: Final = {
    "metadata": "Métadonnées",
    "file name": "Nom du fichier",
    "address": "Adresse de l’article",
    "text": "Texte de l’article",
    "folder": "Nom du dossier",
    "dateline": "En-tête de la dépêche",
    "update": "Mise à jour de l’article",
    "settings": "Réglages du corpus",
    "file time": "Heure du fichier",
}
CONFIDENCES: Final = {"sure": "sûre", "likely": "probable", "uncertain": "incertaine"}
"""Of a date or a source: both are feminine in French."""

CONFIDENCE_NAMES: Final = {"sure": "Sûres", "likely": "Probables", "uncertain": "Incertaines"}


def count(value: int, singular: str, plural: str | None = None) -> str:
    """The number with its noun: "0 article", "1 article", "2 articles"; in French the plural starts at 2."""
    noun = singular if value < 2 else plural or singular + "s"
    return f"{number(value)}{NBSP}{noun}"


@lru_cache(maxsize=1 << 12)
def day(iso: str | None) -> str:
    """An ISO date of any precision, as people say it: "19 janvier 2022", "janvier 2022", "2022", "sans date"."""
    if not iso:
        return "sans date"
    year, month, of_month = (*iso.split("-"), "", "")[:3]
    words = [_ordinal(of_month), MONTHS[int(month) - 1] if month else "", year]
    return NBSP.join(word for word in words if word)


def _ordinal(of_month: str) -> str:
    """Only the first day of a month is an ordinal in French."""
    return "1er" if of_month == "01" else of_month.lstrip("0")


def short(iso: str) -> str:
    """An ISO date as a label under a drawing: "3 mai", "janv. 2022", "2022"."""
    year, month, of_month = (*iso.split("-"), "", "")[:3]
    if not month:
        return year
    name = SHORT_MONTHS[int(month) - 1]
    return f"{_ordinal(of_month)}{NBSP}{name}" if of_month else f"{name}{NBSP}{year}"


@lru_cache(maxsize=1 << 12)
def period(since: str | None, until: str | None) -> str:
    """Two ends as words: "de janvier 2022 à mars 2022", "depuis 2022", "jusqu’au 3 mai 2022", "janvier 2022"."""
    if since and until:
        return day(since) if since == until else f"{_from(since)} {_to(until)}"
    if since:
        return f"depuis {_the(since)}{day(since)}"
    return f"jusqu’{_to(until)}" if until else ""


def _the(iso: str) -> str:
    """A full date takes an article in French, a month or a year takes none: "le 3 mai", "mai 2022"."""
    return "le" + NBSP if len(iso) == 10 else ""


def _from(iso: str) -> str:
    if len(iso) == 10:
        return f"du{NBSP}{day(iso)}"
    return f"d’{day(iso)}" if day(iso)[0] in "ao" else f"de{NBSP}{day(iso)}"


def _to(iso: str) -> str:
    return f"au{NBSP}{day(iso)}" if len(iso) == 10 else f"à{NBSP}{day(iso)}"


def duration(milliseconds: float) -> str:
    """0.93 -> "0,9 ms"; from a second on, seconds."""
    if milliseconds < 0.1:
        return f"moins de 0,1{NBSP}ms"
    if milliseconds >= 999.5:
        return f"{milliseconds / 1000:.1f}".replace(".", ",") + f"{NBSP}s"
    digits = 1 if milliseconds < 10 else 0
    return f"{milliseconds:.{digits}f}".replace(".", ",") + f"{NBSP}ms"


def percent(value: float) -> str:
    """2.3 -> "2,3 %"; more digits where the number is small."""
    digits = 1 if value >= 1 or not value else 2 if value >= 0.1 else 3
    return f"{value:.{digits}f}".rstrip("0").rstrip(".").replace(".", ",") + f"{NBSP}%"


def minutes(value: int) -> str:
    """A reading time: "4 min"; nothing where it is not known."""
    return f"{number(value)}{NBSP}min" if value else ""


def origin(value: str | None) -> str:
    """Where a source or a date was found (corpus.article.Origin), in words."""
    return ORIGINS[value] if value else ""


def confidence(value: str | None) -> str:
    """How far a date or a source can be trusted (corpus.article.Confidence), in a word."""
    return CONFIDENCES[value] if value else ""


def taken_over(group: CopyGroup, id: str) -> str:
    """What is said of an article's near copies: "repris par 4 titres", "aussi publié par 1 titre, d’abord par AFP",
    "1 autre version" where only its own source has it."""
    if not group.titles:
        return count(group.count, "autre version", "autres versions")
    if group.first == id:
        return f"repris par {count(group.titles, 'titre')}"
    before = group.others[0].source
    return f"aussi publié par {count(group.titles, 'titre')}" + (f", d’abord par {before}" if before else "")


FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "number": number,
    "count_of": count,
    "day": day,
    "period": period,
    "duration": duration,
    "minutes": minutes,
    "short": short,
    "origin": origin,
    "confidence": confidence,
    "taken_over": taken_over,
}
