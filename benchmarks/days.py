"""Days, months and years as numbers, and their names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta


def month_number(name: str) -> int:
    """ "2020-01" -> 24240: twelve times the year, plus 0 to 11."""
    return int(name[:4]) * 12 + int(name[5:7]) - 1


def month_name(number: int) -> str:
    """24240 -> "2020-01"."""
    return f"{number // 12:04}-{number % 12 + 1:02}"


def span(months: tuple[str, str]) -> tuple[int, int]:
    """The first and the last day of two months, as numbers (date.toordinal)."""
    after = month_name(month_number(months[1]) + 1)
    last = date.fromisoformat(f"{after}-01") - timedelta(days=1)
    return date.fromisoformat(f"{months[0]}-01").toordinal(), last.toordinal()


NAMES: dict[str, Callable[[int], str]] = {
    "year": lambda number: f"{number:04}",
    "month": month_name,
    "day": lambda number: date.fromordinal(number).isoformat(),
}
"""The name of a bucket of each unit."""
