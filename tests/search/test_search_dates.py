"""Dates as users type them."""

from datetime import date

import pytest

from kiosque.search.dates import date_days, parameter_days, range_days
from kiosque.search.errors import RequestError


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("2022", "2022-01-01", "2022-12-31"),
        ("2022-01", "2022-01-01", "2022-01-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2022-01-19", "2022-01-19", "2022-01-19"),
        ("19 janvier 2022", "2022-01-19", "2022-01-19"),
        ("19/01/2022", "2022-01-19", "2022-01-19"),
        ("1/2/2022", "2022-02-01", "2022-02-01"),
        ("02/2024", "2024-02-01", "2024-02-29"),
        ("1er mars 2022", "2022-03-01", "2022-03-01"),
        ("1ER MARS 2022", "2022-03-01", "2022-03-01"),
        (" février 2022 ", "2022-02-01", "2022-02-28"),
        ("fevrier 2022", "2022-02-01", "2022-02-28"),
        ("fe\u0301vrier 2022", "2022-02-01", "2022-02-28"),
        ("15 août 2023", "2023-08-15", "2023-08-15"),
        ("15 aout 2023", "2023-08-15", "2023-08-15"),
        ("décembre 2023", "2023-12-01", "2023-12-31"),
    ],
)
def test_a_date_has_a_first_and_a_last_day(typed: str, first: str, last: str) -> None:
    assert date_days(typed) == (day(first), day(last))


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "22",
        "2022-13",
        "2022-00",
        "2022-02-30",
        "2022-1",
        "0000",
        "hier",
        "32 janvier 2022",
        "1 brumaire 1799",
        "13/2022",
        "31/02/2022",
        "1/2/22",
    ],
)
def test_an_invalid_date_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        date_days(typed)


@pytest.mark.parametrize(
    ("typed", "since", "until"),
    [
        ("2022-01..2022-03", "2022-01-01", "2022-03-31"),
        ("2022-01 .. 2022-03", "2022-01-01", "2022-03-31"),
        ("2022-02..", "2022-02-01", None),
        ("..2022-02", None, "2022-02-28"),
        ("1er mars 2022..3 avril 2022", "2022-03-01", "2022-04-03"),
        (">=2022-02", "2022-02-01", None),
        (">= 2022-02", "2022-02-01", None),
        (">2022-02", "2022-03-01", None),
        ("<=2022-02", None, "2022-02-28"),
        ("<2022-02", None, "2022-01-31"),
        (">2022", "2023-01-01", None),
        ("2022", "2022-01-01", "2022-12-31"),
    ],
)
def test_ranges_and_comparisons(typed: str, since: str | None, until: str | None) -> None:
    assert range_days(typed) == (since and day(since), until and day(until))


@pytest.mark.parametrize("typed", ["2022..hier", "hier..2022", ">=", ">hier", "2022..2023..2024", "=2022"])
def test_a_range_with_an_invalid_end_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        range_days(typed)


def test_date_parameters_are_inclusive_and_optional() -> None:
    assert parameter_days("2022-01", "2022-03") == (day("2022-01-01"), day("2022-03-31"))
    assert parameter_days(None, None) == parameter_days("", "") == (None, None)


@pytest.mark.parametrize(("since", "until", "culprit"), [("2022-13", None, "from"), ("2022", "hier", "to")])
def test_an_invalid_date_parameter_is_named(since: str, until: str | None, culprit: str) -> None:
    with pytest.raises(RequestError, match="n’est pas une date") as refused:
        parameter_days(since, until)
    assert refused.value.parameter == culprit
