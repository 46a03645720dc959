from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.corpus.dates.metadata_dates import address_date, read_date
from kiosque.corpus.dates.stamp import real_date

DAY = "2022-01-19"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (DAY, DAY),
        ("2022-01-19T00:30:00+01:00", DAY),
        ("Wed, 19 Jan 2022 00:30:00 +0100", DAY),
        ("mercredi 19 janvier 2022 à 08h12", DAY),
        ("le 19 janv. 2022", DAY),
        ("mar. 3 mai 2022", "2022-05-03"),
        ("January 19, 2022 08:12 AM", DAY),
        ("Wednesday, Jan. 19th, 2022", DAY),
        ("Wed Jan 19 08:12:00 2022", DAY),
        ("2022/1/19", DAY),
        ("20220119", DAY),
        ("20220119T081200Z", DAY),
        ("19/01/2022 08:12", DAY),
        ("03/04/2022", "2022-04-03"),
        ("1er mai 2022", "2022-05-01"),
        ("janvier 2022", "2022-01"),
        ("01/2022", "2022-01"),
        ("2022-01", "2022-01"),
        (2022, "2022"),
        (1642576320, DAY),
        ("1642576320000", DAY),
        ("31/02/2022", None),
        ("2022-13-01", None),
        ("hier", None),
        ("12 mars", None),
        ("19/01/22", "2022-01-19"),
        ("19/01/78", "1978-01-19"),
        ("1er avril 78", "1978-04-01"),
        ("1 er mars 2022", "2022-03-01"),
        ("Wed, 19 Jan 22 08:12:00 +0100", "2022-01-19"),
        ("lun. 3 fév. 2020 08:00", "2020-02-03"),
        ("14 juill. 2021", "2021-07-14"),
        ("3 fev 2020", "2020-02-03"),
        ("5 sep 2020", "2020-09-05"),
        ("Wed Jan 19 08:12:00 +0000 2022", "2022-01-19"),
        ("Wed Jan 19 08:12:00 CET 2022", "2022-01-19"),
        ("2022-01-18T23:30:00Z", "2022-01-19"),  # half past midnight in Paris
        ("2022-07-18T22:30:00+00:00", "2022-07-19"),  # summer time
        ("2022-01-18T23:30:00-05:00", "2022-01-18"),
        ("202201190812", "2022-01-19"),
        ("20220119081200", "2022-01-19"),
        (1642579920, "2022-01-19"),
        (1642579920000, "2022-01-19"),
        (1642579920000000, "2022-01-19"),
        (1724082128000, "2024-08-19"),  # not 21 August 1724
        (1611121500000, "2021-01-20"),
        ("il y a 3 jours", None),
        (3, None),
        ("", None),
        (None, None),
        ("9" * 500, None),
    ],
)
def test_dates_of_metadata(value: str | int | None, found: str | None) -> None:
    assert read_date(value) == found


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://x.example/idees/article/2023/03/15/vote_6165562_3232.html", "2023-03-15"),
        ("https://x.example/2022-01-19-vote.html", DAY),
        ("https://x.example/20220119-vote", DAY),
        ("https://x.example/vote-20220119.php", DAY),
        ("https://x.example/2022/01/vote", "2022-01"),
        ("https://x.example/vote?d=2022/01/19", None),
        ("https://x.example/a-2022-b", None),
        ("https://x.example/2022/31/12/a", None),
        ("https://x.example/CNT0000020220119", None),
        (None, None),
    ],
)
def test_dates_in_urls(url: str | None, found: str | None) -> None:
    assert address_date(url) == found


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from(["%Y%m%d", "%d/%m/%Y", "%d.%m.%Y", "%d %b %Y"]))
def test_every_date_round_trips(day: date, form: str) -> None:
    assert read_date(day.strftime(form)) == day.isoformat()


@given(st.text(st.sampled_from("0123456789/-.: janvierT+Z"), max_size=40))
def test_any_text_gives_a_calendar_date_or_none(text: str) -> None:
    found = read_date(text)
    assert found is None or real_date(*found.split("-")) == found
