"""Days as numbers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.index.text.days import day_iso, day_span


@given(st.dates())
def test_a_day_goes_to_a_number_and_back(day: date) -> None:
    first, last = day_span(day.isoformat())
    assert first == last == day.toordinal()
    assert day_iso(first) == day.isoformat()


@given(st.dates())
def test_a_day_lies_in_its_month_which_lies_in_its_year(day: date) -> None:
    (year_first, year_last), (month_first, month_last) = day_span(day.isoformat()[:4]), day_span(day.isoformat()[:7])
    assert year_first <= month_first <= day.toordinal() <= month_last <= year_last
    assert year_last - year_first in (364, 365)
    assert 27 <= month_last - month_first <= 30


def test_february_has_its_own_length_in_leap_years() -> None:
    assert [day_iso(day) for day in day_span("2024-02")] == ["2024-02-01", "2024-02-29"]
    assert [day_iso(day) for day in day_span("2022-02")] == ["2022-02-01", "2022-02-28"]


@pytest.mark.parametrize(
    "text",
    ["", "22-01", "2022-13", "2022-00", "2022-02-29", "2022-1-1", "20220119", "2022-01-19T00:00", "0000", "2022 "],
)
def test_what_is_no_date_raises_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        day_span(text)
