"""The links around a result."""

from __future__ import annotations

import pytest

from kiosque.search import SearchRequest
from kiosque.web.urls import links
from tests.web.fake_engine import ARTICLES, FakeEngine, visit

APP = visit().application


def labels(page: int, pages: int) -> str:
    with APP.test_request_context():
        found = links.page_links(SearchRequest(q="a", page=page), pages)
    return " ".join("…" if link is None else f"[{link.label}]" if link.current else link.label for link in found)


@pytest.mark.parametrize(
    ("page", "pages", "shown"),
    [
        (1, 1, "[1]"),
        (1, 9, "[1] 2 3 … 9"),
        (5, 9, "1 … 3 4 [5] 6 7 … 9"),
        (4, 6, "1 2 3 [4] 5 6"),
        (99, 3, "1 … 3"),
    ],
)
def test_pages(page: int, pages: int, shown: str) -> None:
    assert labels(page, pages) == shown


def test_a_source_link_toggles_that_source() -> None:
    asked = SearchRequest(q="a", sources=["AFP"], page=3)
    counted = FakeEngine(ARTICLES).search(asked).facets.source
    with APP.test_request_context():
        urls = {link.label: link.toggle_url for link in links.value_links(asked, "sources", counted)}
    assert urls["AFP"] == "/search?q=a"
    assert urls["La Gazette"] == "/search?q=a&source=AFP&source=La+Gazette"


def test_undated_replaces_a_date_range() -> None:
    asked = SearchRequest(since="2022", until="2023")
    with APP.test_request_context():
        assert links.undated_link(asked, FakeEngine(ARTICLES).search(asked)).toggle_url == "/search?undated=1"


def test_every_filter_can_be_removed() -> None:
    asked = SearchRequest(q="a", sources=["AFP", "La Gazette"], since="2022", sort="newest")
    with APP.test_request_context():
        filters = links.filter_links(asked)
    assert [(link.label, link.url) for link in filters] == [
        ("AFP", "/search?q=a&source=La+Gazette&from=2022&sort=newest"),
        ("La Gazette", "/search?q=a&source=AFP&from=2022&sort=newest"),
        ("depuis 2022", "/search?q=a&source=AFP&source=La+Gazette&sort=newest"),
    ]
