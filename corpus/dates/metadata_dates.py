"""The dates that programs write into metadata, in all their forms. No I/O, no clock here.

A day is that of the place of the article, as written: "2022-01-19T00:30:00+01:00" is the 19th, though it was the 18th
in Greenwich. Of "03/04/2022" the day comes first, as in French.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from kiosque.corpus.dates.stamp import parse_date, real_date, whole_year
from kiosque.corpus.french import MONTH_NUMBERS

PARIS = ZoneInfo("Europe/Paris")
LONGEST = 80  # characters; longer values are not dates
_ENGLISH = "January February March April May June July August September October November December".split()
_NUMBERS = {
    **MONTH_NUMBERS,
    **{name[:length].lower(): number for number, name in enumerate(_ENGLISH, 1) for length in (3, len(name))},
    "sept": 9,
}
_MONTH = f"(?P<month>{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_REST = r"(?:\W.*)?"
_WEEKDAY = r"(?:[^\W\d]{2,9}[.,]*\s+)??"

_YEAR = r"(?P<year>\d{4}|\d{2}(?!\d))"
_FIRST = r"(?:\s?er)?"

_FORMS = tuple(
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        # "Wed, 19 Jan 2022 08:12:00 +0100", "mercredi 19 janvier 2022 à 08h12", "le 19 janv. 2022"
        rf"{_WEEKDAY}(?P<day>\d{{1,2}}){_FIRST}[\s-]+{_MONTH}\.?,?[\s-]+{_YEAR}{_REST}",
        # "January 19, 2022 08:12 AM", "Wednesday, Jan. 19, 2022"
        rf"{_WEEKDAY}{_MONTH}\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}){_REST}",
        # "Wed Jan 19 08:12:00 2022": ctime, in mail boxes; "Wed Jan 19 08:12:00 +0000 2022" in tweets
        rf"{_WEEKDAY}{_MONTH}\s+(?P<day>\d{{1,2}})\s+[\d:]{{8}}\s+(?:[+-]\d{{4}}\s+|[A-Z]{{3,4}}\s+)?(?P<year>\d{{4}})",
        rf"{_MONTH}\.?\s+(?P<year>\d{{4}})",  # "janvier 2022"
        rf"(?P<year>\d{{4}})(?P<sep>[/.])(?P<month>\d{{1,2}})(?P=sep)(?P<day>\d{{1,2}}){_REST}",
        # "20220119T081200Z", "202201190812"; thirteen digits are milliseconds, ten are seconds
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:[T\s_]\d{4,6}.*|\d{4}|\d{6})?",
        rf"(?P<day>\d{{1,2}})(?P<sep>[/.-])(?P<month>\d{{1,2}})(?P=sep){_YEAR}{_REST}",
        r"(?P<month>\d{1,2})/(?P<year>\d{4})",
    )
)
_IN_LINE = re.compile(rf"\b(?P<day>\d{{1,2}}){_FIRST}\s+{_MONTH}\.?\s+(?P<year>\d{{4}})\b", re.IGNORECASE)
_NUMERIC = re.compile(r"\d{1,2}(?P<sep>[/.-])\d{1,2}(?P=sep)\d{2,4}\b")
_CODES = {10: "djxcD", 7: "mbB"}  # of strptime; what tells the day, and the month
_UTC = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})[T ](?P<time>\d{2}:\d{2})(?::\d{2}(?:[.,]\d+)?)?\s*(?:Z|UTC|GMT|[+-]00:?00)"
)
_EPOCH = re.compile(r"(?P<seconds>\d{9,10})(?:\d{3}){0,3}(?:\.\d+)?")
_IN_PATH = re.compile(
    r"[/_-](?P<year>(?:19|20)\d{2})(?:(?P<sep>[/-])(?P<month>\d{2})(?:(?P=sep)(?P<day>\d{2}))?|(?P<m>\d{2})(?P<d>\d{2}))"
    r"(?=[/_.-]|$)"
)


def read_date(value: str | int | float | None, formats: Sequence[str] = ()) -> str | None:
    """The ISO date of a metadata value, at its own precision; None if it is not a date.

    Where `formats` of strptime are given, a date of numbers alone ("03/04/2022") is read by these only.
    """
    text = str(value).strip() if value is not None else ""
    if not text or len(text) > LONGEST:
        return None
    if formats:
        found = next(filter(None, (_by_format(text, form) for form in formats)), None)
        if found or _NUMERIC.match(text):
            return found
    if (universal := _UTC.fullmatch(text)) and (found := _in_paris(universal)):
        return found
    return parse_date(text) or next(filter(None, (_found(form.fullmatch(text)) for form in _FORMS)), _epoch(text))


def _in_paris(match: re.Match[str]) -> str | None:
    """The day in Paris of a time in Greenwich: "2022-01-18T23:30:00Z" is half past midnight of the 19th."""
    try:
        return datetime.fromisoformat(f"{match['day']}T{match['time']}+00:00").astimezone(PARIS).date().isoformat()
    except ValueError:
        return None


def _by_format(text: str, form: str) -> str | None:
    try:
        found = datetime.strptime(text, form)
    except ValueError:
        return None
    known = next((length for length, codes in _CODES.items() if any(f"%{code}" in form for code in codes)), 4)
    return real_date(*found.date().isoformat()[:known].split("-"))


def address_date(url: str | None) -> str | None:
    """The date in the path of an address: "https://x.example/2022/01/19/vote.html"."""
    match = _IN_PATH.search(url.split("?")[0]) if url else None
    if match is None:
        return None
    return real_date(match["year"], match["month"] or match["m"], match["day"] or match["d"])


def find_date(text: str) -> str | None:
    """The first date with a month's name in a line: "Société, mercredi 19 janvier 2022, p. 5"."""
    return next(filter(None, (_found(match) for match in _IN_LINE.finditer(text[:1000]))), None)


def _found(match: re.Match[str] | None) -> str | None:
    if match is None:
        return None
    groups = match.groupdict()
    return real_date(
        whole_year(groups["year"]), str(_NUMBERS.get(groups["month"].lower(), groups["month"])), groups.get("day")
    )


def _epoch(text: str) -> str | None:
    """The day in Paris of seconds since 1970, or of their thousandths, millionths or billionths."""
    match = _EPOCH.fullmatch(text)
    return datetime.fromtimestamp(int(match["seconds"]), PARIS).date().isoformat() if match else None
