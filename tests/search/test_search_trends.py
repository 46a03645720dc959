"""Trends against a plain count over the articles."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosque.corpus.article import Article
from kiosque.search import Engine, RequestError
from kiosque.search.counts.trends import DIGITS, MOST_QUERIES, TrendsRequest
from kiosque.search.model import Unit
from tests.effort import examples

DATES = [None, "2020", "2021", "2021-03", "2021-03-05", "2021-03-06", "2021-12-31", "2022-01-01", "2022-01"]
ROWS = [
    Article(
        id=f"a{n}",
        title=f"Titre {n}",
        body="chou " * (n % 2) + "navet " * (n % 3 > 0),
        source=f"S{n % 4}",
        section=f"R{n % 5}",
        date=date,
    )
    for n, date in enumerate(DATES * 3)
]


@pytest.fixture(scope="module")
def engine(engine_over: Callable[..., Engine]) -> Engine:
    return engine_over(*ROWS)


def wanted(word: str, sources: list[str], sections: list[str]) -> list[Article]:
    said = [row for row in ROWS if word in row.body]
    return [row for row in said if (not sources or row.source in sources) and (not sections or row.section in sections)]


def counted(word: str, unit: Unit, sources: list[str], sections: list[str]) -> dict[str, int]:
    """The reference: articles by date prefix."""
    found: dict[str, int] = {}
    for row in wanted(word, sources, sections):
        date = row.date or ""
        if len(date) >= DIGITS[unit]:
            found[date[: DIGITS[unit]]] = found.get(date[: DIGITS[unit]], 0) + 1
    return found


@settings(max_examples=examples(30), deadline=None)
@given(
    st.sampled_from(["year", "month", "day"]),
    st.lists(st.sampled_from(["S0", "S1", "S2"]), unique=True),
    st.lists(st.sampled_from(["R0", "R1", "R2"]), unique=True),
)
def test_trends_equal_a_plain_count(engine: Engine, unit: Unit, sources: list[str], sections: list[str]) -> None:
    asked = TrendsRequest(queries=["chou", "navet"], unit=unit, sources=sources, sections=sections)
    found = engine.trends(asked)
    for one in found.series:
        counts = {period: count for period, count in zip(found.periods, one.counts, strict=True) if count}
        assert counts == counted(one.query, unit, sources, sections)
        assert one.total == sum(one.counts)
        assert one.total + one.imprecise + one.undated == len(wanted(one.query, sources, sections))


def test_periods_have_no_gaps_and_include_the_corpus(engine: Engine) -> None:
    found = engine.trends(TrendsRequest(queries=["chou"], unit="month", since="2021-01", until="2022"))
    assert found.periods[0] == "2021-01"
    assert found.periods[-1] == "2022-01"[:7] or found.periods[-1] == "2022-12"
    assert len(set(found.periods)) == len(found.periods) >= 12
    assert found.corpus[found.periods.index("2021-03")] == 9


def test_trends_by_source(engine: Engine) -> None:
    [one] = engine.trends(TrendsRequest(queries=["chou"], unit="year", by_source=True)).series
    assert [part.source for part in one.sources] == ["S1", "S3"]
    assert [sum(pair) for pair in zip(*(part.counts for part in one.sources), strict=True)] == one.counts
    [one] = engine.trends(TrendsRequest(queries=["chou"], sources=["S3"], by_source=True)).series
    assert [part.source for part in one.sources] == ["S3"]
    [one] = engine.trends(TrendsRequest(queries=["chou"], sections=["R1"], unit="year", by_source=True)).series
    assert [sum(pair) for pair in zip(*(part.counts for part in one.sources), strict=True)] == one.counts


def test_the_unit_depends_on_the_span(engine: Engine) -> None:
    assert engine.trends(TrendsRequest(queries=["chou"])).unit == "month"
    assert engine.trends(TrendsRequest(queries=["chou"], since="2021-03", until="2021-04")).unit == "day"


@pytest.mark.parametrize("queries", [["absent"], ["absent", "introuvable"]])
def test_nothing_found(engine: Engine, queries: list[str]) -> None:
    found = engine.trends(TrendsRequest(queries=queries))
    assert (found.periods, [one.counts for one in found.series]) == ([], [[]] * len(queries))


def test_dates_without_articles(engine: Engine) -> None:
    assert engine.trends(TrendsRequest(queries=["chou"], since="1999", until="2000")).periods == []


def test_limits(engine: Engine) -> None:
    with pytest.raises(RequestError, match="au plus"):
        engine.trends(TrendsRequest(queries=["a"] * (MOST_QUERIES + 1)))
    with pytest.raises(RequestError, match="trop longue"):
        engine.trends(TrendsRequest(queries=["a" * 2001]))
    with pytest.raises(RequestError, match="n’est pas une date"):
        engine.trends(TrendsRequest(queries=["a"], since="hier"))


def test_too_many_days(engine_over: Callable[..., Engine]) -> None:
    engine = engine_over(*(Article(id=d, title="chou", body="chou", date=d) for d in ("1950-01-01", "2020-01-01")))
    with pytest.raises(RequestError) as caught:
        engine.trends(TrendsRequest(queries=["chou"], unit="day"))
    assert caught.value.parameter == "unit"
    assert engine.trends(TrendsRequest(queries=["chou"])).unit == "year"
