"""Whole bodies of the searches that a cluster is sent."""

from typing import Any

from search.cluster.requests import best, page, together, walk
from search.dates import Days
from search.outcome import Filters

QUERY = {"match_all": {}}
EVERYTHING = {"match_all": {}}
IN_AFP = {"terms": {"source": ["AFP"]}}
SINCE = {"range": {"date_last": {"gte": 10}}}
FROM_TEN: Days = (10, None)
BY_ID = {"id": "asc"}
NEWEST = {"date_last": {"order": "desc", "missing": "_last"}}


def values(name: str, size: int) -> dict[str, Any]:
    return {"values": {"terms": {"field": name, "size": size, "missing": ""}}}


def test_a_page_without_selections() -> None:
    assert page(QUERY, Filters(), "relevance", range(20, 30), (4, 7)) == {
        "query": QUERY,
        "track_total_hits": True,
        "from": 20,
        "size": 10,
        "sort": [{"_score": "desc"}, NEWEST, BY_ID],
        "track_scores": True,
        "_source": ["record"],
        "aggs": {
            "sources": {"filter": EVERYTHING, "aggs": values("source", 5)},
            "dates": {"filter": EVERYTHING, "aggs": values("date", 8)},
        },
    }


def test_each_facet_obeys_the_other_selection_and_the_hits_obey_both() -> None:
    body = page(QUERY, Filters(frozenset({"AFP"}), FROM_TEN), "newest", range(10), (1, 1))
    assert body["post_filter"] == {"bool": {"filter": [IN_AFP, SINCE]}}
    assert body["aggs"] == {
        "sources": {"filter": SINCE, "aggs": values("source", 2)},
        "dates": {"filter": IN_AFP, "aggs": values("date", 2)},
        "matched": {"filter": EVERYTHING},
    }
    assert body["sort"] == [NEWEST, {"_score": "desc"}, BY_ID]


def test_counts_alone_ask_for_no_hit() -> None:
    body = page(QUERY, Filters(), "oldest", range(0), (1, 1))
    assert body["size"] == 0
    assert not body.keys() & {"sort", "from", "_source"}


def test_the_best_are_not_counted() -> None:
    assert best(QUERY, 7) == {
        "query": QUERY,
        "size": 7,
        "track_total_hits": False,
        "sort": [{"_score": "desc"}, NEWEST, BY_ID],
        "track_scores": True,
        "_source": ["record"],
    }


def test_a_walk_goes_on_behind_the_last_hit() -> None:
    assert walk(QUERY, Filters(frozenset({"AFP"})), "oldest", 500, [3, 1.5, "b"], hits=False) == {
        "query": {"bool": {"must": [QUERY], "filter": [IN_AFP]}},
        "size": 500,
        "track_total_hits": False,
        "sort": [{"date_first": {"order": "asc", "missing": "_last"}}, {"_score": "desc"}, BY_ID],
        "track_scores": True,
        "_source": False,
        "search_after": [3, 1.5, "b"],
    }


def test_a_walk_begins_with_the_total() -> None:
    body = walk(QUERY, Filters(), "newest", 500, None, hits=True)
    assert (body["query"], body["track_total_hits"], body["_source"]) == (QUERY, True, ["record"])
    assert "search_after" not in body


def test_what_stands_together_with_words() -> None:
    assert together([["gaz"], ["ven", "vent"]], ["mer", "sel"]) == {
        "query": {"bool": {"filter": [{"terms": {"body": ["gaz"]}}, {"terms": {"body": ["ven", "vent"]}}]}},
        "size": 0,
        "track_total_hits": True,
        "aggs": {"also": {"filters": {"filters": [{"term": {"body": "mer"}}, {"term": {"body": "sel"}}]}}},
    }
