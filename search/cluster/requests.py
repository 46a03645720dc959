"""Bodies of the requests to a cluster. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kiosque.search.cluster.compile import filter_of
from kiosque.search.execute.search_result import Filters
from kiosque.search.leaves.cluster_query import Json
from kiosque.search.model import Sort

SOURCES, UNFILTERED, VALUES, TOTAL = "sources", "unfiltered", "values", "total"
GROUPS, LEAST = "groups", "least"
"""Names of aggregations."""

AT_A_TIME = 10_000
"""Groups of near copies per step of `firsts`."""

MOST_TERMS = 65_536
"""Maximum values of a `terms` clause, unless the cluster is configured otherwise."""

MOST_MEMBERS = 10_000
"""Maximum near copies read in one request."""

BY_ID: Json = {"id": "asc"}
NEWEST: Json = {"date_last": {"order": "desc", "missing": "_last"}}
OLDEST: Json = {"date_first": {"order": "asc", "missing": "_last"}}
BY_SCORE: Json = {"_score": "desc"}

ORDERS: dict[Sort, list[Json]] = {
    "relevance": [BY_SCORE, NEWEST, BY_ID],
    "newest": [NEWEST, BY_SCORE, BY_ID],
    "oldest": [OLDEST, BY_SCORE, BY_ID],
}
"""Ties: the newer first, then the lower id. Articles without a date come last in both orders of dates."""

STORED: Json = {"stored_fields": ["record"], "docvalue_fields": ["group", "places"]}
"""The fields to read of a document."""

SEARCHING = {"search_type": "dfs_query_then_fetch", "allow_partial_search_results": "false"}
"""Scores use the statistics of all shards; a shard that does not answer is an error, not fewer hits."""


def page(
    query: Json, filters: Filters, sort: Sort, rows: range, values: Mapping[str, int], hidden: Json | None = None
) -> Json:
    """Asks for the hits at the ranks `rows`, the exact total and the facets; `values` is each facet's number of values.

    Articles that `hidden` matches are counted, but are no hits.
    """
    selected = list(_selections(filters).values())
    body: Json = {"query": query, "track_total_hits": True, "size": len(rows), "aggs": counts(filters, values)}
    if hidden:
        body["aggs"][TOTAL] = {"filter": {"bool": {"filter": selected}}}
    if selected or hidden:
        body["post_filter"] = _narrowed(selected, hidden)
    return body | (ranked(sort) | {"from": rows.start} if len(rows) else {})


def _narrowed(filters: Sequence[Json], hidden: Json | None) -> Json:
    return {"bool": {"filter": list(filters)} | ({"must_not": [hidden]} if hidden else {})}


def firsts(query: Json, filters: Filters, after: Json | None) -> Json:
    """Asks which groups match without their first document, and the lowest rank of their matches; the next AT_A_TIME
    groups after the group `after`."""
    least = {"least_only": {"bucket_selector": {"buckets_path": {LEAST: LEAST}, "script": f"params.{LEAST} > 0"}}}
    composite = {"size": AT_A_TIME, "sources": [{"group": {"terms": {"field": "group"}}}]}
    return {
        "query": {"bool": {"filter": [query, *_selections(filters).values()]}},
        "size": 0,
        "track_total_hits": False,
        "aggs": {
            GROUPS: {
                "composite": composite | ({"after": after} if after else {}),
                "aggs": {LEAST: {"min": {"field": "group_rank"}}, **least},
            }
        },
    }


def hidden(shown: Sequence[str]) -> Json:
    """Matches the group members that another match represents: all but the firsts of groups and the places `shown`."""
    later: Json = {"range": {"group_rank": {"gt": 0}}}
    parts = [shown[first : first + MOST_TERMS] for first in range(0, len(shown), MOST_TERMS)]
    kept = [{"terms": {"group_place": list(part)}} for part in parts]
    return {"bool": {"filter": [later], "must_not": kept}} if kept else later


def members(groups: Sequence[str], most: int | None, sources: int) -> Json:
    """Asks for the first members of groups, in order, and for the number and sources of all members; `sources` is how
    many sources the index has."""
    by_source = {SOURCES: {"terms": {"field": "source", "size": sources + 1}}}
    body: Json = {
        "query": {"bool": {"filter": [{"terms": {"group": list(groups)}}]}},
        "size": MOST_MEMBERS,
        "track_total_hits": False,
        "sort": [{"group": "asc"}, {"group_rank": "asc"}],
        **STORED,
        "aggs": {GROUPS: {"terms": {"field": "group", "size": len(groups)}, "aggs": by_source}},
    }
    return body if most is None else body | {"post_filter": {"range": {"group_rank": {"lte": most}}}}


def best(query: Json, count: int) -> Json:
    """Asks for the best hits, without counts."""
    return {"query": query, "size": count, "track_total_hits": False, **ranked("relevance")}


def ranked(sort: Sort) -> Json:
    """Sorts the hits, with their articles and scores."""
    return {"sort": ORDERS[sort], "track_scores": True, **STORED}


def counts(filters: Filters, values: Mapping[str, int]) -> Json:
    """Counts each facet under the others' selections, and all matches before any selection."""
    selected = _selections(filters)
    aggs = {
        column: _counted({VALUES: _terms(column, most)}, [one for name, one in selected.items() if name != column])
        for column, most in values.items()
    }
    return aggs | {UNFILTERED: {"filter": {"match_all": {}}}} if selected else aggs


def _selections(filters: Filters) -> dict[str, Json]:
    found = {one.column: filter_of(one) for one in filters.chosen}
    return {column: narrowed for column, narrowed in found.items() if narrowed}


def _terms(name: str, values: int) -> Json:
    """Counts every value; one more than there are, for articles without any."""
    return {"terms": {"field": name, "size": values + 1, "missing": ""}}


def _counted(aggs: Json, selected: Sequence[Json]) -> Json:
    narrowed = selected[0] if len(selected) == 1 else {"bool": {"filter": list(selected)}}
    return {"filter": narrowed if selected else {"match_all": {}}, "aggs": aggs}


def walk(
    query: Json,
    filters: Filters,
    sort: Sort,
    size: int,
    after: Sequence[Any] | None,
    hits: bool,
    hidden: Json | None = None,
) -> Json:
    """Asks for the next hits of a walk, after the sort key `after`; without `hits` for their sort keys only.

    Articles that `hidden` matches are left out.
    """
    selected = list(_selections(filters).values())
    body: Json = {
        "query": {"bool": {"must": [query], **_narrowed(selected, hidden)["bool"]}} if selected or hidden else query,
        "size": size,
        "track_total_hits": after is None,
        **ranked(sort),
    }
    if not hits:
        body |= {"stored_fields": [], "docvalue_fields": []}
    return body | ({"search_after": list(after)} if after is not None else {})


def together(words: Sequence[Sequence[str]], terms: Sequence[str]) -> Json:
    """Counts the bodies that have every word, and of those the bodies that have each term too."""
    having = [{"terms": {"body": list(own)}} for own in words]
    return {
        "query": {"bool": {"filter": having}},
        "size": 0,
        "track_total_hits": True,
        "aggs": {"also": {"filters": {"filters": [{"term": {"body": term}} for term in terms]}}},
    }
