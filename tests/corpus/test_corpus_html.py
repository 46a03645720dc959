from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosque.corpus.article import Article, Origin
from kiosque.corpus.markup import html_tree
from kiosque.corpus.readers.html import page_draft
from kiosque.corpus.refusal import Refusal, Unreadable
from tests.corpus.expand_duplicates import read_corpus
from tests.effort import examples

MakeCorpus = Callable[[dict[str, str | bytes]], Path]

FIRST = (
    "Le pont de la Lune rouvre ce matin aux voitures, après onze mois de travaux que la ville a payés seule, et les "
    "habitants de la rive gauche retrouvent leur chemin."
)
SECOND = (
    "La mairie promet que les vélos auront leur voie avant l’été. Les commerçants du quai, eux, comptent les mois "
    "perdus et demandent une remise de taxes, que le conseil étudiera jeudi."
)
MENU = "<nav><ul><li><a href='/'>Accueil</a></li><li><a href='/sport'>Sport</a></li></ul></nav>"
BODY = f"<article><h1>Le pont rouvre</h1><p>{FIRST}</p><p>{SECOND}</p></article>"


def page(head: str = "", body: str = BODY) -> str:
    return f"<!DOCTYPE html><html lang=fr><head>{head}</head><body>{MENU}{body}<footer>Contact</footer></body></html>"


@pytest.fixture
def read(make_corpus: MakeCorpus) -> Callable[..., Article]:
    def read_one(content: str | bytes, name: str = "page.html") -> Article:
        (item,) = read_corpus([make_corpus({name: content})])
        assert isinstance(item, Article), item
        return item

    return read_one


def refused(root: Path) -> str:
    (item,) = read_corpus([root])
    assert isinstance(item, Refusal), item
    return item.reason


def data(**fields: object) -> str:
    node = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "Le pont rouvre"} | fields
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def test_the_article_is_extracted_from_its_page(read: Callable[..., Article]) -> None:
    found = read(page("<title>Le pont rouvre | La Vigie du Port</title>"))
    assert found.title == "Le pont rouvre"
    assert found.body == f"{FIRST}\n{SECOND}"
    assert (found.source, found.source_origin) == ("La Vigie du Port", Origin.TEXT)
    assert (found.date, found.date_origin) == (None, None)


def test_json_ld_gives_every_field(read: Callable[..., Article]) -> None:
    found = read(
        page(
            "<link rel=canonical href='https://vigie.example/pont'><meta property='og:site_name' content='Autre'>"
            + data(
                datePublished="2022-01-19T00:30:00+01:00",
                author=[{"@type": "Person", "name": "Ana Roy"}, {"name": "Léo Vidal"}],
                publisher={"@type": "Organization", "name": "La Vigie du Port"},
                articleSection="Ville",
            )
        )
    )
    assert (found.date, found.date_origin) == ("2022-01-19", Origin.METADATA)
    assert (found.source, found.author, found.section) == ("La Vigie du Port", "Ana Roy, Léo Vidal", "Ville")
    assert found.url == "https://vigie.example/pont"


def test_json_ld_in_a_graph_with_other_things(read: Callable[..., Article]) -> None:
    graph = {
        "@graph": [{"@type": "WebSite", "name": "x"}, {"@type": ["Thing", "NewsArticle"], "datePublished": "2022"}]
    }
    scripts = '<script type="application/ld+json">{broken</script>'
    found = read(page(f'{scripts}<script type="application/ld+json">{json.dumps(graph)}</script>'))
    assert (found.title, found.date) == ("Le pont rouvre", "2022")


def test_a_truncated_headline_is_completed(read: Callable[..., Article]) -> None:
    whole = "<meta property='og:title' content='Le pont rouvre aux voitures et aux vélos'>"
    assert read(page(whole + data(headline="Le pont rouvre…"))).title == "Le pont rouvre aux voitures et aux vélos"


@pytest.mark.parametrize(
    ("head", "date"),
    [
        ("<meta property='article:published_time' content='2022-01-19T08:12:00+01:00'>", "2022-01-19"),
        ("<meta name='DC.date.issued' content='2022-01-19'>", "2022-01-19"),
        ("<meta itemprop='datePublished' content='2022-01-19'>", "2022-01-19"),
        ("<meta name='pubdate' content='Wed, 19 Jan 2022 08:12:00 +0100'>", "2022-01-19"),
        ("<meta name='generated-date' content='2022-01-19'>", None),
        ("<link rel=canonical href='https://vigie.example/2022/01/19/pont'>", "2022-01-19"),
    ],
)
def test_dates_of_metadata(read: Callable[..., Article], head: str, date: str | None) -> None:
    assert read(page(head)).date == date


def test_dates_in_the_text_of_a_page(read: Callable[..., Article]) -> None:
    stamped = "<p>Publié le 19 janvier 2022 à 08h12, mis à jour le 20 janvier 2022</p>"
    found = read(page(body=f"<article><h1>Le pont rouvre</h1>{stamped}<p>{FIRST}</p><p>{SECOND}</p></article>"))
    assert (found.date, found.date_origin, found.body) == ("2022-01-19", Origin.TEXT, f"{FIRST}\n{SECOND}")
    agency = stamped.replace("Publié le 19", "Agence Fictive, publié le mercredi 19").partition(", mis")[0] + "</p>"
    found = read(page(body=BODY.replace(f"<p>{FIRST}", f"{agency}<p>{FIRST}")))
    assert (found.date, found.body) == ("2022-01-19", f"{FIRST}\n{SECOND}")
    timed = "<article><time datetime='2022-01-19T08:12'>mercredi</time>"
    assert read(page(body=BODY.replace("<article>", timed))).date == "2022-01-19"


def test_file_name_and_folder_fill_missing_metadata(read: Callable[..., Article]) -> None:
    found = read(page(), "la-vigie/2022-01-19_pont.html")
    assert (found.id, found.source, found.date) == ("la-vigie/2022-01-19_pont", "La vigie", "2022-01-19")
    assert (found.source_origin, found.date_origin) == (Origin.FOLDER, Origin.FILE_NAME)


def test_the_url_gives_the_source_as_a_last_resort(read: Callable[..., Article]) -> None:
    found = read(page("<meta property='og:url' content='https://www.vigie.example/pont'>"))
    assert (found.source, found.source_origin) == ("vigie.example", Origin.ADDRESS)
    site = read(page("<meta name='identifier-url' content='http://vigie.example'>"))
    assert (site.source, site.url) == ("vigie.example", None)


def test_a_page_with_a_table_layout(read: Callable[..., Article]) -> None:
    cells = "<tr><td><a href='/'>Accueil</a><br><a href='/x'>Tous les flux</a></td>"
    head = "<title>2011/06/21 &gt; Bulletin 258 &gt; Le pont rouvre enfin</title>"
    found = read(
        page(head, f"<table>{cells}<td><b>Le pont rouvre enfin</b><br>{FIRST}<br><br>{SECOND}</td></tr></table>")
    )
    assert (found.title, found.date) == ("Le pont rouvre enfin", "2011-06-21")
    assert found.body.split("\n") == [FIRST, SECOND]


def test_a_table_of_figures_stays_a_table(read: Callable[..., Article]) -> None:
    table = "<table><tr><th>Ville</th><th>Habitants</th></tr><tr><td>Lunéville</td><td>1 200</td></tr></table>"
    assert "Lunéville" in read(page(body=BODY.replace("</article>", f"{table}</article>"))).body


@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1", "windows-1252", "utf-16", "kazoo", None])
@pytest.mark.parametrize("encoding", ["utf-8", "windows-1252", "utf-8-sig"])
def test_a_wrong_charset_is_ignored(read: Callable[..., Article], declared: str | None, encoding: str) -> None:
    head = f"<meta charset='{declared}'>" if declared else ""
    assert read(page(head).encode(encoding)).body == f"{FIRST}\n{SECOND}"


def test_a_declared_charset_is_used(read: Callable[..., Article]) -> None:
    head = "<meta http-equiv=content-type content='text/html; charset=iso-8859-15'>"
    body = BODY.replace("onze mois", "cent œufs à 3 €").replace("’", "'")
    assert "cent œufs à 3 €" in read(page(head, body).encode("iso-8859-15")).body
    assert read(page().encode("utf-16")).body == f"{FIRST}\n{SECOND}"


def test_mojibake_is_repaired(read: Callable[..., Article]) -> None:
    spoilt = page().encode().decode("windows-1252", errors="ignore")
    assert "après onze mois" in read(spoilt).body


def test_the_text_behind_a_paywall_comes_from_json_ld(read: Callable[..., Article]) -> None:
    found = read(page(data(articleBody=f"{FIRST} {SECOND} {FIRST}"), f"<article><p>{FIRST[:70]}</p></article>"))
    assert found.body == f"{FIRST} {SECOND} {FIRST}"


def test_content_decides_if_the_suffix_is_wrong(make_corpus: MakeCorpus) -> None:
    names = ("page.txt", "page.asp", "page", "page.jsonl", "page.xml")
    root = make_corpus(dict.fromkeys(names, page()))
    assert [item.body for item in read_corpus([root]) if isinstance(item, Article)] == [f"{FIRST}\n{SECOND}"] * 5


@pytest.mark.parametrize("content", [page(body="<p>Menu</p>"), "<html></html>", "<!doctype html>", "\0\1\2 <html>"])
def test_a_page_without_article_is_refused(make_corpus: MakeCorpus, content: str) -> None:
    assert refused(make_corpus({"page.html": content}))


def test_an_empty_page_is_refused(make_corpus: MakeCorpus) -> None:
    assert refused(make_corpus({"page.html": " \n"})) == "fichier vide"


def test_a_page_with_too_many_elements_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_tree, "MOST_ELEMENTS", 50)
    with pytest.raises(Unreadable, match="trop longue"):
        page_draft(page(body="<p>a</p>" * 50))
    monkeypatch.setattr(html_tree, "LARGEST", 50)
    with pytest.raises(Unreadable, match="Mo"):
        page_draft(page())


def test_a_page_of_unclosed_tags_terminates() -> None:
    for opened in ("<div>" * 5000, "<table><tr><td>" * 2000, "<a href='" * 5000, "<!--" * 5000, "&" * 50_000):
        try:
            page_draft(f"<html><body>{opened}{FIRST}")
        except Unreadable:
            continue


@settings(deadline=None, max_examples=examples(60))
@given(st.lists(st.sampled_from([*"<>/!-aé&;= \n'\"", "<p>", "<table>", "<td>", "</", "<h1>", "<br>", "<title>"])))
def test_any_markup_gives_a_draft_or_a_reason(content: list[str]) -> None:
    try:
        assert page_draft(f"<html>{''.join(content)}").title is not None
    except Unreadable as error:
        assert str(error)


def test_text_outside_of_paragraphs_is_read(read: Callable[..., Article]) -> None:
    picture = "<div><img src='a.jpg'></div>"  # a div ends the paragraph; the text after it is in none
    body = f"<table><tr><td><p>{FIRST}<br>{picture}<span>{SECOND} {FIRST} {SECOND}</span></p></td></tr></table>"
    assert SECOND in read(page("<title>Le pont rouvre</title>", body)).body


def test_metadata_of_the_page_is_not_text(read: Callable[..., Article]) -> None:
    head = "<title>Le pont rouvre</title><meta property='article:published_time' content='2022-01-19T08:12:00+01:00'>"
    lines = ("https://vigie.example/pont.html", "publié le 19 janvier", FIRST, SECOND)
    found = read(page(head, f"<article>{''.join(f'<p>{line}</p>' for line in lines)}</article>"))
    assert (found.date, found.body) == ("2022-01-19", f"{FIRST}\n{SECOND}")


def test_a_url_in_the_text_stays(read: Callable[..., Article]) -> None:
    link = "https://vigie.example/plan.html"
    body = f"<article><p>{FIRST}</p><p>{link}</p><p>{SECOND}</p></article>"
    assert link in read(page("<title>Le pont rouvre</title>", body)).body


def test_menus_are_not_text_even_if_the_page_has_little(read: Callable[..., Article]) -> None:
    menu = "<ul><li><span>En ce moment</span></li><li><a href='/a'>Ports</a></li><li><a href='/b'>Vélos</a></li></ul>"
    head = "<title>Le pont rouvre</title>"
    body = f"<header>{menu}</header><div><p>Le pont rouvre ce matin.</p></div><footer>{menu}</footer>"
    assert read(page(head, body)).body == "Le pont rouvre ce matin."


def test_the_lead_in_an_article_header_is_text(read: Callable[..., Article]) -> None:
    lead = "<header><h1>Le pont rouvre</h1><ul><li>Onze mois de travaux que la ville a payés seule.</li></ul></header>"
    assert "Onze mois" in read(page(body=f"<article>{lead}<p>{FIRST}</p><p>{SECOND}</p></article>")).body
