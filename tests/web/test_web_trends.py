"""The trends page: a chart readable without colour, a table of its numbers, CSV and JSON."""

from __future__ import annotations

import csv
import io
import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.search.counts.trends import Trends
from kiosque.web.pages.chart import FOOT, TOP, ceiling, chart
from tests.web.fake_engine import FakeEngine, article, visit

ROWS = [
    *(article(f"a{n}", body="chou", source="AFP", date=f"2022-0{n}-02") for n in range(1, 5)),
    article("b", body="navet", source="La Gazette", date="2022-03"),
    article("c", body="chou"),
]


def text(page: str) -> str:
    return page.replace("\u00a0", " ").replace("&nbsp;", " ").replace("\u202f", " ")


def test_lines_differ_by_shape_and_a_table_has_the_counts() -> None:
    page = text(visit(*ROWS).get("/tendances?q=chou&q=navet").text)
    assert page.count("<polyline") == 2
    assert {"#shape-0", "#shape-1"} <= set(re.findall(r'href="(#shape-\d)"', page))
    assert (
        '<th scope="row">mars 2022</th><td><a href="/search?q=chou&amp;from=2022-03&amp;to=2022-03">1</a></td>' in page
    )
    assert "« chou » : 1 article sans date n’y figure pas." in page


def test_shares_of_the_corpus() -> None:
    page = text(visit(*ROWS).get("/tendances?q=navet&share=1").text)
    assert ">50 %</a></td><td>2</td>" in page
    assert 'aria-current="true">Part du corpus</a>' in page


def test_a_chart_for_each_search_by_source() -> None:
    page = visit(*ROWS).get("/tendances?q=chou&q=navet&by_source=1").text
    assert re.findall(r"<figcaption>(.*?)</figcaption>", page) == ["chou", "navet"]


def test_links_of_trends_keep_the_parameters() -> None:
    page = visit(*ROWS).get("/tendances?q=chou&source=AFP&from=2022&share=1").text
    assert 'href="/tendances?q=chou&amp;source=AFP&amp;from=2022&amp;unit=day&amp;share=1"' in page
    assert 'href="/tendances.csv?q=chou&amp;source=AFP&amp;from=2022&amp;share=1"' in page
    assert '<input type="hidden" name="source" value="AFP">' in page


def test_sections_filter_the_counts_and_stay_in_links() -> None:
    rows = [*ROWS, article("d", body="chou", section="Sport", date="2022-01-05")]
    page = text(visit(*rows).get("/tendances?q=chou&section=Sport").text)
    assert '<a href="/search?q=chou&amp;section=Sport&amp;from=2022-01&amp;to=2022-01">1</a>' in page
    assert 'href="/tendances.csv?q=chou&amp;section=Sport"' in page
    assert '<input type="hidden" name="section" value="Sport">' in page
    assert '<p class="note">Rubrique : Sport.</p>' in page


def test_empty_and_repeated_searches_are_dropped() -> None:
    page = visit(*ROWS).get("/tendances?q=chou&q=&q=chou&q=+").text
    assert page.count("<polyline") == 1
    assert page.count('name="q"') == 3, "the masthead, the query, and one empty field"


@pytest.mark.parametrize(
    ("url", "says"), [("/tendances", "Écrivez une recherche"), ("/tendances?q=zzz", "Aucun article")]
)
def test_empty_trends_say_why(url: str, says: str) -> None:
    answer = visit(*ROWS).get(url)
    assert answer.status_code == 200
    assert says in answer.text
    assert "<polyline" not in answer.text


@pytest.mark.parametrize("prefix", ["/tendances", "/api/v1/trends"])
def test_csv(prefix: str) -> None:
    answer = visit(*ROWS).get(f"{prefix}.csv?q=chou&q=navet&by_source=1")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"), newline="")))
    assert rows[0] == ["period", "chou", "navet", "chou | AFP", "navet | La Gazette", "corpus"]
    assert rows[3] == ["2022-03", "1", "1", "1", "1", "2"]


def test_a_query_is_not_a_formula_in_the_csv() -> None:
    assert "period,'=1+1,corpus" in visit(*ROWS).get("/tendances.csv?q=%3D1%2B1").text


def test_json() -> None:
    found = msgspec.json.decode(visit(*ROWS).get("/api/v1/trends?q=chou").data, type=Trends)
    assert found.series[0].counts == [1, 1, 1, 1]


@pytest.mark.parametrize("query", ["unit=week", "share=oui", "by_source=2", "from=2022-13"])
@pytest.mark.parametrize("path", ["/tendances", "/api/v1/trends"])
def test_invalid_parameters_of_trends_are_refused(path: str, query: str) -> None:
    assert visit(*ROWS).get(f"{path}?q=a&{query}").status_code == 400


def test_results_link_to_trends() -> None:
    page = visit(*ROWS).get("/search?q=chou&source=AFP&from=2022").text
    assert 'href="/tendances?q=chou&amp;source=AFP&amp;from=2022"' in page


@given(st.floats(0, 1e9), st.booleans())
def test_the_axis_ends_just_above_the_maximum(value: float, whole: bool) -> None:
    top = ceiling(value, whole)
    assert top >= value * (1 - 1e-6)
    assert top <= max(4 if whole else 1, 2.1 * value + 2 * whole)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=60))
def test_points_stay_inside_the_chart(counts: list[int]) -> None:
    drawn = chart("", [f"20{n:02}" for n in range(len(counts))], [("a", sum(counts), counts)], share=False)
    places = [tuple(map(float, pair.split(","))) for pair in drawn.lines[0].points.split()]
    assert len(places) == len(counts)
    assert all(0 <= x <= 100 and TOP <= y <= FOOT for x, y in places)


def test_trends_ask_the_engine_once() -> None:
    engine = FakeEngine(ROWS)
    visit(engine=engine).get("/tendances?q=chou")
    assert len(engine.requests) == 1


def test_an_empty_choice_is_ignored_by_the_page_and_refused_by_the_api() -> None:
    client = visit(*ROWS)
    assert client.get("/tendances?q=aide&match=&unit=").status_code == 200
    assert client.get("/api/v1/trends?q=aide&match=").status_code == 400
    assert client.get("/api/v1/trends?q=aide&unit=").status_code == 400
