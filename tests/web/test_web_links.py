"""The links around a result."""

from __future__ import annotations

import pytest
from fake_engine import ARTICLES, FakeEngine, visit

from search import SearchRequest
from web import links

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


def test_a_source_is_picked_beside_others_and_let_go() -> None:
    asked = SearchRequest(q="a", sources=["AFP"], page=3)
    with APP.test_request_context():
        urls = {link.label: link.toggle_url for link in links.source_links(asked, FakeEngine(ARTICLES).search(asked))}
    assert urls["AFP"] == "/search?q=a"
    assert urls["La Gazette"] == "/search?q=a&source=AFP&source=La+Gazette"


def test_a_bar_is_picked_instead_of_another_and_let_go() -> None:
    asked = SearchRequest(q="a", since="2022-01", until="2022-01", page=2)
    with APP.test_request_context():
        bars = links.bar_links(asked, FakeEngine(ARTICLES).search(asked))
    assert bars[0].label == "janvier\u00a02022"
    assert bars[0].selected
    assert bars[0].toggle_url == "/search?q=a"
    assert bars[1].toggle_url == "/search?q=a&from=2022-02&to=2022-02"


def test_one_article_beside_many_keeps_a_bar() -> None:
    one, other = ARTICLES[0], ARTICLES[1]
    asked = SearchRequest()
    with APP.test_request_context():
        bars = links.bar_links(asked, FakeEngine([one, *[other] * 500]).search(asked))
    assert [bar.height for bar in bars] == [links.BAR_FLOOR, 100]


def test_undated_takes_the_place_of_a_range() -> None:
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
        ("depuis\u00a02022".replace("\u00a0", " "), "/search?q=a&source=AFP&source=La+Gazette&sort=newest"),
    ]
