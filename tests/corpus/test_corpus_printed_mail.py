"""Messages that a mail program printed, or saved as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from kiosque.corpus.article import Article
from kiosque.corpus.readers.printed_mail import is_printed_mail
from tests.corpus.expand_duplicates import read_corpus

MakeCorpus = Callable[[Mapping[str, str | bytes]], Path]
BODY = "Le pont de Lanvec rouvre mardi.\n\nLes bus suivront."


def read(make_corpus: MakeCorpus, name: str, content: str) -> Article:
    [article] = read_corpus([make_corpus({name: content})])
    assert isinstance(article, Article), article
    return article


@pytest.mark.parametrize(
    "head",
    [
        "De:\tLa Vigie du Port <lettre@vigie.example>\nEnvoyé:\tmercredi 19 janvier 2022\nObjet:\tLe pont rouvre",
        "De : La Vigie du Port [mailto:lettre@vigie.example]\nEnvoyé : mercredi 19 janvier 2022 08:12\n"
        "À : Jean ; Anne\nCc : Yann\nObjet : Le pont rouvre",
        'De : "La Vigie du Port"\nDate : 19/01/2022 08:12\nSujet : Le pont rouvre\nPièces jointes : a.pdf',
        "From: La Vigie du Port\nSent: Wednesday, January 19, 2022 8:12 AM\nTo: Jean\nSubject: Le pont rouvre",
        "Objet\u00a0: Le pont rouvre\nDe\u00a0: La Vigie du Port\nDate\u00a0: 19 janvier 2022 à 08:12\nÀ\u00a0: Jean",
    ],
)
def test_its_labels_are_read(make_corpus: MakeCorpus, head: str) -> None:
    article = read(make_corpus, "lettre.txt", f"{head}\n\n{BODY}\n")
    assert (article.title, article.date, article.source) == ("Le pont rouvre", "2022-01-19", "La Vigie du Port")
    assert article.body == BODY


def test_in_rich_text_too(make_corpus: MakeCorpus) -> None:
    head = r"De : La Vigie\par Envoy\'e9 : 19 janvier 2022\par Objet : Le pont\par\par "
    article = read(make_corpus, "lettre.rtf", rf"{{\rtf1\ansi\ansicpg1252 {head}Il rouvre.}}")
    assert (article.title, article.body, article.date) == ("Le pont", "Il rouvre.", "2022-01-19")


@pytest.mark.parametrize(
    "text",
    [
        "De : Jean\nObjet : un pont\n\nSans date.",
        "De : Jean\nEnvoyé : hier\nObjet : un pont\n\nSans date qui se lise.",
        "De : Brest à Nantes\nLe train repart.",
        "Date : 19 janvier 2022\nObjet : un pont\n\nDe : personne",
        "Le pont rouvre\nDe : Jean\nDate : 19 janvier 2022\nObjet : un pont",
        "",
    ],
)
def test_other_texts_are_none(text: str) -> None:
    assert not is_printed_mail(text)
