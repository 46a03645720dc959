from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kiosque.corpus.article import Article
from kiosque.corpus.refusal import Refusal
from tests.corpus.expand_duplicates import read_corpus

MakeCorpus = Callable[[dict[str, str | bytes]], Path]
Read = Callable[..., list[Article | Refusal]]


@pytest.fixture
def read(make_corpus: MakeCorpus) -> Read:
    def read_content(articles: str, name: str = "2026-11-22_export.html") -> list[Article | Refusal]:
        return list(read_corpus([make_corpus({name: f"<html><body>{articles}</body></html>"})]))

    return read_content


def europresse(title: str, header: str = "Société, mercredi 19 janvier 2022, p. 5", body: str = "Il rouvre.") -> str:
    return f"""<article><header><div class="rdp__DocPublicationName"><span class="DocPublicationName">
    La Vigie, no. 2345<span> Quotidien</span></span></div><div><span class="DocHeader">{header}</span></div>
    <div class="titreArticle"><p class="titreArticleVisu rdp__articletitle">{title}</p></div>
    <p class="sm-margin-bottomNews">Ana Roy</p></header><section><div class="docOcurrContainer"><p>{body}</p>
    <p>Les vélos <mark>aussi</mark>.</p></div></section><footer>© 2022 La Vigie ; news·20220119·XX·1</footer>
    </article>"""


def test_europresse(read: Read) -> None:
    items = read(
        europresse("Le pont rouvre") + europresse("Le port", "Ville, samedi 1er octobre 2022 534 mots, p. LEM5")
    )
    first, second = (item for item in items if isinstance(item, Article))
    assert (first.title, first.source, first.date, first.section) == (
        "Le pont rouvre",
        "La Vigie",
        "2022-01-19",
        "Société",
    )
    assert (first.author, first.body) == ("Ana Roy", "Il rouvre.\n\nLes vélos aussi.")
    assert (second.title, second.date, second.section) == ("Le port", "2022-10-01", "Ville")


def test_the_date_of_an_export_dates_no_article(read: Read) -> None:
    (found,) = read(europresse("Le pont rouvre", "Une autre mise en page"))
    assert isinstance(found, Article) and found.date is None


def factiva_table(title: str) -> str:
    fields = {"HD": title, "BY": "Par Ana Roy", "WC": "12 mots", "PD": "19 janvier 2022", "SN": "La Vigie"}
    text = {"LP": "<p class='articleParagraph frarticleParagraph'>Il rouvre.</p>", "TD": "<p>Les vélos aussi.</p>"}
    more = {"AN": "Document VIGIE00020220119ei1j00001", "SE": "Ville"}
    rows = "".join(
        f"<tr><td><b>{name}</b>&nbsp;</td><td>{value}</td></tr>" for name, value in (fields | text | more).items()
    )
    return f"<div class='article frArticle'><table>{rows}</table></div>"


def test_factiva_with_field_names(read: Read) -> None:
    first, _ = read(factiva_table("Le pont rouvre") + factiva_table("Le port"))
    assert isinstance(first, Article)
    assert (first.title, first.author, first.source, first.section) == (
        "Le pont rouvre",
        "Ana Roy",
        "La Vigie",
        "Ville",
    )
    assert (first.id, first.date) == ("VIGIE00020220119ei1j00001", "2022-01-19")
    assert first.body == "Il rouvre.\nLes vélos aussi."


def test_factiva_without_field_names(read: Read) -> None:
    lines = ("Par Ana Roy", "12 mots", "19 janvier 2022", "08:12", "La Vigie", "VIGIE", "5", "Français", "Tous droits")
    head = "<div id='hd'><span class='frHeadline'>Le pont rouvre</span></div>" + "".join(
        f"<div>{line}</div>" for line in lines
    )
    text = "<p class='articleParagraph frarticleParagraph'>Il rouvre.</p>" * 2
    (found,) = read(f"<div class='article frArticle'>{head}{text}<p>Document VIGIE0002</p></div>")
    assert isinstance(found, Article)
    assert (found.title, found.source, found.date) == ("Le pont rouvre", "La Vigie", "2022-01-19")
    assert (found.author, found.body) == ("Ana Roy", "Il rouvre.\nIl rouvre.")


def test_an_empty_export_is_refused(read: Read) -> None:
    (item,) = read("<p class='titreArticleVisu'>x</p>")
    assert isinstance(item, Refusal) and "export" in item.reason
