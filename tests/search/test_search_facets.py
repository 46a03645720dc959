"""Counts to buckets; over a real index, a bucket's count equals the result of its link."""

from collections import Counter
from collections.abc import Callable
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosque.corpus.article import Article
from kiosque.index.text.days import day_span
from kiosque.search import Engine, SearchRequest
from kiosque.search.counts.facets import date_facet, value_facet, values_found
from kiosque.search.dates import Days
from kiosque.search.leaves.filters import Values
from kiosque.search.model import DateFacet, ValueCount
from tests.effort import examples

UNSELECTED: Days = (None, None)


def facet(*dates: str | None, selected: Days = UNSELECTED) -> DateFacet:
    texts = sorted({date or "" for date in dates})
    counts = Counter(date or "" for date in dates)
    return date_facet(np.array([counts[text] for text in texts], np.int64), Values(texts, dated=True), selected)


def sources(counts: dict[str, int], selected: frozenset[str], most: int = 10_000) -> list[ValueCount]:
    names = sorted(counts)
    return value_facet(np.array([counts[name] for name in names], np.int64), names, selected, most)


def buckets(found: DateFacet) -> dict[str, int]:
    assert all(bucket.since == bucket.until for bucket in found.buckets)
    return {bucket.since: bucket.count for bucket in found.buckets}


def selected_buckets(found: DateFacet) -> list[str]:
    return [bucket.since for bucket in found.buckets if bucket.selected]


def test_the_list_of_sources_is_cut_and_their_number_is_given() -> None:
    counts = {"": 9, "A": 1, "B": 5, "C": 2, "D": 2, "E": 2, "F": 0}
    found = sources(counts, frozenset({"A", "B", "F", "Z"}), most=3)
    assert [(row.value, row.count) for row in found] == [("B", 5), ("C", 2), ("D", 2), ("A", 1), ("F", 0), ("Z", 0)]
    assert values_found(np.array(list(counts.values())), list(counts)) == 5


def test_sources_are_ordered_by_count_then_name() -> None:
    assert sources({"B": 1, "A": 1, "C": 3}, frozenset()) == [
        ValueCount(value="C", count=3),
        ValueCount(value="A", count=1),
        ValueCount(value="B", count=1),
    ]


def test_only_selected_sources_stay_with_zero_articles() -> None:
    assert sources({"A": 0, "B": 1}, frozenset({"Z"})) == [
        ValueCount(value="B", count=1),
        ValueCount(value="Z", count=0, selected=True),
    ]


def test_articles_without_a_source_have_no_row() -> None:
    assert sources({"": 4}, frozenset()) == []


def test_two_months_are_counted_by_day_without_gaps() -> None:
    found = facet("2022-01-01", "2022-01-03", "2022-01-03")
    assert found.unit == "day"
    assert buckets(found) == {"2022-01-01": 1, "2022-01-02": 0, "2022-01-03": 2}


def test_four_years_are_counted_by_month() -> None:
    found = facet("2021-11-30", "2022-02-01")
    assert found.unit == "month"
    assert buckets(found) == {"2021-11": 1, "2021-12": 0, "2022-01": 0, "2022-02": 1}


def test_more_years_are_counted_by_year() -> None:
    found = facet("2015-06-01", "2020-03")
    assert found.unit == "year"
    assert buckets(found) == {"2015": 1, "2016": 0, "2017": 0, "2018": 0, "2019": 0, "2020": 1}


@pytest.mark.parametrize(
    ("last", "unit"), [("2022-03-03", "day"), ("2022-03-04", "month"), ("2026-01-03", "month"), ("2026-01-06", "year")]
)
def test_the_unit_changes_after_two_months_and_after_four_years(last: str, unit: str) -> None:
    assert facet("2022-01-01", last).unit == unit


def test_an_article_of_a_month_counts_in_each_of_its_days() -> None:
    assert buckets(facet("2022-02", "2022-02-03")) == {
        f"2022-02-{day:02}": 2 if day == 3 else 1 for day in range(1, 29)
    }


def test_an_article_of_a_year_counts_in_each_of_its_months() -> None:
    found = facet("2022", "2021-12-31")
    assert found.unit == "month"
    assert buckets(found) == {"2021-12": 1} | {f"2022-{month:02}": 1 for month in range(1, 13)}


def test_the_unit_is_never_finer_than_the_dates() -> None:
    assert buckets(facet("2022-01", "2022-02")) == {"2022-01": 1, "2022-02": 1}
    assert buckets(facet("2022", "2023")) == {"2022": 1, "2023": 1}
    assert buckets(facet("2022-01", "2022-02", selected=day_span("2022-01"))) == {"2022-01": 1, "2022-02": 1}


def test_the_undated_are_counted_separately() -> None:
    assert facet(None, None, "2022").undated == 2
    assert facet(None).undated == 1
    assert facet(None).buckets == facet().buckets == []


def test_a_selected_day_is_shown_within_its_month() -> None:
    found = facet("2021-01-01", "2022-01-05", "2022-01-07", "2022-01-09", "2023", selected=day_span("2022-01-07"))
    assert found.unit == "day"
    assert next(iter(buckets(found))) == "2022-01-01"
    assert list(buckets(found))[-1] == "2022-01-31"
    assert selected_buckets(found) == ["2022-01-07"]
    assert buckets(found)["2022-01-05"] == 1, "its neighbours can still be selected"


def test_selected_months_are_shown_within_their_year() -> None:
    selected = day_span("2022-03")[0], day_span("2022-06")[1]
    found = facet("2015", "2022-05-05", "2022-12-31", "2030", selected=selected)
    assert found.unit == "month"
    assert [next(iter(buckets(found))), list(buckets(found))[-1]] == ["2022-01", "2022-12"]
    assert selected_buckets(found) == ["2022-03", "2022-04", "2022-05", "2022-06"]


def test_partly_selected_years_are_counted_completely_and_not_selected() -> None:
    selected = day_span("2015-06")[0], day_span("2020-03")[1]
    found = facet("2010", "2015-02-01", "2020-12-31", "2030", selected=selected)
    assert buckets(found) == {"2015": 1, "2016": 0, "2017": 0, "2018": 0, "2019": 0, "2020": 1}
    assert selected_buckets(found) == ["2016", "2017", "2018", "2019"]


def test_an_open_selection_ends_with_the_last_article() -> None:
    found = facet("2019", "2020", "2021-07-14", selected=(day_span("2020")[0], None))
    assert found.unit == "month"
    assert [next(iter(buckets(found))), list(buckets(found))[-1]] == ["2020-01", "2021-07"]
    assert set(selected_buckets(found)) == set(buckets(found))


def test_a_selection_without_articles_shows_all_dates() -> None:
    found = facet("2020-01-01", "2021-12-31", selected=day_span("1995"))
    assert next(iter(buckets(found))) == "2020-01"
    assert selected_buckets(found) == []


def test_the_first_and_last_representable_days() -> None:
    assert buckets(facet("0001-01-01", selected=(None, day_span("0001")[1]))) == {"0001-01-01": 1}
    assert buckets(facet("9999-12-31", selected=day_span("9999"))) == {"9999-12-31": 1}


DATES = st.one_of(
    st.none(),
    st.dates(min_value=date(2020, 1, 1), max_value=date(2022, 12, 31)).map(str),
    st.sampled_from(["2020", "2021", "2022", "2020-02", "2021-11", "2022-01", "2012-05-05", "1999"]),
)
ENDS = st.one_of(st.none(), st.sampled_from(["2012", "2020", "2020-02", "2020-06-15", "2021-11", "2022-01-19", "2022"]))


@settings(deadline=None, max_examples=examples(60))
@given(
    dates=st.lists(st.tuples(DATES, st.sampled_from(["AFP", "Le Monde", None])), min_size=1, max_size=8),
    ends=st.tuples(ENDS, ENDS),
    sources=st.sets(st.sampled_from(["AFP", "Le Monde"])),
)
def test_a_bucket_count_equals_the_result_of_its_link(
    engine_over: Callable[..., Engine],
    dates: list[tuple[str | None, str | None]],
    ends: tuple[str | None, str | None],
    sources: set[str],
) -> None:
    articles = [
        Article(id=str(at), title="", body="gaz", date=day, source=source) for at, (day, source) in enumerate(dates)
    ]
    engine = engine_over(*articles)
    asked = SearchRequest(q="gaz", since=ends[0], until=ends[1], sources=sorted(sources))

    def total(**changes: object) -> int:
        return engine.search(replace(asked, **changes)).total

    found = engine.search(asked).facets
    for bucket in found.date.buckets:
        assert bucket.count == total(since=bucket.since, until=bucket.until), bucket
    assert found.date.undated == total(undated=True)
    for row in found.source:
        assert row.count == total(sources=[row.value]), row
        assert row.selected == (row.value in sources)
