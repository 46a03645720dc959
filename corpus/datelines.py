"""The day and the agency that a text begins with: "PARIS, 3 mars 2022 (AFP) - La mairie…". No I/O, no clock here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from corpus.article import Origin
from corpus.dating import MONTH_NUMBERS, choose_date, real_date

_TOP = 6  # lines that are not empty, among which a dateline stands
_MONTH = f"(?P<month>{'|'.join(sorted(MONTH_NUMBERS, key=len, reverse=True))})"
_DAY = re.compile(r"^.{0,90}?\d")  # most lines have none: to look is cheaper than to try
_BARE = re.compile(
    rf"(?:le\s+)?(?:(?:lun|mar|mercre|jeu|vendre|same)di\.?,?\s+|dimanche,?\s+)?"
    rf"(?P<day>\d{{1,2}})(?:er)?(?:\s+{_MONTH}\.?\s+|[/.](?P<number>\d{{1,2}})[/.])(?P<year>\d{{4}})"
    r"(?:\s*[,–—|-]?\s*(?:à\s*)?\d{1,2}\s*[h:]\s*(?:\d{2})?)?",
    re.IGNORECASE,
)
_PLACE = r"(?-i:[A-ZÀ-ÖØ-ÞŒ])[\w'’ .-]{1,40}(?:\s*\([\w'’ .-]{2,30}\))?"
_DATELINE = re.compile(
    rf"\s*{_PLACE},\s+(?:le\s+)?(?P<day>\d{{1,2}})(?:er)?\s+{_MONTH}\.?(?:\s+(?P<year>\d{{4}}))?"
    r"(?:\s*\((?P<agency>[A-ZÀ-Þ][\w’' .-]{1,25})\)|\s+[-–—])",
    re.IGNORECASE,
)


class Dateline(NamedTuple):
    """What stands there: a date, whole or without its year ("-03-03"), and an agency."""

    date: str | None
    agency: str | None


def dateline(lines: Sequence[str]) -> Dateline:
    """The first dateline at the top of a text, or the first line there that is a date and nothing else."""
    top = [line.strip() for line in lines if line.strip()][:_TOP]
    for line in filter(_DAY.search, top):
        if match := _DATELINE.match(line):
            return Dateline(_date(match), match["agency"])
        if match := _BARE.fullmatch(line):
            return Dateline(_date(match, match["number"]), None)
    return Dateline(None, None)


def completed(known: str | None, found: str | None) -> str | None:
    """A dateline's date, with the year that is known where it has none: "2022" and "-03-03" are "2022-03-03"."""
    if not found or not found.startswith("-"):
        return found
    return real_date(known[:4], *found[1:].split("-")) if known else None


def less_sure(
    date: str | None, origin: Origin | None, found: str | None, updated: str | None
) -> tuple[str, Origin] | tuple[None, None]:
    """The date and its origin, completed by a dateline's date; where there is none, that or the day of an update."""
    later = completed(date, found)
    last = (later, Origin.DATELINE) if later or date else (updated, Origin.UPDATE)
    return choose_date((date, origin or Origin.TEXT), last)


def _date(match: re.Match[str], number: str | None = None) -> str | None:
    month = int(number) if number else MONTH_NUMBERS[match["month"].lower()]
    if match["year"]:
        return real_date(match["year"], str(month), match["day"])
    return f"-{month:02}-{int(match['day']):02}"
