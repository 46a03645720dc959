"""Near copies on the pages: an expandable hit, a switch, and the list on the page of an article."""

from __future__ import annotations

import msgspec
import pytest

from kiosque.search import SearchPage, SearchRequest
from kiosque.search.model import ArticleView, Copy, CopyGroup, Place
from kiosque.web.french import taken_over
from tests.web.fake_engine import ARTICLES, FakeEngine, visit

OTHERS = [
    Copy(id="phare/1", title="Des casques <b>promis</b>", source="Le Phare", date="2022-01-20"),
    Copy(id="vigie/1", title="Berlin promet des casques", source="La Vigie", date=None),
]
GROUP = CopyGroup(first="kiev-1", titles=2, count=23, others=OTHERS)


class Grouping(FakeEngine):
    """Gives the first hit a group of copies, unless copies are ungrouped."""

    def search(self, request: SearchRequest) -> SearchPage:
        page = super().search(request)
        if request.copies == "all" or not page.hits:
            return msgspec.structs.replace(page, copies=request.copies)
        hits = [msgspec.structs.replace(page.hits[0], copies=GROUP), *page.hits[1:]]
        return msgspec.structs.replace(page, hits=hits, copies="grouped", regrouped=2)

    def article(self, id: str, q: str = "") -> ArticleView | None:
        view = super().article(id, q)
        place = Place("archives/kiev-1", "https://exemple.fr/archives")
        return msgspec.structs.replace(view, places=[place], copies=GROUP) if view else None


@pytest.fixture
def shown() -> str:
    return visit(engine=Grouping(ARTICLES)).get("/search?q=aide&sort=oldest").text


def test_a_hit_lists_its_copies_without_javascript(shown: str) -> None:
    assert "<details" in shown and "repris par 2\u00a0titres</summary>" in shown
    assert "Des casques &lt;b&gt;promis&lt;/b&gt;" in shown
    assert 'href="/articles/phare/1?q=aide&amp;sort=oldest"' in shown
    assert "et 21\u00a0autres" in shown, "copies that the hit does not list are counted"


def test_the_count_says_how_many_are_grouped(shown: str) -> None:
    assert "2\u00a0articles, dont 2\u00a0reprises regroupées ·" in shown


def test_the_switch_toggles_grouping(shown: str) -> None:
    assert 'href="/search?q=aide&amp;sort=oldest&amp;copies=all">Montrer chaque reprise</a>' in shown
    other = visit(engine=Grouping(ARTICLES)).get("/search?q=aide&copies=all").text
    assert 'href="/search?q=aide">Regrouper les reprises</a>' in other
    assert "titres</summary>" not in other
    assert '<input type="hidden" name="copies" value="all" form="search-form">' in other, "a new query keeps the switch"
    assert "reprise" not in visit().get("/search?q=aide").text, "no switch if nothing is grouped"


def test_the_list_of_sources_keeps_the_switch() -> None:
    kept = '<input type="hidden" name="copies" value="all">'
    assert kept in visit(engine=Grouping(ARTICLES)).get("/sources?q=aide&copies=all").text
    assert 'name="copies"' not in visit(engine=Grouping(ARTICLES)).get("/sources?q=aide").text


def test_an_article_lists_its_reprints_and_exact_duplicates() -> None:
    page = visit(engine=Grouping(ARTICLES)).get("/articles/kiev-1?q=aide").text
    assert "repris par 2\u00a0titres</h2>" in page
    assert 'href="/articles/vigie/1?q=aide"' in page
    assert "archives/kiev-1" in page and "https://exemple.fr/archives" in page
    assert "Le même, aussi" not in visit().get("/articles/kiev-1").text


def test_the_api_returns_copies() -> None:
    client = visit(engine=Grouping(ARTICLES))
    page = client.get("/api/v1/search?q=aide").json
    assert page is not None
    assert (page["copies"], page["regrouped"]) == ("grouped", 2)
    assert page["hits"][0]["copies"]["others"][0]["id"] == "phare/1"
    single = client.get("/api/v1/search?q=aide&copies=all").json
    assert single is not None
    assert single["hits"][0]["copies"] is None
    article = client.get("/api/v1/articles/kiev-1").json
    assert article is not None
    assert article["places"] == [{"id": "archives/kiev-1", "url": "https://exemple.fr/archives"}]
    assert article["copies"]["titles"] == 2
    assert client.get("/api/v1/search?copies=some").status_code == 400


@pytest.mark.parametrize(
    ("group", "said"),
    [
        (GROUP, "repris par 2\u00a0titres"),
        (CopyGroup(first="kiev-1", titles=1, count=1, others=OTHERS[:1]), "repris par 1\u00a0titre"),
        (
            CopyGroup(first="phare/1", titles=2, count=2, others=OTHERS),
            "aussi publié par 2\u00a0titres, d’abord par Le Phare",
        ),
        (CopyGroup(first="kiev-1", titles=0, count=1, others=OTHERS[:1]), "1\u00a0autre version"),
        (CopyGroup(first="kiev-1", titles=0, count=3, others=OTHERS), "3\u00a0autres versions"),
    ],
)
def test_the_wording_of_copies(group: CopyGroup, said: str) -> None:
    assert taken_over(group, "kiev-1") == said
