"""The histogram: selectable bars, labels, and the breadcrumb of dates."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.search import SearchRequest
from kiosque.web.pages.histogram import FLOOR, FOOT, TOP, Histogram, date_path, histogram
from kiosque.web.urls.links import search_url
from kiosque.web.urls.params import changed
from tests.web.fake_engine import ARTICLES, FakeEngine, article, visit

APP = visit().application
DATES = st.none() | st.sampled_from(["2022", "2022-01", "2022-02-03"])
REQUESTS = st.builds(
    SearchRequest,
    q=st.sampled_from(["", "a", "from=0&to=0", "é&to=1"]),
    sources=st.lists(st.sampled_from(["AFP", "from=0&to=0", "La Gazette"]), unique=True),
    since=DATES,
    until=DATES,
    sort=st.sampled_from(["relevance", "newest"]),
)


def drawn(asked: SearchRequest, engine: FakeEngine | None = None) -> Histogram:
    with APP.test_request_context():
        return histogram(asked, (engine or FakeEngine(ARTICLES)).search(asked))


def test_a_bar_toggles_its_month() -> None:
    bars = drawn(SearchRequest(since="2022-01", until="2022-01", page=2)).bars
    assert bars[0].label == "janvier\u00a02022"
    assert bars[0].selected
    assert bars[0].url == "/"
    assert bars[1].url == "/search?from=2022-02&to=2022-02"


@given(REQUESTS)
def test_the_urls_of_bars_equal_search_urls(asked: SearchRequest) -> None:
    found = FakeEngine(ARTICLES).search(changed(asked, q=""))
    with APP.test_request_context():
        for bar in histogram(asked, found).bars:
            picked = (asked.since, asked.until) == (bar.at, bar.at)
            ends = (None, None) if picked else (bar.at, bar.at)
            assert bar.url == search_url(changed(asked, since=ends[0], until=ends[1]))


def test_the_smallest_bar_has_a_minimum_height() -> None:
    one, other = ARTICLES[0], ARTICLES[1]
    bars = drawn(SearchRequest(), FakeEngine([one, *[other] * 500])).bars
    assert [bar.height for bar in bars] == [FLOOR, FOOT - TOP]


def test_bars_neither_overlap_nor_overflow() -> None:
    months = [article(f"a{n}", date=f"2022-{n:02}") for n in range(1, 13)]
    found = drawn(SearchRequest(), FakeEngine(months))
    starts = [float(x) for x in re.findall(r"M([\d.]+) ", found.drawn)]
    [width] = set(re.findall(r"h([\d.]+)", found.drawn))
    assert len(starts) == 12
    assert all(start + float(width) <= following for start, following in pairwise([*starts, 100.0]))
    assert [tick.label for tick in found.ticks] == ["janv.\u00a02022", "juin\u00a02022", "déc.\u00a02022"]


def test_a_selected_bar_has_its_own_path() -> None:
    found = drawn(SearchRequest(since="2022-01", until="2022-01"))
    assert (found.picked.count("M"), found.drawn.count("M")) == (1, 2)
    assert found.items.count('aria-current="true"') == 1


def test_links_are_escaped() -> None:
    found = drawn(SearchRequest(q="", sources=["AFP"]), FakeEngine([*ARTICLES, article("z", source="AFP")]))
    assert (
        'href="/search?source=AFP&amp;from=2022-02&amp;to=2022-02" title="février\u00a02022\u00a0: 1\u00a0article"'
        in found.items
    )


@pytest.mark.parametrize(
    ("since", "until", "labels"),
    [
        (None, None, []),
        ("2019", "2019", ["Toutes les dates", "2019"]),
        ("2019-03", "2019-03", ["Toutes les dates", "2019", "mars 2019"]),
        ("2019-03-05", "2019-03-05", ["Toutes les dates", "2019", "mars 2019", "5 mars 2019"]),
        ("2019-03", "2019-05", ["Toutes les dates", "2019", "de mars 2019 à mai 2019"]),
        ("2018", "2019-05", ["Toutes les dates", "de 2018 à mai 2019"]),
        ("2019-03", None, ["Toutes les dates", "depuis mars 2019"]),
    ],
)
def test_the_breadcrumb_of_dates(since: str | None, until: str | None, labels: list[str]) -> None:
    with APP.test_request_context():
        path = date_path(SearchRequest(q="a", since=since, until=until))
    assert [link.label.replace("\u00a0", " ") for link in path] == labels
    assert [link.current for link in path] == [False] * (len(path) - 1) + [True] * bool(path)
