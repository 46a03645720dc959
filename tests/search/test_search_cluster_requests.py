"""Complete bodies of the requests to a cluster."""

from typing import Any

import pytest

from kiosque.search.cluster.requests import best, firsts, hidden, members, page, together, walk
from kiosque.search.dates import Days
from kiosque.search.execute.search_result import Filters

QUERY: dict[str, Any] = {"match_all": {}}
EVERYTHING: dict[str, Any] = {"match_all": {}}
IN_AFP = {"terms": {"source": ["AFP"]}}
SINCE = {"range": {"date_last": {"gte": 10}}}
FROM_TEN: Days = (10, None)
BY_ID = {"id": "asc"}
NEWEST = {"date_last": {"order": "desc", "missing": "_last"}}


def values(name: str, size: int) -> dict[str, Any]:
    return {"values": {"terms": {"field": name, "size": size, "missing": ""}}}


def test_a_page_without_selections() -> None:
    assert page(QUERY, Filters(), "relevance", range(20, 30), {"source": 4, "date": 7}) == {
        "query": QUERY,
        "track_total_hits": True,
        "from": 20,
        "size": 10,
        "sort": [{"_score": "desc"}, NEWEST, BY_ID],
        "track_scores": True,
        "stored_fields": ["record"],
        "docvalue_fields": ["group", "places"],
        "aggs": {
            "source": {"filter": EVERYTHING, "aggs": values("source", 5)},
            "date": {"filter": EVERYTHING, "aggs": values("date", 8)},
        },
    }


def test_each_facet_ignores_its_own_selection_and_hits_obey_all() -> None:
    body = page(QUERY, Filters.selected({"source": ["AFP"]}, FROM_TEN), "newest", range(10), {"source": 1, "date": 1})
    assert body["post_filter"] == {"bool": {"filter": [IN_AFP, SINCE]}}
    assert body["aggs"] == {
        "source": {"filter": SINCE, "aggs": values("source", 2)},
        "date": {"filter": IN_AFP, "aggs": values("date", 2)},
        "unfiltered": {"filter": EVERYTHING},
    }
    assert body["sort"] == [NEWEST, {"_score": "desc"}, BY_ID]


def test_a_request_for_counts_asks_for_no_hit() -> None:
    body = page(QUERY, Filters(), "oldest", range(0), {"source": 1, "date": 1})
    assert body["size"] == 0
    assert not body.keys() & {"sort", "from", "stored_fields"}


def test_a_request_for_the_best_hits_counts_nothing() -> None:
    assert best(QUERY, 7) == {
        "query": QUERY,
        "size": 7,
        "track_total_hits": False,
        "sort": [{"_score": "desc"}, NEWEST, BY_ID],
        "track_scores": True,
        "stored_fields": ["record"],
        "docvalue_fields": ["group", "places"],
    }


def test_a_walk_continues_after_the_last_hit() -> None:
    assert walk(QUERY, Filters.selected({"source": ["AFP"]}), "oldest", 500, [3, 1.5, "b"], hits=False) == {
        "query": {"bool": {"must": [QUERY], "filter": [IN_AFP]}},
        "size": 500,
        "track_total_hits": False,
        "sort": [{"date_first": {"order": "asc", "missing": "_last"}}, {"_score": "desc"}, BY_ID],
        "track_scores": True,
        "stored_fields": [],
        "docvalue_fields": [],
        "search_after": [3, 1.5, "b"],
    }


def test_the_first_request_of_a_walk_asks_for_the_total() -> None:
    body = walk(QUERY, Filters(), "newest", 500, None, hits=True)
    assert (body["query"], body["track_total_hits"], body["stored_fields"]) == (QUERY, True, ["record"])
    assert "search_after" not in body


def test_counting_articles_that_also_have_a_word() -> None:
    assert together([["gaz"], ["ven", "vent"]], ["mer", "sel"]) == {
        "query": {"bool": {"filter": [{"terms": {"body": ["gaz"]}}, {"terms": {"body": ["ven", "vent"]}}]}},
        "size": 0,
        "track_total_hits": True,
        "aggs": {"also": {"filters": {"filters": [{"term": {"body": "mer"}}, {"term": {"body": "sel"}}]}}},
    }


def test_hidden_copies_are_counted_but_not_hits() -> None:
    later = {"range": {"group_rank": {"gt": 0}}}
    body = page(QUERY, Filters.selected({"source": ["AFP"]}), "newest", range(10), {"source": 1, "date": 1}, hidden([]))
    assert body["post_filter"] == {"bool": {"filter": [IN_AFP], "must_not": [later]}}
    assert body["aggs"]["total"] == {"filter": {"bool": {"filter": [IN_AFP]}}}
    assert hidden(["1 a", "4 b"]) == {
        "bool": {"filter": [later], "must_not": [{"terms": {"group_place": ["1 a", "4 b"]}}]}
    }
    walked = walk(QUERY, Filters(), "newest", 500, None, hits=True, hidden=later)
    assert walked["query"] == {"bool": {"must": [QUERY], "filter": [], "must_not": [later]}}


def test_long_lists_of_groups_are_split_into_clauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosque.search.cluster.requests.MOST_TERMS", 2)
    parts = hidden(["1 a", "1 b", "2 c"])["bool"]["must_not"]
    assert [part["terms"]["group_place"] for part in parts] == [["1 a", "1 b"], ["2 c"]]


def test_groups_are_paged_after_the_last_one() -> None:
    body = firsts(QUERY, Filters.selected({"source": ["AFP"]}), {"group": "g"})
    assert body["query"] == {"bool": {"filter": [QUERY, IN_AFP]}}
    assert body["aggs"]["groups"]["composite"] == {
        "size": 10_000,
        "sources": [{"group": {"terms": {"field": "group"}}}],
        "after": {"group": "g"},
    }


def test_group_members_are_requested_with_all_sources() -> None:
    body = members(["a", "b"], 20, 3)
    assert body["query"] == {"bool": {"filter": [{"terms": {"group": ["a", "b"]}}]}}
    assert body["post_filter"] == {"range": {"group_rank": {"lte": 20}}}
    assert body["aggs"] == {
        "groups": {
            "terms": {"field": "group", "size": 2},
            "aggs": {"sources": {"terms": {"field": "source", "size": 4}}},
        }
    }
    assert "post_filter" not in members(["a"], None, 3)
