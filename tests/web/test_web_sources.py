"""Facets of sources and sections: the first dozen next to the results, all on their own page."""

from __future__ import annotations

import re

from msgspec.structs import replace

from kiosque.search import SearchPage, SearchRequest
from tests.web.fake_engine import FakeEngine, article, visit

HTMX = {"HX-Request": "true"}
MANY = [article(f"a{n}", body="mot", source=f"Journal {n}", date="2022") for n in range(20)]


def names(page: str) -> list[str]:
    return re.findall(r'<span class="value">(.*?)</span>', page)


def test_the_side_column_lists_a_dozen_sources_and_the_selected_ones() -> None:
    client = visit(*MANY)
    assert names(client.get("/search?q=mot").text) == [f"Journal {n}" for n in range(12)]
    assert "Toutes les sources (20)" in client.get("/").text
    assert names(client.get("/search?q=mot&source=Journal+19").text)[-1] == "Journal 19"


def test_few_sources_need_no_filter() -> None:
    assert "Toutes les sources" not in visit().get("/").text
    assert 'name="named"' not in visit().get("/").text


def test_the_sources_page_lists_all_and_keeps_the_search() -> None:
    page = visit(*MANY).get("/sources?q=mot&source=Journal+3&sort=newest").text
    assert len(names(page)) == 20
    assert re.findall(r'value="(.*?)" checked', page) == ["Journal 3"]
    assert '<input type="hidden" name="q" value="mot">' in page
    assert '<input type="hidden" name="sort" value="newest">' in page
    assert 'href="/search?q=mot&amp;source=Journal+3&amp;sort=newest"' in page


def test_sections_are_a_facet_if_the_corpus_has_some() -> None:
    assert "Rubrique" not in visit(*MANY).get("/search?q=mot").text
    sections = [article(f"a{n}", body="mot", section=f"R{n // 2}", source=f"S{n % 2}") for n in range(20)]
    page = visit(*sections).get("/search?q=mot&source=S1&section=R9").text
    assert '<h2 id="facet-section">Rubrique</h2>' in page
    assert names(page.split("facet-section")[-1]) == [f"R{n}" for n in range(8)] + ["R9"]
    assert 'href="/search?q=mot&amp;source=S1&amp;section=R9&amp;section=R0"' in page, "its own choice narrows none"
    assert '<input type="hidden" name="section" value="R9" form="search-form">' in page


def test_all_sections_are_on_their_own_page_where_the_side_column_has_not_all() -> None:
    few = [article(f"a{n}", body="mot", section=f"R{n}", source="AFP") for n in range(8)]
    assert "Toutes les rubriques" not in visit(*few).get("/search?q=mot").text
    client = visit(*few, article("b", body="mot", section="Économie", source="AFP"))
    side = client.get("/search?q=mot&section=R3").text
    assert 'href="/rubriques?q=mot&amp;section=R3"' in side and "Toutes les rubriques (9)" in side
    page = client.get("/rubriques?q=mot&source=AFP&section=R3").text
    assert sorted(names(page)) == sorted([*(f"R{n}" for n in range(8)), "Économie"])
    assert re.findall(r'name="section" value="(.*?)" checked', page) == ["R3"]
    assert '<input type="hidden" name="source" value="AFP">' in page
    assert names(client.get("/rubriques?q=mot&named=economie").text) == ["Économie"]
    fragment = client.get("/rubriques?q=mot&named=introuvable", headers=HTMX).text
    assert "Aucune rubrique de ce nom" in fragment and "<html" not in fragment


def test_a_selected_section_is_kept_in_sources_and_trends() -> None:
    client = visit(*(article(f"a{n}", body="mot", section="Sport", date="2022-03") for n in range(2)))
    assert '<input type="hidden" name="section" value="Sport">' in client.get("/sources?q=mot&section=Sport").text
    assert 'href="/tendances?q=mot&amp;section=Sport"' in client.get("/search?q=mot&section=Sport").text


def test_a_source_filter_ignores_accents_and_case() -> None:
    client = visit(article("a", source="L’Écho du Nord"), article("b", source="AFP"))
    assert names(client.get("/sources?named=echo+NORD").text) == ["L’Écho du Nord"]
    assert "Aucune source" in client.get("/sources?named=introuvable").text


def test_selected_sources_stay_listed_under_a_name_filter() -> None:
    client = visit(*MANY)
    assert names(client.get("/sources?source=Journal+3&named=19").text) == ["Journal 3", "Journal 19"]


def test_htmx_gets_a_dozen_source_links() -> None:
    answer = visit(*MANY).get("/sources?q=mot&named=journal", headers=HTMX)
    assert len(names(answer.text)) == 12
    assert 'href="/search?q=mot&amp;source=Journal+0"' in answer.text
    assert "<html" not in answer.text
    assert "HX-Request" in answer.headers["Vary"]


def test_listing_sources_asks_for_one_hit() -> None:
    engine = FakeEngine(MANY)
    visit(engine=engine).get("/sources?q=mot&page=3")
    assert [(asked.size, asked.page) for asked in engine.requests] == [(1, 1)]


def test_a_cut_list_of_sources_says_so() -> None:
    class Vast(FakeEngine):
        def search(self, request: SearchRequest) -> SearchPage:
            page = super().search(request)
            return replace(page, facets=replace(page.facets, sources=1_000_000))

    page = visit(engine=Vast(MANY)).get("/sources?q=mot").text.replace("\u202f", " ")
    assert "1 000 000\u00a0sources" in page and "Sont listées les 20 qui ont le plus d’articles" in page
    assert "Sont listées" not in visit(*MANY).get("/sources?q=mot").text
