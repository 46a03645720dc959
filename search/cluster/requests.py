"""What is sent to a cluster for a page, as whole bodies. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from search.cluster.compile import Json, filter_of
from search.model import Sort
from search.outcome import Filters

SOURCES, DATES, MATCHED, VALUES = "sources", "dates", "matched", "values"
"""The names of the counts."""

BY_ID: Json = {"id": "asc"}
NEWEST: Json = {"date_last": {"order": "desc", "missing": "_last"}}
OLDEST: Json = {"date_first": {"order": "asc", "missing": "_last"}}
BY_SCORE: Json = {"_score": "desc"}

ORDERS: dict[Sort, list[Json]] = {
    "relevance": [BY_SCORE, NEWEST, BY_ID],
    "newest": [NEWEST, BY_SCORE, BY_ID],
    "oldest": [OLDEST, BY_SCORE, BY_ID],
}
"""Of equals the newer comes first, then the lower id; what has no date comes last in both orders of dates."""

SEARCHING = {"search_type": "dfs_query_then_fetch", "allow_partial_search_results": "false"}
"""Texts are as long as the average of all shards has it; a shard that does not answer is an error, not fewer hits."""


def page(query: Json, filters: Filters, sort: Sort, rows: range, values: tuple[int, int]) -> Json:
    """The hits of these ranks, the exact total and all counts; `values` is how many sources and dates there are."""
    selected = _selections(filters)
    body: Json = {"query": query, "track_total_hits": True, "size": len(rows), "aggs": counts(filters, *values)}
    if any(selected):
        body["post_filter"] = {"bool": {"filter": [one for one in selected if one]}}
    return body | (ranked(sort) | {"from": rows.start} if len(rows) else {})


def best(query: Json, count: int) -> Json:
    """The best hits, uncounted."""
    return {"query": query, "size": count, "track_total_hits": False, **ranked("relevance")}


def ranked(sort: Sort) -> Json:
    """What brings hits in order with their articles and scores."""
    return {"sort": ORDERS[sort], "track_scores": True, "_source": ["record"]}


def counts(filters: Filters, sources: int, dates: int) -> Json:
    """The counts of both facets, each of which obeys the other's selection, and of all that match before them."""
    of_sources, of_dates = _selections(filters)
    aggs = {
        SOURCES: _counted({VALUES: _terms("source", sources)}, of_dates),
        DATES: _counted({VALUES: _terms("date", dates)}, of_sources),
    }
    return aggs | {MATCHED: {"filter": {"match_all": {}}}} if of_sources or of_dates else aggs


def _selections(filters: Filters) -> tuple[Json | None, Json | None]:
    chosen = filters.of_sources(), filters.of_dates()
    sources, dates = (filter_of(one) if one is not None else None for one in chosen)
    return sources, dates


def _terms(name: str, values: int) -> Json:
    """Every value with its count: there is room for all, and for what has none."""
    return {"terms": {"field": name, "size": values + 1, "missing": ""}}


def _counted(aggs: Json, selected: Json | None) -> Json:
    return {"filter": selected or {"match_all": {}}, "aggs": aggs}


def walk(query: Json, filters: Filters, sort: Sort, size: int, after: Sequence[Any] | None, hits: bool) -> Json:
    """The next hits of a walk through a result, from behind those sort values on; without `hits` only their places."""
    narrowed = [one for one in _selections(filters) if one]
    body: Json = {
        "query": {"bool": {"must": [query], "filter": narrowed}} if narrowed else query,
        "size": size,
        "track_total_hits": after is None,
        **ranked(sort),
    }
    if not hits:
        body["_source"] = False
    return body | ({"search_after": list(after)} if after is not None else {})


def together(words: Sequence[Sequence[str]], terms: Sequence[str]) -> Json:
    """How many bodies have each of some words, and how many of those have each of some terms too."""
    having = [{"terms": {"body": list(own)}} for own in words]
    return {
        "query": {"bool": {"filter": having}},
        "size": 0,
        "track_total_hits": True,
        "aggs": {"also": {"filters": {"filters": [{"term": {"body": term}} for term in terms]}}},
    }
