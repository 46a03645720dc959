"""French numbers, dates and plurals."""

from __future__ import annotations

import pytest

from kiosque.corpus.article import Confidence, Origin
from kiosque.web import french


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0 article"), (1, "1 article"), (2, "2 articles"), (1234, "1\u202f234 articles")],
)
def test_count(value: int, text: str) -> None:
    assert french.count(value, "article").replace("\u00a0", " ") == text


def test_an_irregular_plural() -> None:
    assert french.count(3, "journal", "journaux") == "3\u00a0journaux"


@pytest.mark.parametrize(
    ("iso", "text"),
    [
        ("2022-01-19", "19 janvier 2022"),
        ("2022-08-01", "1er août 2022"),
        ("2022-01", "janvier 2022"),
        ("2022", "2022"),
        (None, "sans date"),
    ],
)
def test_day(iso: str | None, text: str) -> None:
    assert french.day(iso).replace("\u00a0", " ") == text


@pytest.mark.parametrize(
    ("since", "until", "text"),
    [
        ("2022", "2022", "2022"),
        ("2022", "2023", "de 2022 à 2023"),
        ("2022-04", "2022-10", "d’avril 2022 à octobre 2022"),
        ("2022-10-03", "2022-11-01", "du 3 octobre 2022 au 1er novembre 2022"),
        ("2022-05", None, "depuis mai 2022"),
        ("2022-05-03", None, "depuis le 3 mai 2022"),
        (None, "2022-05-03", "jusqu’au 3 mai 2022"),
        (None, "2022", "jusqu’à 2022"),
        (None, None, ""),
    ],
)
def test_period(since: str | None, until: str | None, text: str) -> None:
    assert french.period(since, until).replace("\u00a0", " ") == text


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [(0.04, "moins de 0,1 ms"), (0.93, "0,9 ms"), (12.4, "12 ms"), (999.9, "1,0 s"), (1234.0, "1,2 s")],
)
def test_duration(milliseconds: float, text: str) -> None:
    assert french.duration(milliseconds).replace("\u00a0", " ") == text


def test_every_origin_has_a_french_name() -> None:
    assert all(french.origin(origin) for origin in Origin)
    assert french.origin(None) == ""
    assert french.origin("file name") == "d’après le nom du fichier"
    headings = [french.origin_heading(origin) for origin in ("metadata", "folder", "update", "file time")]
    assert headings == ["Métadonnées", "Nom du dossier", "Mise à jour de l’article", "Heure du fichier"]


def test_every_confidence_has_a_french_name() -> None:
    assert [french.confidence(one) for one in Confidence] == ["sûre", "probable", "incertaine"]
    assert [french.confidence_heading(one) for one in Confidence] == ["Sûres", "Probables", "Incertaines"]
    assert french.confidence(None) == ""
