"""Dates as day numbers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.index.text.days import day_iso, day_span


@given(st.dates())
def test_a_day_round_trips_through_its_number(day: date) -> None:
    first, last = day_span(day.isoformat())
    assert first == last == day.toordinal()
    assert day_iso(first) == day.isoformat()


@given(st.dates())
def test_a_day_is_within_its_month_and_its_month_within_its_year(day: date) -> None:
    (year_first, year_last), (month_first, month_last) = day_span(day.isoformat()[:4]), day_span(day.isoformat()[:7])
    assert year_first <= month_first <= day.toordinal() <= month_last <= year_last
    assert year_last - year_first in (364, 365)
    assert 27 <= month_last - month_first <= 30


def test_february_in_leap_years() -> None:
    assert [day_iso(day) for day in day_span("2024-02")] == ["2024-02-01", "2024-02-29"]
    assert [day_iso(day) for day in day_span("2022-02")] == ["2022-02-01", "2022-02-28"]


@pytest.mark.parametrize(
    "text",
    ["", "22-01", "2022-13", "2022-00", "2022-02-29", "2022-1-1", "20220119", "2022-01-19T00:00", "0000", "2022 "],
)
def test_an_invalid_date_raises_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        day_span(text)
