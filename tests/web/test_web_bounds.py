"""No request produces a page of quadratic size, exceeds the deadline or exhausts memory."""

from __future__ import annotations

import re
from itertools import count
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.search import SearchPage, SearchRequest, deadline
from kiosque.search.counts.trends import Trend, Trends, TrendsRequest
from kiosque.search.facet_table import MOST_WANTED, VALUED
from kiosque.web.pages.trends import LINK_CHARACTERS
from kiosque.web.serving.bounds import MOST_CHARACTERS, PARTS, joined
from kiosque.web.urls.links import MOST_PICKED
from tests.web.fake_engine import ARTICLES, FakeEngine, article, visit

PAGES = ("/", "/search", "/sources", "/tendances", "/articles/kiev-1")
PROGRAMS = ("/api/v1/search", "/api/v1/search.atom", "/api/v1/search.csv", "/api/v1/trends", "/api/v1/trends.csv")
NAMES = [f"Gazette nº {number}" for number in range(MOST_WANTED)]
ROWS = [article(f"a{at}", body="chou", source=name, section=name, date="2022-01-19") for at, name in enumerate(NAMES)]


def wanting(facets: list[str], values: int, **more: str) -> str:
    return "?" + urlencode({"q": "chou", **more, **dict.fromkeys(facets, NAMES[:values])}, doseq=True)


def text(page: str) -> str:
    return re.sub("[\u00a0\u202f]|&nbsp;", " ", page)


@pytest.mark.parametrize("column", [row.column for row in VALUED])
@pytest.mark.parametrize("path", [*PAGES, *PROGRAMS])
def test_too_many_values_are_refused_with_the_repair(path: str, column: str) -> None:
    answer = visit().get(f"{path}?q=aide" + "".join(f"&{column}={number}" for number in range(2200)))
    assert answer.status_code == 400
    assert f"« {column} » se répète {MOST_WANTED} fois au plus : retirez-en 2 000." in text(answer.text)
    if path in PROGRAMS:
        assert answer.json is not None and answer.json["parameter"] == column
    else:
        assert 'q=aide">Reprendre sans ce paramètre</a>' in answer.text


def test_values_within_the_limit_are_accepted() -> None:
    assert visit(*ROWS).get("/search" + wanting(["source"], MOST_WANTED)).status_code == 200
    repeated = urlencode({"source": ["AFP"] * 3 * MOST_WANTED}, doseq=True)
    assert visit(*ROWS).get("/search?" + repeated).status_code == 200, "one value is one, however often it is said"


@pytest.mark.parametrize("facets", [["source"], ["section"], ["source", "section"]])
@pytest.mark.parametrize(
    ("path", "more"), [*((path, {}) for path in PAGES[1:-1]), ("/search", {"q": "introuvable"})], ids=str
)
def test_page_size_is_linear_in_the_filters(path: str, more: dict[str, str], facets: list[str]) -> None:
    client = visit(*ROWS)
    half, whole = (len(client.get(path + wanting(facets, n, **more)).text) for n in (MOST_WANTED // 2, MOST_WANTED))
    assert whole < 2.2 * half


def test_further_filters_are_removed_together() -> None:
    page = text(visit(*ROWS).get("/search" + wanting(["source"], MOST_WANTED)).text)
    chips = re.findall(r'<a id="filter-\d+" href="([^"]*)"><span class="hidden">Retirer le filtre </span>(.*?)<', page)
    assert len(chips) == MOST_PICKED + 1
    assert chips[-1][1] == f"{MOST_WANTED - MOST_PICKED} autres filtres"
    assert chips[-1][0].count("source=") == MOST_PICKED


def test_an_empty_result_tries_no_more_searches_for_more_filters() -> None:
    engine = FakeEngine(ROWS)
    visit(engine=engine).get("/search" + wanting(["source", "section"], MOST_WANTED, q="introuvable"))
    assert len(engine.requests) <= 4


class Daily(FakeEngine):
    """Eleven years with matches each day."""

    def trends(self, request: TrendsRequest) -> Trends:
        days = [f"20{at // 360:02}-{at // 30 % 12 + 1:02}-{at % 30 + 1:02}" for at in range(4000)]
        series = [
            Trend(query=query, total=4000, counts=[1] * 4000, imprecise=0, undated=0) for query in request.queries
        ]
        return Trends(unit="day", periods=days, corpus=[2] * 4000, series=series)


def test_a_long_trends_table_has_all_counts_and_the_newest_links() -> None:
    asked = urlencode({"q": [f"{'chou ' * 390}{n}" for n in range(5)], "unit": "day"}, doseq=True)
    page = text(visit(engine=Daily(ARTICLES)).get("/tendances?" + asked).text)
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    assert body.count("<tr>") == 4000
    linked = [row for row in body.split("<tr>")[1:] if "href" in row]
    assert 0 < len(linked) < 4000
    assert sum(map(len, linked)) < 1.2 * LINK_CHARACTERS
    assert linked == body.split("<tr>")[1 : len(linked) + 1], "the newest"
    assert f"{len(linked)} périodes les plus récentes mènent à leurs articles" in page


def test_a_short_trends_table_has_every_link() -> None:
    page = text(visit(engine=Daily(ARTICLES)).get("/tendances?unit=day&q=climat&q=inflation+france").text)
    assert page.count('href="/search?q=') >= 8000
    assert "les plus récentes" not in page


class Slow(FakeEngine):
    """Each answer takes six seconds of a fake clock."""

    seconds = 0.0

    def search(self, request: SearchRequest) -> SearchPage:
        self.seconds += 6
        return super().search(request)


def test_all_searches_of_a_page_share_one_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Slow(ARTICLES)
    monkeypatch.setattr(deadline, "clock", lambda: engine.seconds)
    client = visit(engine=engine)
    assert client.get("/search?q=aide").status_code == 200
    answer = client.get("/search?q=introuvable&source=AFP&from=2022")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "Recherche arrêtée" in answer.text


def test_a_page_too_large_is_refused_with_the_repair(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosque.web.serving.bounds.MOST_CHARACTERS", 100_000)
    client = visit(engine=Daily(ARTICLES))
    assert client.get("/search?q=aide").status_code == 200
    answer = client.get("/tendances?unit=day&q=climat")
    assert answer.status_code == 400
    assert "prenez les nombres en CSV" in answer.text


def test_an_endless_template_is_stopped() -> None:
    with pytest.raises(RuntimeError, match="trop longue"):
        joined("x" * 1000 for _ in count())


@given(st.lists(st.text(max_size=3), max_size=3 * PARTS))
def test_parts_are_joined(parts: list[str]) -> None:
    assert joined(iter(parts)) == "".join(parts)


def test_the_size_limit_is_far_above_real_pages() -> None:
    assert len(visit(*ROWS).get("/sources").text) / len(ROWS) * 10_000 < MOST_CHARACTERS / 2
