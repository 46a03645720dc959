"""Dates as days: a day is its proleptic Gregorian ordinal (1 is 1 January of year 1), so that spans compare."""

from __future__ import annotations

import calendar
import re
from datetime import date
from functools import lru_cache

PARTIAL_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@lru_cache(maxsize=1 << 14)
def day_span(text: str) -> tuple[int, int]:
    """First and last day (inclusive) of an ISO date of year, month or day precision.

    Raises ValueError if `text` is no such date: "2022-13", "22-01".
    """
    if not (match := PARTIAL_DATE.fullmatch(text)):
        raise ValueError(f"not a date of the form 2022, 2022-01 or 2022-01-19: {text!r}")
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    if month is None:
        return date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    if day is None:
        last = calendar.monthrange(year, month)[1] if 1 <= month <= 12 else 0
        return date(year, month, 1).toordinal(), date(year, month, last).toordinal()
    only = date(year, month, day).toordinal()
    return only, only


def day_iso(day: int) -> str:
    """A day as "2022-01-19"."""
    return date.fromordinal(day).isoformat()
