"""An empty result offers searches that find something."""

from __future__ import annotations

from tests.web.fake_engine import FakeEngine, article, visit


def text(page: str) -> str:
    return page.replace("\u00a0", " ").replace("&nbsp;", " ")


ARTICLES = [
    article("a", body="mot", source="AFP", date="2022-05-03"),
    article("b", body="mot", source="La Gazette", date="2019-05-03"),
]


def test_an_empty_result_offers_fewer_filters_and_wider_dates() -> None:
    page = text(visit(*ARTICLES).get("/search?q=mot&source=AFP&from=2022-01&to=2022-02").text)
    assert "Aucun article ne répond à « mot »" in page
    assert '<a href="/search?q=mot&amp;source=AFP&amp;from=2022&amp;to=2022">Dates élargies : 2022</a>' in page
    assert '<a href="/search?q=mot&amp;source=AFP">Sans le filtre « de janvier 2022 à février 2022 »</a>' in page
    assert '<a href="/search?q=mot">Sans aucun filtre</a> <span class="count">2 articles</span>' in page
    assert "Sans le filtre « AFP »" not in page, "it would find nothing either"


def test_a_word_of_no_article_offers_nothing() -> None:
    page = text(visit(*ARTICLES).get("/search?q=introuvable&source=AFP").text)
    assert "Sans les filtres, il n’y en a pas davantage." in page
    assert "Sans aucun filtre" not in page


def test_only_an_empty_filtered_result_searches_again() -> None:
    engine = FakeEngine(ARTICLES)
    visit(engine=engine).get("/search?q=mot&source=AFP")
    visit(engine=engine).get("/search?q=introuvable")
    assert len(engine.requests) == 2
