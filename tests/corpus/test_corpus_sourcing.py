from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.corpus.article import SOURCE_CONFIDENCES, Origin
from kiosque.corpus.sources.source import (
    Credit,
    choose_source,
    credit,
    fold_name,
    folder_source,
    split_title,
    suffix_after,
)
from kiosque.corpus.sources.source_table import SourceTable
from kiosque.corpus.walk.unify import SourceNames


@pytest.mark.parametrize(
    ("title", "source"),
    [
        ("Le pont rouvre – POLITICO", "POLITICO"),
        ("Le pont rouvre | Le Monde", "Le Monde"),
        ("Le pont rouvre - lemonde.fr", "lemonde.fr"),
        ("Le pont rouvre — Agence Europe", "Agence Europe"),
        ("Le pont rouvre – La Gazette imaginaire", "La Gazette imaginaire"),
        ("Le pont rouvre – La Voix de nulle part", "La Voix de nulle part"),
        ("Le pont rouvre aux voitures – Le Phare", "Le Phare"),
        ("Le pont rouvre | Vents du Large", "Vents du Large"),
        ("Paris - Lyon : le train est en retard - Nice-Matin", "Nice-Matin"),
        ("Le pont rouvre\u00a0–\u00a0L’Écho des vagues", "L’Écho des vagues"),
    ],
)
def test_title_suffix(title: str, source: str) -> None:
    head, found = split_title(title)
    assert found == source
    assert title.startswith(head) and not head.endswith(("–", " ", "|", "-"))


@pytest.mark.parametrize(
    "title",
    [
        "Ukraine – Russie : trois scénarios",
        "Le match France - Angleterre",
        "Foot : le résumé de Nantes – PSG",
        "Ce que veut dire adhérer à l’alliance – OTAN",
        "Guerre en Ukraine – La Russie avance",
        "Guerre en Ukraine – La Russie",
        "Ils l’ont tous vu passer – Les témoins racontent",
        "Le pont – enfin – rouvre",
        "Grève à la mairie – le courrier attend",
        "Vice-président, un métier",
        "Ce qui change dans les gares – COVID-19",
        "LE PONT ROUVRE – ENFIN LIBRE",
        "Ce qui change dans les gares – Info",
        "POLITICO",
        " – POLITICO",
        "Le pont rouvre – « Le Monde change », dit-elle",
    ],
)
def test_a_dash_within_a_title_is_not_a_source(title: str) -> None:
    assert split_title(title) == (title, None)


def test_the_text_after_a_repeated_title_is_the_source() -> None:
    assert suffix_after("Le pont rouvre", "Le pont rouvre – Vents du large") == "Vents du large"
    assert suffix_after("Le pont rouvre", "Le pont rouvre | vagues.example.fr") == "vagues.example.fr"
    assert suffix_after("Le pont rouvre", "Le pont rouvre – les bus passent dès lundi") is None
    assert suffix_after("Le pont rouvre", "Le pont ferme – Vents du large") is None
    assert suffix_after("Le pont rouvre", "Le pont rouvre – " + "et la foule est venue " * 4) is None


@pytest.mark.parametrize(
    ("line", "people", "source"),
    [
        ("Ana Roy et Léo Vidal de CNN ont contribué à ce rapport.", "Ana Roy et Léo Vidal", "CNN"),
        (
            "Ana Roy et Léo Vidal, du Courrier fictif, ont contribué à cet article",
            "Ana Roy et Léo Vidal",
            "Le Courrier fictif",
        ),
        ("Ana Roy, de la Gazette du Port, a contribué à cet article.", "Ana Roy", "La Gazette du Port"),
        ("Ana Roy de l'Agence Vagues a collaboré à cette enquête.", "Ana Roy", "Agence Vagues"),
        ("Ana Roy, des Vagues, a contribué à cet article.", "Ana Roy", "Les Vagues"),
        (
            "Ana Roy, Léo Vidal et Zoé Brun de Reuters ont participé à ce reportage.",
            "Ana Roy, Léo Vidal et Zoé Brun",
            "Reuters",
        ),
        ("Ana von der Heide a contribué à cet article.", "Ana von der Heide", None),
        ("Jean de La Fontaine a contribué à cet article.", "Jean de La Fontaine", None),
        ("Joachim du Bellay a contribué à cet article.", "Joachim du Bellay", None),
        ("Jean d’Ormeaux a contribué à cet article.", "Jean d’Ormeaux", None),
    ],
)
def test_credit_lines(line: str, people: str, source: str | None) -> None:
    assert credit(line) == Credit(people, source)
    assert credit(line.replace(" ", "\u00a0").replace("'", "’")) is not None


@pytest.mark.parametrize(
    "line",
    [
        "Des experts de l’ONU ont contribué à ce rapport.",
        "La pluie a contribué à ce rapport alarmant.",
        "Le manque de moyens a contribué à cet article de loi.",
        "Ana Roy a contribué à cet effort.",
        "",
    ],
)
def test_sentences_are_not_credit_lines(line: str) -> None:
    assert credit(line) is None


@pytest.mark.parametrize(
    ("folders", "source"),
    [
        (("la-gazette-imaginaire",), "La gazette imaginaire"),
        (("le_monde",), "Le Monde"),
        (("ouest-france", "2022", "01"), "Ouest-France"),
        (("2022", "la-vigie"), "La vigie"),
        (("articles", "la-vigie", "politique"), "La vigie"),
        (("l-echo-des-vagues",), "L’echo des vagues"),
        (("20-minutes",), "20 Minutes"),
        (("2022", "01"), None),
        (("2018-2019",), None),
        (("txt",), None),
        (("ocr-txt", "XML", "flux_rss", "données"), None),
        (("warc", "la-vigie"), "La vigie"),
        ((), None),
    ],
)
def test_folder_source(folders: tuple[str, ...], source: str | None) -> None:
    assert folder_source(folders) == source


def test_first_spelling_of_a_source_is_kept() -> None:
    names = SourceNames(SourceTable([]))
    spelt = ["L’Écho du Port", "l-echo-du-port", "ECHO DU PORT", "Le Phare", "Les", "le"]
    assert [names.name(name) for name in spelt] == ["L’Écho du Port"] * 3 + ["Le Phare", "Les", "le"]


def test_names_without_letters_stay_distinct() -> None:
    assert fold_name("***") != fold_name("???")


@given(st.text(max_size=80))
def test_title_and_source_are_parts_of_the_line(title: str) -> None:
    head, source = split_title(title)
    assert title.startswith(head) and (head == title) == (source is None)
    assert source is None or (source in title and head.strip() != "")


def test_origins_win_in_the_order_of_their_table_whatever_that_of_the_candidates() -> None:
    sources = [(f"Source {number}", origin) for number, origin in enumerate(SOURCE_CONFIDENCES, 1)]
    for first in range(len(sources)):
        assert choose_source((None, sources[first][1]), *reversed(sources[first:])) == sources[first]
    assert choose_source() == choose_source((None, None), ("", Origin.TEXT)) == (None, None)


def test_of_two_sources_from_one_origin_the_first_wins() -> None:
    assert choose_source(("Le Pont", Origin.FOLDER), ("AFP", Origin.TEXT), ("Le Quai", Origin.TEXT)) == (
        "AFP",
        Origin.TEXT,
    )
