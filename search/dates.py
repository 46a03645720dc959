"""Reads dates as people type them in a query: "2022-01", "2022-01..2022-03", ">=2022", "19 janvier 2022"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from kiosque.corpus.french import MONTH_NUMBERS
from kiosque.index.text.days import day_span
from kiosque.search.errors import RequestError

Days = tuple[int | None, int | None]
"""First and last day (see index.text.days), each inclusive; None is open."""

SLASHED = re.compile(r"(?:(?P<day>\d{1,2})/)?(?P<month>\d{1,2})/(?P<year>\d{4})")
SPOKEN = re.compile(r"(?:(?P<day>\d{1,2})(?:er)?\s+)?(?P<month>[a-zéû]+)\s+(?P<year>\d{4})")


def date_days(text: str) -> tuple[int, int]:
    """First and last day of a date such as "2022-01", "19/01/2022" or "1er mars 2022"; raises ValueError otherwise."""
    slashed = SLASHED.fullmatch(text.strip())
    if slashed:
        parts = [slashed["year"], slashed["month"], slashed["day"]]
        return day_span("-".join(part.zfill(2) for part in parts if part))
    spoken = SPOKEN.fullmatch(unicodedata.normalize("NFC", text).strip().lower())
    if not spoken:
        return day_span(text.strip())
    if spoken["month"] not in MONTH_NUMBERS:
        raise ValueError(f"no month: {spoken['month']!r}")
    iso = f"{spoken['year']}-{MONTH_NUMBERS[spoken['month']]:02}"
    return day_span(f"{iso}-{int(spoken['day']):02}" if spoken["day"] else iso)


def range_days(text: str) -> Days:
    """The days of a date, a range "a..b" (either end may be missing) or a comparison ">=a"; ValueError otherwise."""
    if ".." in text:
        since, _, until = text.partition("..")
        return (date_days(since)[0] if since else None, date_days(until)[1] if until else None)
    for sign, days in COMPARISONS.items():
        if text.startswith(sign):
            return days(*date_days(text.removeprefix(sign)))
    return date_days(text)


COMPARISONS: dict[str, Callable[[int, int], Days]] = {
    ">=": lambda first, last: (first, None),
    "<=": lambda first, last: (None, last),
    ">": lambda first, last: (last + 1, None),
    "<": lambda first, last: (None, first - 1),
}


def parameter_days(since: str | None, until: str | None) -> Days:
    """The days of the parameters `from` and `to`. Raises RequestError, which names the one that is not a date."""
    return _end("from", since, 0), _end("to", until, 1)


def _end(parameter: str, text: str | None, which: int) -> int | None:
    try:
        return date_days(text)[which] if text else None
    except ValueError as error:
        message = f"« {text} » n’est pas une date. Écrivez par exemple 2022, 2022-01 ou 2022-01-19."
        raise RequestError(parameter, message) from error
