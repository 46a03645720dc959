"""The day and the agency that a text begins with: "PARIS, 3 mars 2022 (AFP) - La mairie…". No I/O, no clock here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from kiosque.corpus.article import Origin
from kiosque.corpus.dates.relative_days import WEEKDAYS, day_before, self_dated, weekday_before
from kiosque.corpus.dates.stamp import Dated, choose_date, real_date
from kiosque.corpus.french import MONTH_NUMBERS

_TOP = 6  # non-empty lines in which a dateline is looked for
_MONTH = f"(?P<month>{'|'.join(sorted(MONTH_NUMBERS, key=len, reverse=True))})"
_MAY_HOLD_DAY = re.compile(
    r"^.{0,90}?(?:\d|di\b|dimanche)"
)  # most lines have none: this search is cheaper than the full match
_BARE = re.compile(
    rf"(?:le\s+)?(?:(?:lun|mar|mercre|jeu|vendre|same)di\.?,?\s+|dimanche,?\s+)?"
    rf"(?P<day>\d{{1,2}})(?:\s?er)?(?:\s+{_MONTH}\.?\s+|[/.](?P<number>\d{{1,2}})[/.])(?P<year>\d{{4}})"
    r"(?:\s*[,–—|-]?\s*(?:à\s*)?\d{1,2}\s*[h:]\s*(?:\d{2})?)?",
    re.IGNORECASE,
)
_PLACE = r"(?-i:[A-ZÀ-ÖØ-ÞŒ])[\w'’ .-]{1,40}(?:\s*\([\w'’ .-]{2,30}\))?"
_DATELINE = re.compile(
    rf"\s*{_PLACE},\s+(?:(?:le\s+)?(?:(?:{'|'.join(WEEKDAYS)})\s+)?(?P<day>\d{{1,2}})(?:\s?er)?\s+{_MONTH}\.?"
    rf"(?:\s+(?P<year>\d{{4}}))?|(?P<weekday>{'|'.join(WEEKDAYS)}))"
    r"(?:\s*\((?P<agency>[A-ZÀ-Þ][\w’' .-]{1,25})\)|\s+[-–—])",
    re.IGNORECASE,
)
_WHOLE = re.compile(rf"\b(?P<day>\d{{1,2}})(?:\s?er)?\s+{_MONTH}\.?\s+(?P<year>\d{{4}})\b", re.IGNORECASE)
_FIRST = 3  # lines in which a text can say from which day it speaks
_LONGEST = 5000  # characters of a paragraph that are searched


class Dateline(NamedTuple):
    """The date of a dateline (whole, without its year as "-03-03", or a weekday as "mardi"), and its agency."""

    date: str | None
    agency: str | None


def dateline(lines: Sequence[str]) -> Dateline:
    """The first dateline at the top of a text, or the first line there that is a date and nothing else.

    Else the day on which the text says "hier, mardi 18 janvier 2022".
    """
    top = [line.strip() for line in lines if line.strip()][:_TOP]
    for line in filter(_MAY_HOLD_DAY.search, top):
        if match := _DATELINE.match(line):
            return Dateline(_anchored(_date(match), top), match["agency"])
        if match := _BARE.fullmatch(line):
            return Dateline(_date(match, match["number"]), None)
    return Dateline(next(filter(None, map(self_dated, top[:_FIRST])), None), None)


def whole(found: str | None) -> str | None:
    """A dateline's date where it has its year."""
    return found if found and found[0].isdigit() else None


def completed(known: str | None, found: str | None, anchor: str | None = None) -> str | None:
    """A dateline's date, with the year that is known where it has none: "2022" and "-03-03" are "2022-03-03".

    An `anchor` is a day that the text says of itself, and that its date cannot be after: "mis à jour le 4 mars 2022".
    """
    if not found or found[0].isdigit():
        return found
    if found[0] != "-":
        return weekday_before(found, anchor) if anchor else None
    if known:
        return real_date(known[:4], *found[1:].split("-"))
    return day_before(found, anchor) if anchor else None


def choose_with_dateline(chosen: Dated, found: str | None, updated: str | None) -> Dated:
    """As `choose_date`, of a date that was chosen, that of a dateline and the day of an update.

    It comes last, for a dateline without its year takes that of the chosen date.
    """
    return choose_date(chosen, (completed(chosen[0], found, updated), Origin.DATELINE), (updated, Origin.UPDATE))


def _date(match: re.Match[str], number: str | None = None) -> str | None:
    if not match["day"]:
        return match["weekday"].lower()
    month = int(number) if number else MONTH_NUMBERS[match["month"].lower()]
    if match["year"]:
        return real_date(match["year"], str(month), match["day"])
    return f"-{month:02}-{int(match['day']):02}"


def _anchored(found: str | None, top: Sequence[str]) -> str | None:
    """A day without its year, with the one that the text has beside the same day: "ce jeudi 3 mars 2022"."""
    if not found or found[0] != "-":
        return found
    dates = (_date(match) for line in top for match in _WHOLE.finditer(line[:_LONGEST]))
    return next((one for one in dates if one and one.endswith(found)), found)
