"""Answers of a cluster -> results. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kiosque.index.cluster.copies import place_text
from kiosque.index.cluster.document import record_of
from kiosque.index.segment.schema import card_of
from kiosque.search.cluster.requests import GROUPS, LEAST, SOURCES, TOTAL, UNFILTERED, VALUES
from kiosque.search.execute.index_statistics import IndexStatistics
from kiosque.search.execute.near_duplicates import copy_group
from kiosque.search.execute.search_result import SearchResult
from kiosque.search.execute.terms import Terms
from kiosque.search.leaves.cluster_query import Json
from kiosque.search.leaves.filters import Values
from kiosque.search.model import CopyGroup


@dataclass(frozen=True)
class Stored:
    """A document on a cluster: the stored record, its group, and where exact copies were found (packed)."""

    record: bytes
    group: str | None = field(default=None, compare=False)
    places: str = field(default="", compare=False)


class Members(NamedTuple):
    """A group of near copies: how many articles, of which sources, and the records of the first few."""

    articles: int
    sources: set[str]
    records: list[bytes]

    def around(self, document: Stored, most: int | None) -> CopyGroup | None:
        """The group as seen from one of its documents, with at most `most` others named."""
        if len(self.records) < 2:
            return None
        others = [card_of(record) for record in self.records if record != document.record]
        titles = self.sources - {card_of(document.record).source or ""}
        return copy_group(card_of(self.records[0]).id, self.articles - 1, len(titles), others[:most])


def result_of(answer: Json, state: IndexStatistics, terms: Terms) -> SearchResult:
    """The result of `requests.page`. Articles that a sync is adding count in the facets once their values are known."""
    hits, found = total_of(answer), answer["aggregations"]
    total = found[TOTAL]["doc_count"] if TOTAL in found else hits
    return SearchResult(
        total=total,
        unfiltered_total=found[UNFILTERED]["doc_count"] if UNFILTERED in found else total,
        best=list(rows_of(answer)),
        counts={column: _counts(found[column], values) for column, values in state.values.items()},
        terms=terms,
        regrouped=total - hits,
    )


def total_of(answer: Json) -> int:
    """How many documents match."""
    return int(answer["hits"]["total"]["value"])


def rows_of(answer: Json) -> Iterator[tuple[Stored, float]]:
    """The hits with their scores, in order."""
    return ((stored_of(hit), float(hit["_score"])) for hit in answer["hits"]["hits"])


def stored_of(hit: Json) -> Stored:
    """The document of a hit."""
    fields = hit.get("fields", {})
    return Stored(record_of(hit), fields.get("group", [None])[0], fields.get("places", [""])[0])


def firsts_of(answer: Json) -> tuple[list[str], Json | None]:
    """The places of the groups' first matches, and the group after which to go on (None at the end)."""
    found = answer["aggregations"][GROUPS]
    places = [place_text(int(one[LEAST]["value"]), one["key"]["group"]) for one in found["buckets"]]
    return places, found.get("after_key")


def members_of(answer: Json) -> dict[str, Members]:
    """The groups of `requests.members`, by name."""
    stored = groupby(map(stored_of, answer["hits"]["hits"]), key=lambda one: one.group)
    records = {group: [one.record for one in members] for group, members in stored}
    return {
        one["key"]: Members(
            one["doc_count"], {each["key"] for each in one[SOURCES]["buckets"]}, records.get(one["key"], [])
        )
        for one in answer["aggregations"][GROUPS]["buckets"]
    }


def last_place(answer: Json) -> list[Any] | None:
    """The sort key of the last hit; None without hits."""
    hits = answer["hits"]["hits"]
    return hits[-1]["sort"] if hits else None


def _counts(counted: Json, values: Values) -> NDArray[np.int64]:
    """Counts by the place of the value; articles without one count at "", if that is among the values."""
    counts = {bucket["key"]: bucket["doc_count"] for bucket in counted[VALUES]["buckets"]}
    return np.array([counts.get(text, 0) for text in values.texts], np.int64)
