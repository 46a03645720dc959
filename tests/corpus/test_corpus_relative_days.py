"""Relative days (« hier », « mardi dernier ») count only if the text has the day that they refer to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.corpus.article import Article, Origin
from kiosque.corpus.dates.dateline import completed, dateline
from kiosque.corpus.dates.relative_days import WEEKDAYS, day_before, relative_stamp, self_dated, weekday_before
from kiosque.corpus.draft.stamp_lines import extract_stamp
from kiosque.corpus.walk.read_corpus import read_corpus

MakeCorpus = Callable[[dict[str, str | bytes]], Path]

THURSDAY = "2022-01-20"


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Publié hier à 18h", "2022-01-19"),
        ("Publié avant-hier", "2022-01-18"),
        ("Publiée aujourd'hui à 8h05", THURSDAY),
        ("Paru mardi dernier", "2022-01-18"),
        ("Publié jeudi dernier", "2022-01-13"),
        ("Publié ce mercredi à 12:47", "2022-01-19"),
        ("Publié jeudi à 8h", THURSDAY),
        ("Publié\u00a0: vendredi", "2022-01-14"),
        ("Mis en ligne le 19 janvier à 08h12.", "2022-01-19"),
        ("Publié le mercredi 19 janvier à 08h12", "2022-01-19"),
        ("Publié le 31 décembre à 23h", "2021-12-31"),
        ("Publié le 31 février à 8h", None),
        ("Publié hier à Lyon, son livre parle du pont.", None),
        ("Publié mardi dernier chez un éditeur de Lyon", None),
        ("Il a publié hier", None),
        ("hier", None),
    ],
)
def test_stamps_without_a_whole_date(line: str, day: str | None) -> None:
    assert relative_stamp(line, THURSDAY) == day


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("La mairie a dit hier, mardi 18 janvier 2022, que le pont rouvre.", "2022-01-19"),
        ("Avant-hier, lundi 17 janvier 2022, le pont a rouvert.", "2022-01-19"),
        ("Le pont rouvre demain jeudi 20 janvier 2022.", "2022-01-19"),
        ("Aujourd’hui mercredi 19 janvier 2022, le pont rouvre.", "2022-01-19"),
        ("Hier soir, le 18 janvier 2022, le pont a fermé.", "2022-01-19"),
        ("Hier, jeudi 18 janvier 2022, le pont a fermé.", None),  # it was a Tuesday
        ("Ce mardi 11 septembre 2001, le port dort.", None),  # written years later
        ("Mardi dernier, 18 janvier 2022, le pont a fermé.", None),  # ambiguous: some day of the following week
        ("Hier, le pont a fermé. Le 18 janvier 2022 aussi.", None),
        ("Hier, 31 février 2022, le pont a fermé.", None),
        ("Hier, 18 janvier, le pont a fermé.", None),
    ],
)
def test_days_named_in_sentences(line: str, day: str | None) -> None:
    assert self_dated(line) == day


@given(st.dates(date(1700, 1, 1), date(2100, 12, 31)), st.sampled_from(WEEKDAYS))
def test_a_weekday_is_within_the_week_before(anchor: date, weekday: str) -> None:
    last, before = (weekday_before(weekday, anchor.isoformat(), before=flag) for flag in (False, True))
    assert WEEKDAYS[date.fromisoformat(last).weekday()] == WEEKDAYS[date.fromisoformat(before).weekday()] == weekday
    assert timedelta(0) <= anchor - date.fromisoformat(last) < timedelta(7)
    assert timedelta(1) <= anchor - date.fromisoformat(before) < timedelta(8)


@given(st.dates(date(1700, 1, 1), date(2099, 12, 31)), st.integers(0, 364))
def test_a_day_without_a_year_is_within_the_year_before(anchor: date, back: int) -> None:
    day = anchor - timedelta(back)
    assert day_before(day.isoformat()[4:], anchor.isoformat()) == day.isoformat()


@pytest.mark.parametrize(
    ("lines", "date", "kept"),
    [
        (["Publié hier à 18h - reste", "Jeudi 20 janvier 2022"], None, 2),
        (["Jeudi 20 janvier 2022", "Publié hier à 18h", "Le pont."], "2022-01-19", 2),
        (["Publié mardi", "Mis à jour le 20 janvier 2022", "Le pont."], "2022-01-18", 1),
        (["Publié hier à 18h", "Le pont."], None, 2),  # relative to an unknown day: the line stays
        (["Publié le 19 janvier à 8h", "Le pont."], None, 2),
        (["Publié le 3 mars 2021", "Publié hier", "Jeudi 20 janvier 2022"], "2021-03-03", 2),
    ],
)
def test_a_relative_stamp_needs_an_anchor(lines: list[str], date: str | None, kept: int) -> None:
    rest, found = extract_stamp(lines)
    assert (found.published, len(rest)) == (date, kept)


@pytest.mark.parametrize(
    ("text", "name", "date", "origin"),
    [
        ("PARIS, 3 mars (AFP) - La mairie.", "a", None, None),
        ("PARIS, jeudi 3 mars (AFP) - La mairie.", "2022_a", "2022-03-03", Origin.DATELINE),
        ("PARIS, 3 mars (AFP) - La mairie rouvre ce jeudi 3 mars 2022 le pont.", "a", "2022-03-03", Origin.DATELINE),
        ("PARIS, 3 mars (AFP) - Il était né le 4 mars 1950.", "a", None, None),
        ("Mis à jour le 4 mars 2022\n\nPARIS, 3 mars (AFP) - La mairie.", "a", "2022-03-03", Origin.DATELINE),
        ("Mis à jour le 2 janvier 2022\n\nPARIS, 31 déc. (AFP) - La mairie.", "a", "2021-12-31", Origin.DATELINE),
        ("Mis à jour le 4 mars 2022\n\nPARIS, jeudi (AFP) - La mairie.", "a", "2022-03-03", Origin.DATELINE),
        ("PARIS, jeudi (AFP) - La mairie.", "a", None, None),
        ("PARIS, jeudi (AFP) - La mairie.", "2021-05-06_a", "2021-05-06", Origin.FILE_NAME),
        ("Le pont a rouvert hier, mardi 18 janvier 2022.", "a", "2022-01-19", Origin.DATELINE),
        ("Le pont a rouvert hier, mardi 18 janvier 2022.", "2022-05_a", "2022-05", Origin.FILE_NAME),
        ("Le pont a rouvert hier.", "a", None, None),
        ("Jeudi 20 janvier 2022\n\nPublié hier à 18h\n\nLe pont.", "a", "2022-01-19", Origin.TEXT),
        (
            "Publié le 19 janvier 2022 à 08h12\n\nMis à jour le 20 janvier 2022\n\nLe pont.",
            "a",
            "2022-01-19",
            Origin.TEXT,
        ),
    ],
)
@pytest.mark.parametrize("page", [False, True])
def test_articles_are_dated_by_their_text(
    make_corpus: MakeCorpus, text: str, name: str, date: str | None, origin: Origin | None, page: bool
) -> None:
    more = "Le quai de la Lune reste fermé aux voitures pendant onze mois, dit la ville qui paie les travaux. " * 3
    html = "".join(f"<p>{line}</p>" for line in [*text.split("\n\n"), more, more])
    content = (
        f"<title>Le pont rouvre</title><article>{html}</article>" if page else f"Le pont rouvre\n\n{text}\n\n{more}"
    )
    suffix = "html" if page else "txt"
    (found,) = read_corpus([make_corpus({f"{name}.{suffix}": f"<html>{content}</html>" if page else content})])
    assert isinstance(found, Article)
    assert (found.date, found.date_origin) == (date, origin)


def test_a_dateline_may_have_only_a_weekday() -> None:
    assert dateline(["PARIS, jeudi (AFP) - La mairie."]) == ("jeudi", "AFP")
    assert dateline(["Paris, jeudi soir, il pleuvait"]) == (None, None)
    assert completed("2022", "jeudi") is None
    assert completed("2022-03", "jeudi", "2022-03-04") == "2022-03-03"


@pytest.mark.parametrize(
    ("stamps", "date"),
    [
        (["Publié le 19 janvier 2022 à 8h"], "2022-01-19"),
        (["Publié le 19 janvier 2022 à 8h", "Publié le 3 mars 2021"], None),  # one of them may belong to a link
        (["Publié le 19 janvier 2022", "publié le 19/01/2022"], "2022-01-19"),
        (["19 janvier"], None),
    ],
)
def test_a_stamp_outside_the_text_counts_if_it_is_the_only_one(
    make_corpus: MakeCorpus, stamps: list[str], date: str | None
) -> None:
    text = "Le quai de la Lune reste fermé aux voitures pendant onze mois, dit la ville qui paie les travaux. " * 3
    spans = "".join(f"<span>{line}</span>" for line in stamps)
    page = f"<html><title>Le pont</title><div>{spans}</div><article><p>{text}</p><p>{text}</p></article></html>"
    (found,) = read_corpus([make_corpus({"a.html": page})])
    assert isinstance(found, Article)
    assert found.date == date
