"""Days told relative to another day: "hier", "mardi dernier", "le 19 janvier". No I/O, no clock here.

Each is resolved only by a whole date in the same text, the anchor.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from kiosque.corpus.dates.stamp import HOUR, PUBLISHED, real_date
from kiosque.corpus.french import MONTH_NUMBERS

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_WEEKDAY = f"(?P<weekday>{'|'.join(WEEKDAYS)})"
_MONTH = f"(?P<month>{'|'.join(sorted(MONTH_NUMBERS, key=len, reverse=True))})"
_DAY = rf"(?P<day>\d{{1,2}})(?:er)? {_MONTH}\.?"
_BACK = {"hier": 1, "avant-hier": 2, "aujourd’hui": 0, "demain": -1}
_ANY_DAY = "|".join(WEEKDAYS)
_WORD = "(?P<word>avant-hier|hier|aujourd['’]hui)"


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace(" ?", r"\s*").replace(" ", r"\s+"), re.IGNORECASE)


_STAMP = _compiled(
    f"{PUBLISHED}(?: ?:)? (?:{_WORD}|(?:ce )?{_WEEKDAY}(?P<last> dernier)?|(?:le )?(?:(?:{_ANY_DAY}) )?{_DAY})"
    rf"{HOUR}\.?"
)
_SELF_DATED = _compiled(
    rf"\b{_WORD.replace(')', '|demain)')}(?: (?:matin|midi|soir|après-midi))?,? (?:le )?(?:{_WEEKDAY} )?{_DAY} "
    r"(?P<year>\d{4})\b"
)
_SIGNS = ("hier", "Hier", "jourd", "emain")  # every such day contains one of these; searching for them is cheap


def relative_stamp(line: str, anchor: str) -> str | None:
    """The day of a line that is wholly "Publié hier à 18h", "Publié mardi dernier" or "Publié le 19 janvier à 8h"."""
    match = _STAMP.fullmatch(line)
    if match is None:
        return None
    if match["day"]:
        return day_before(f"-{MONTH_NUMBERS[match['month'].lower()]:02}-{int(match['day']):02}", anchor)
    if match["weekday"]:
        return weekday_before(match["weekday"], anchor, before=match["last"] is not None)
    return _shifted(anchor, -_BACK[_plain(match["word"])])


def weekday_before(weekday: str, anchor: str, *, before: bool = False) -> str:
    """The last day of that name up to the anchor, or `before` it: "mardi dernier" is never the anchor itself."""
    last = date.fromisoformat(anchor) - timedelta(days=before)
    return _shifted(last.isoformat(), -((last.weekday() - WEEKDAYS.index(weekday.lower())) % 7))


def day_before(day: str, anchor: str) -> str | None:
    """The last day "-12-31" up to the anchor: of "2022-01-02" it is "2021-12-31"."""
    year = int(anchor[:4]) - (anchor[4:] < day)
    return real_date(str(year), *day[1:].split("-"))


def self_dated(line: str) -> str | None:
    """The day on which somebody writes "hier, mardi 18 janvier 2022"; none where that was no Tuesday."""
    match = _SELF_DATED.search(line) if any(sign in line for sign in _SIGNS) else None
    if match is None:
        return None
    day = real_date(match["year"], str(MONTH_NUMBERS[match["month"].lower()]), match["day"])
    if day is None or (match["weekday"] and weekday_before(match["weekday"], day) != day):
        return None
    return _shifted(day, _BACK[_plain(match["word"])])


def _plain(word: str) -> str:
    return word.lower().replace("'", "’")


def _shifted(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
