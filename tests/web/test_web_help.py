"""The help on the page lists every operator of the query language."""

from html import escape

import pytest

from kiosque.search.query.help import GROUPS
from tests.web.fake_engine import visit


@pytest.mark.parametrize("path", ["/", "/search?q=aide"])
def test_the_page_explains_the_query_language(path: str) -> None:
    page = visit().get(path).text
    for group in GROUPS:
        assert f"<h2>{group.french}</h2>" in page
        for row in group.rows:
            assert f"<code>{escape(row.typed).replace('&quot;', '&#34;').replace('&#x27;', '&#39;')}</code>" in page


def test_an_example_is_a_link_that_searches_it() -> None:
    assert 'href="/search?q=manif*"' in visit().get("/").text


def test_results_alone_come_without_the_help() -> None:
    assert "Aide à la recherche" not in visit().get("/search?q=aide", headers={"HX-Request": "true"}).text


def test_help_links_have_the_prefix_of_a_proxy() -> None:
    client = visit()
    for root in ("", "/archives", ""):
        assert f'href="{root}/search?q=manif*"' in client.get("/", environ_overrides={"SCRIPT_NAME": root}).text
