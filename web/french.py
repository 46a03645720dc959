"""Numbers, dates and plurals as a French reader expects them: the templates' filters. Pure.

U+00A0 ties what must stay on one line.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from kiosque.corpus.french import CONFIDENCES, MONTHS, NBSP, ORIGINS, SHORT_MONTHS, counted, number
from kiosque.search.model import CopyGroup

_ARTICLE: Final = re.compile("les |le |la |l’")


def count(value: int, singular: str, plural: str | None = None) -> str:
    """The number tied to its noun, whose plural ends in "s" unless it is given: "0 article", "2 articles"."""
    return counted(value, singular, plural or singular + "s").replace(" ", NBSP, 1)


@lru_cache(maxsize=1 << 12)
def day(iso: str | None) -> str:
    """An ISO date of any precision in words: "19 janvier 2022", "janvier 2022", "2022", "sans date"."""
    if not iso:
        return "sans date"
    year, month, of_month = (*iso.split("-"), "", "")[:3]
    words = [_ordinal(of_month), MONTHS[int(month) - 1] if month else "", year]
    return NBSP.join(word for word in words if word)


def _ordinal(of_month: str) -> str:
    """The day of a month; in French only the first is an ordinal."""
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
    """In French a full date takes an article, a month or a year takes none: "le 3 mai", "mai 2022"."""
    return "le" + NBSP if len(iso) == 10 else ""


def _from(iso: str) -> str:
    if len(iso) == 10:
        return f"du{NBSP}{day(iso)}"
    return f"d’{day(iso)}" if day(iso)[0] in "ao" else f"de{NBSP}{day(iso)}"


def _to(iso: str) -> str:
    return f"au{NBSP}{day(iso)}" if len(iso) == 10 else f"à{NBSP}{day(iso)}"


def duration(milliseconds: float) -> str:
    """0.93 -> "0,9 ms"; seconds from one second up."""
    if milliseconds < 0.1:
        return f"moins de 0,1{NBSP}ms"
    if milliseconds >= 999.5:
        return f"{milliseconds / 1000:.1f}".replace(".", ",") + f"{NBSP}s"
    digits = 1 if milliseconds < 10 else 0
    return f"{milliseconds:.{digits}f}".replace(".", ",") + f"{NBSP}ms"


def percent(value: float) -> str:
    """2.3 -> "2,3 %"; more digits for small numbers."""
    digits = 1 if value >= 1 or not value else 2 if value >= 0.1 else 3
    return f"{value:.{digits}f}".rstrip("0").rstrip(".").replace(".", ",") + f"{NBSP}%"


def minutes(value: int) -> str:
    """A reading time: "4 min"; nothing where it is unknown."""
    return f"{number(value)}{NBSP}min" if value else ""


def origin(value: str | None) -> str:
    """Where a source or a date was found: "d’après le nom du fichier"; nothing where none was."""
    return f"d’après {ORIGINS[value].phrase}" if value else ""


def origin_heading(value: str) -> str:
    """The same as the heading of a row: "Nom du fichier"."""
    return _upper_first(_ARTICLE.sub("", ORIGINS[value].phrase, count=1))


def confidence(value: str | None) -> str:
    """How reliable a date or a source is: "sûre"."""
    return CONFIDENCES[value] if value else ""


def confidence_heading(value: str) -> str:
    """The same as the heading of a row: "Sûres"."""
    return _upper_first(CONFIDENCES[value]) + "s"


def _upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def taken_over(group: CopyGroup, id: str) -> str:
    """A sentence on an article's near copies: "repris par 4 titres", "aussi publié par 1 titre, d’abord par AFP",
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
