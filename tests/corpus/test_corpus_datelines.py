from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.corpus.article import Article, Origin
from kiosque.corpus.dates.dateline import completed, dateline
from kiosque.corpus.dates.stamp import real_date
from kiosque.corpus.walk.read_corpus import read_corpus

MakeCorpus = Callable[[dict[str, str | bytes]], Path]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("PARIS, 3 mars 2022 (AFP) - La mairie rouvre le pont.", ("2022-03-03", "AFP")),
        ("Saint-Denis (Réunion), 1er février 2022 (Agence Fictive) – La mairie.", ("2022-02-01", "Agence Fictive")),
        ("Kiev, le 24 févr. 2022 — La ville s’éveille.", ("2022-02-24", None)),
        ("PARIS, 3 mars (AFP) - La mairie.", ("-03-03", "AFP")),
        ("19 janvier 2022 à 08h12", ("2022-01-19", None)),
        ("Mercredi 19 janvier 2022", ("2022-01-19", None)),
        ("Paris, 31 février 2022 (AFP) - La mairie.", (None, "AFP")),
        ("À Paris, 3 mars 2022 est un jour de pluie.", (None, None)),
        ("Le 3 mars 2022, la mairie rouvre le pont.", (None, None)),
        ("paris, 3 mars 2022 (AFP) - La mairie.", (None, None)),
        ("Paris, 3 mars de l’an passé (AFP)", (None, None)),
        ("2022", (None, None)),
        ("janvier 2022", (None, None)),
    ],
)
def test_datelines(line: str, found: tuple[str | None, str | None]) -> None:
    assert tuple(dateline(["Le titre", "", line, "Suite."])) == found


def test_a_dateline_is_at_the_top_of_a_text() -> None:
    assert dateline([f"Ligne {n}" for n in range(10)] + ["PARIS, 3 mars 2022 (AFP) - Non."]) == (None, None)


def test_a_missing_year_comes_from_the_other_date_or_stays_missing() -> None:
    assert completed("2022", "-03-03") == completed("2022-03", "-03-03") == "2022-03-03"
    assert completed(None, "-03-03") is None
    assert completed("2022", "-02-30") is None
    assert completed(None, "2021-03-03") == "2021-03-03"


@pytest.mark.parametrize(
    ("name", "date", "origin"),
    [
        ("pont.txt", None, None),
        ("2022/pont.txt", "2022-03-03", Origin.DATELINE),
        ("2022/03/pont.txt", "2022-03-03", Origin.DATELINE),
        ("2022/04/pont.txt", "2022-04", Origin.FOLDER),
        ("2021-05-06_pont.txt", "2021-05-06", Origin.FILE_NAME),
    ],
)
@pytest.mark.parametrize("page", [False, True])
def test_dates_of_folders_and_file_names_beat_a_dateline_without_year(
    make_corpus: MakeCorpus, name: str, date: str | None, origin: Origin | None, page: bool
) -> None:
    text = (
        "PARIS, 3 mars (AFP) - La mairie rouvre ce matin le pont de la Lune aux voitures, après onze mois de travaux."
    )
    content = (
        f"<html><title>Le pont rouvre</title><article><p>{text}</p></article></html>"
        if page
        else f"Le pont rouvre\n\n{text}"
    )
    (found,) = read_corpus([make_corpus({name.replace(".txt", ".html") if page else name: content})])
    assert isinstance(found, Article)
    assert (found.date, found.date_origin, found.source) == (date, origin, "AFP")


@given(st.lists(st.text(st.sampled_from("Paris, 3mars2022(AFP) -–\n"), max_size=60), max_size=5))
def test_any_lines_give_a_calendar_date_or_none(lines: list[str]) -> None:
    found = completed("2022", dateline(lines).date)
    assert found is None or real_date(*found.split("-")) == found
