"""Scraped .txt files of every shape, each in a few lines."""

from __future__ import annotations

import unicodedata
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosque.corpus.article import Article, Origin
from kiosque.corpus.clean.boilerplate import is_boilerplate
from kiosque.corpus.clean.mojibake import mended
from kiosque.corpus.location import Location
from kiosque.corpus.readers.text import read_text
from kiosque.corpus.refusal import Refusal
from kiosque.corpus.walk.read_corpus import read_corpus


def read(text: str | bytes, name: str = "essai") -> Article | Refusal:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file.txt"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        (item,) = read_text(Location(path, PurePosixPath(name)))
        return item


def article(text: str | bytes, name: str = "essai") -> Article:
    item = read(text, name)
    assert isinstance(item, Article), item
    return item


def refusal(text: str | bytes) -> Refusal:
    item = read(text)
    assert isinstance(item, Refusal), item
    return item


def test_first_line_is_the_title_and_the_rest_is_the_body() -> None:
    found = article("Le pont rouvre\n\n\nIl était fermé depuis mai.\n\nLes bus passent.\n")
    assert (found.title, found.body) == ("Le pont rouvre", "Il était fermé depuis mai.\n\nLes bus passent.")
    assert (found.id, found.source, found.date, found.author) == ("essai", None, None, None)


def test_a_repeated_title_is_not_in_the_body() -> None:
    assert article("Le pont rouvre\n\nLe pont rouvre\n\nLes bus passent.").body == "Les bus passent."
    assert article("L'été dure\n\nL’été dure \n\nIl fait chaud.").body == "Il fait chaud."


def test_a_sentence_that_begins_like_the_title_stays() -> None:
    assert article("Le pont rouvre\n\nLe pont rouvre aux bus.").body == "Le pont rouvre aux bus."


def test_the_source_suffix_is_removed_from_both_titles() -> None:
    for second in ("Le pont rouvre aux bus – POLITICO", "Le pont rouvre aux bus"):
        found = article(f"Le pont rouvre aux bus – POLITICO\n\n{second}\n\nEnfin.")
        assert (found.title, found.body) == ("Le pont rouvre aux bus", "Enfin.")
        assert (found.source, found.source_origin) == ("POLITICO", Origin.TEXT)


def test_a_repeated_title_with_a_source_gives_the_source() -> None:
    found = article("Le pont rouvre\n\nLe pont rouvre – Vents du large\n\nEnfin.")
    assert (found.title, found.source, found.body) == ("Le pont rouvre", "Vents du large", "Enfin.")


def test_a_leading_date_is_removed_from_its_paragraph() -> None:
    paragraph = (
        "Le pont qui relie les deux rives du fleuve a rouvert hier matin aux voitures et aux bus" + ", enfin" * 20
    )
    found = article(f" date 2022-01 {paragraph}.\n\nLa suite.")
    assert (found.date, found.date_origin) == ("2022-01", Origin.TEXT)
    assert found.body == f"{paragraph}.\n\nLa suite."
    assert found.title.endswith("…") and len(found.title) <= 120 and paragraph.startswith(found.title[:-1])


def test_a_stamp_dates_the_article_and_is_removed() -> None:
    found = article("Le pont rouvre\n\nPublié le 19 janvier 2022 à 08h12\n\nLes bus passent.")
    assert (found.date, found.date_origin, found.body) == ("2022-01-19", Origin.TEXT, "Les bus passent.")


def test_an_update_dates_an_article_only_as_a_last_resort() -> None:
    text = "Le pont rouvre\n\nMis à jour le 21 janvier 2022\n\nLes bus passent."
    assert article(text).date == "2022-01-21"
    assert article(text, "2022-01-19_pont").date == "2022-01-19"
    assert article(text, "2022-01_pont").date == "2022-01"  # the day of the update does not complete it


def test_date_within_a_sentence_dates_nothing() -> None:
    body = "Publié le 19 janvier 2022 à Lyon, son livre parle du pont.\n\nLe 3 mars 2021, il avait fermé."
    found = article(f"Le pont rouvre\n\n{body}")
    assert (found.date, found.date_origin, found.body) == (None, None, body)


def test_a_credit_line_gives_source_and_authors_and_is_removed() -> None:
    found = article(
        "Le pont rouvre\n\nEnfin.\n\nAna Roy et Léo Vidal de CNN ont contribué à ce rapport.\n\nLeave a Reply"
    )
    assert (found.source, found.source_origin) == ("CNN", Origin.TEXT)
    assert (found.author, found.body) == ("Ana Roy et Léo Vidal", "Enfin.")


def test_a_credit_line_in_the_middle_is_text() -> None:
    line = "Ana Roy de CNN a contribué à ce rapport."
    found = article(f"Le pont rouvre\n\n{line}\n\nUn.\n\nDeux.\n\nTrois.")
    assert (found.source, line in found.body) == (None, True)


def test_boilerplate_leaves_a_body_without_holes() -> None:
    found = article("Le pont rouvre\n\nUn.\n\nLire aussi  Le bac ferme\n\nDeux.\n\nFacebook\nTwitter\n\nRecent News")
    assert found.body == "Un.\n\nDeux."


def test_decomposed_accents_do_not_hide_boilerplate() -> None:
    text = "L’été dure\n\nL’été dure\n\nPublié le 1er février 2022\n\nHâte.\n\nÀ lire aussi : l’été\n\n"
    last = "Zoé Brun a contribué à cet article."
    found = article(unicodedata.normalize("NFD", text + last))
    assert (found.title, found.body) == (
        "L’été dure",
        "Hâte.",
    )
    assert (found.date, found.author) == ("2022-02-01", "Zoé Brun")


def test_no_break_spaces_and_quotes_are_kept() -> None:
    body = "«\u00a0Enfin\u00a0!\u202f», dit-il d’un “oui” l'air ravi."
    assert article(f"Le pont rouvre\r\n\r\n{body}\r\n").body == body


def test_a_single_line_is_a_title_without_a_body() -> None:
    found = article("Le pont rouvre")
    assert (found.title, found.body) == ("Le pont rouvre", "")


def test_a_file_without_text_is_refused_with_the_reason() -> None:
    assert refusal("").reason == refusal(" \n\n").reason == "fichier vide"
    assert refusal("Facebook\n\nLeave a Reply\n").reason == "aucun texte d’article"
    assert "pas du texte" in refusal(b"PK\x03\x04\0\0\0").reason
    assert "trop gros" in refusal(b"a" * (16 * 2**20 + 1)).reason


@settings(deadline=None)  # it writes a file
@given(st.binary(max_size=400))
def test_any_bytes_give_one_article_or_one_refusal(data: bytes) -> None:
    item = read(data)
    assert item.reason if isinstance(item, Refusal) else item.title and (item.title + item.body).encode()


LINES = st.lists(
    # a hyphen at the end of a line is removed with the line break
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp"), exclude_characters="¬-\u2010\u00ad\ufffe"),
        max_size=80,
    ),
    max_size=12,
)


@settings(deadline=None)  # it writes a file
@given(LINES)
def test_every_line_but_boilerplate_is_kept(lines: list[str]) -> None:
    lines = [unicodedata.normalize("NFC", line) for line in lines if mended(line * 2) == line * 2]
    text = "\n".join(["Titre de ce texte-ci", "", "Voici son début.", *lines, "Puis la fin."])
    kept = article(text).body.split("\n")
    wanted = [line for line in lines if line.strip(" \t\xa0\u202f\u200b\ufeff") and not is_boilerplate(line.strip())]
    assert [line for line in wanted if line.strip() and line not in kept] == []


def test_long_runs_of_one_sign_do_not_hang() -> None:
    for run in ("." * 200_000, " " * 200_000 + "x", "| " * 100_000, "L" * 200_000, "«" * 200_000, "a - " * 50_000):
        assert article(f"Le titre\n\n{run}\n").title == "Le titre"
        assert len(article(f"a{run}").title) <= 200


def test_the_walk_reads_folder_and_file_name(tmp_path: Path) -> None:
    (tmp_path / "la-vigie" / "2021").mkdir(parents=True)
    (tmp_path / "la-vigie" / "2021" / "pont.txt").write_text("Le pont rouvre\n\nEnfin.")
    (item,) = read_corpus([tmp_path])
    assert isinstance(item, Article)
    assert (item.id, item.source, item.date) == ("la-vigie/2021/pont", "La vigie", "2021")
    assert (item.source_origin, item.date_origin) == (Origin.FOLDER, Origin.FOLDER)
