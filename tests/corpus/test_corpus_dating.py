from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.corpus.article import DATE_CONFIDENCES, Origin
from kiosque.corpus.dates.dateline import choose_with_dateline
from kiosque.corpus.dates.stamp import (
    choose_date,
    file_name_date,
    folder_date,
    leading_date,
    parse_date,
    real_date,
    stamp,
    without_dates,
)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2022-01-19", "2022-01-19"),
        ("2022-01-19T23:30:00-05:00", "2022-01-19"),  # the day at the source, not the one in UTC
        ("2022-01-19T00:10:00+02:00", "2022-01-19"),
        ("2022-01-19 08:12", "2022-01-19"),
        ("2022-01-19T08:12:00.123Z", "2022-01-19"),
        ("2022-01", "2022-01"),
        ("2022", "2022"),
        ("1er février 2022", "2022-02-01"),
        ("31/02/2022", None),
        ("01/02/2022", "2022-02-01"),
        ("2022-02-30", None),
        ("2022-13", None),
        ("1599", None),
        ("2101-01-01", None),
        ("2022-01-19 environ", None),
        ("hier", None),
        ("", None),
        ("٢٠٢٢-٠١-١٩", None),
    ],
)
def test_metadata(text: str, date: str | None) -> None:
    assert parse_date(text) == date


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("2022-01-19_pont", "2022-01-19"),
        ("2022-01-19", "2022-01-19"),
        ("20220119-pont", "2022-01-19"),
        ("2022_01_19_pont", "2022-01-19"),
        ("2021-07_pont", "2021-07"),
        ("2018_finale", "2018"),
        ("2018-finale", "2018"),
        ("KB_JB1_1910-08-14_01-2", "1910-08-14"),
        ("2022-02-31_pont", None),  # an impossible day: the whole name is no date
        ("20221345", None),
        ("2018-2019_saison", None),  # a season
        ("1782", None),  # the 1,782nd file
        ("1999_84f6a16ddaabf664", None),  # a number and a hash
        ("202201191230", None),
        ("le-pont-de-1999", None),
        ("000_84f6a16ddaabf664", None),
        ("20180000_x", None),
        ("0001-01-01_x", None),
    ],
)
def test_file_names(name: str, date: str | None) -> None:
    assert file_name_date(name) == date


@pytest.mark.parametrize(
    ("folders", "date", "others"),
    [
        (("2022", "01", "19"), "2022-01-19", []),
        (("2022", "1"), "2022-01", []),
        (("2022", "janvier"), "2022-01", []),
        (("2022-01",), "2022-01", []),
        (("2022-01-19",), "2022-01-19", []),
        (("2018",), "2018", []),
        (("la-vigie", "2018"), "2018", ["la-vigie"]),
        (("2018", "la-vigie", "06"), "2018-06", ["la-vigie"]),
        (("2022", "13"), "2022", ["13"]),
        (("2022", "02", "31"), "2022-02", ["31"]),
        (("01", "19"), None, ["01", "19"]),
        (("1234567",), None, ["1234567"]),
        (("200112",), None, ["200112"]),  # a number rather than December 2001
        (("20220119",), "2022-01-19", []),
        (("2018-2019",), None, ["2018-2019"]),
        ((), None, []),
    ],
)
def test_folders(folders: tuple[str, ...], date: str | None, others: list[str]) -> None:
    assert (folder_date(folders), without_dates(folders)) == (date, others)


@pytest.mark.parametrize(
    ("text", "date", "rest"),
    [
        (" date 2022-01 Le pont", "2022-01", "Le pont"),
        ("date 2022-01-19\nLe pont", "2022-01-19", "Le pont"),
        ("date\u00a02022 Le pont", "2022", "Le pont"),
        (" date 2022-13 Le pont", None, " date 2022-13 Le pont"),
        ("La date 2022-01 compte", None, "La date 2022-01 compte"),
        ("Date 2022 du marathon", None, "Date 2022 du marathon"),
        ("date 20221 x", None, "date 20221 x"),
    ],
)
def test_leading_date(text: str, date: str | None, rest: str) -> None:
    assert leading_date(text) == (date, rest)


@pytest.mark.parametrize(
    ("line", "published", "updated"),
    [
        ("Publié le 19 janvier 2022 à 08h12", "2022-01-19", None),
        ("Publié le mercredi 19 janvier 2022", "2022-01-19", None),
        ("publié\u00a0le\u202f1er\u00a0février\u00a02022", "2022-02-01", None),
        ("Publié le : 19/01/2022 à 8:12", "2022-01-19", None),
        ("Publié le 19 janvier 2022 à 08h12, mis à jour le 20 janvier 2022 à 9h", "2022-01-19", "2022-01-20"),
        ("Mis à jour le 20 janvier 2022 (publié le 19 janvier 2022)", "2022-01-19", "2022-01-20"),
        ("Mis à jour le 20 août 2022.", None, "2022-08-20"),
        ("Publié le 31 février 2022", None, None),
    ],
)
def test_stamps(line: str, published: str | None, updated: str | None) -> None:
    found = stamp(line)
    assert found is not None
    assert (found.published, found.updated) == (published, updated)


def test_stamp_may_name_its_author() -> None:
    for line in ("Par Ana Roy, publié le 19 janvier 2022", "Publié le 19/01/2022 à 8h par Ana Roy"):
        found = stamp(line)
        assert found is not None
        assert (found.author, found.published) == ("Ana Roy", "2022-01-19")


@pytest.mark.parametrize(
    "line",
    [
        "Publié le 19 janvier 2022 à Lyon, le livre est épuisé.",
        "Le décret publié le 19 janvier 2022",
        "19 janvier 2022",
        "Publié le 19 janvier",
        "Publié le 19 janvier 2022 par un éditeur de Lyon, le livre est épuisé.",
        "Publié",
        "",
    ],
)
def test_sentences_are_not_stamps(line: str) -> None:
    assert stamp(line) is None


def test_a_later_candidate_only_refines_an_earlier_date() -> None:
    text, folder = Origin.TEXT, Origin.FOLDER
    assert choose_date(("2022", text), ("2022-01", folder)) == ("2022-01", folder)
    assert choose_date(("2022-01", text), ("2022", folder)) == ("2022-01", text)
    assert choose_date(("2022", text), ("2021-05-01", folder)) == ("2022", text)
    assert choose_date(("2022", text), ("2022", folder)) == ("2022", text)
    assert choose_date((None, text), ("2022", folder)) == ("2022", folder)
    assert choose_date((None, text)) == (None, None)


def test_origins_win_in_table_order() -> None:
    days = [(f"2022-01-{number:02}", origin) for number, origin in enumerate(DATE_CONFIDENCES, 1)]
    for first in range(len(days)):
        assert choose_date(*reversed(days[first:])) == days[first]


@pytest.mark.parametrize("origin", Origin)
def test_updates_and_file_times_refine_no_date(origin: Origin) -> None:
    chosen = choose_date(("2022", Origin.METADATA), ("2022-01-19", origin))
    assert (chosen == ("2022", Origin.METADATA)) == (origin in (Origin.UPDATE, Origin.GUESS, Origin.FILE_TIME))


def test_an_update_dates_only_an_otherwise_undated_text() -> None:
    update = "2022-03-04"
    assert choose_with_dateline((None, None), None, update) == (update, Origin.UPDATE)
    assert choose_with_dateline((None, None), "2022-03-03", update) == ("2022-03-03", Origin.DATELINE)
    assert choose_with_dateline(("2022", Origin.FOLDER), None, update) == ("2022", Origin.FOLDER)
    assert choose_with_dateline(("2022", Origin.FOLDER), "-03-03", update) == ("2022-03-03", Origin.DATELINE)


@given(st.dates(datetime.date(1600, 1, 1), datetime.date(2100, 12, 31)))
def test_every_day_is_read_in_every_form(day: datetime.date) -> None:
    iso = day.isoformat()
    assert parse_date(iso) == file_name_date(f"{iso}_x") == file_name_date(iso.replace("-", "")) == iso
    assert folder_date(iso.split("-")) == parse_date(f"{day.day}/{day.month}/{day.year}") == iso


@given(st.text(), st.text())
def test_any_text_gives_only_calendar_dates(first: str, second: str) -> None:
    found = (parse_date(first), file_name_date(first), folder_date([first, second]), leading_date(first)[0])
    for date in filter(None, found):
        assert real_date(*date.split("-")) == date
