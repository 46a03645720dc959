"""A commit on a cluster: trees run there; the words of the index are known here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, partial

import msgspec
from whoosh.query import Query

from kiosque.corpus.article import Article, Place
from kiosque.index.care.stats import Stats
from kiosque.index.cluster.care import commit_stats
from kiosque.index.cluster.client import Client
from kiosque.index.cluster.commit import Commit
from kiosque.index.cluster.copies import places_in
from kiosque.index.cluster.document import document_id, record_of, token_text
from kiosque.index.segment.schema import Card, article_of, card_of
from kiosque.index.segment.segment_data import SegmentData
from kiosque.search.cluster import requests
from kiosque.search.cluster.answers import (
    Stored,
    firsts_of,
    last_place,
    members_of,
    result_of,
    rows_of,
    stored_of,
    total_of,
)
from kiosque.search.cluster.compile import compiled
from kiosque.search.cluster.failing import translated
from kiosque.search.cluster.requests import SEARCHING
from kiosque.search.cluster.walking import STEP, Places, PointInTime, point_in_time
from kiosque.search.errors import EngineUnavailable
from kiosque.search.execute.index_statistics import IndexStatistics
from kiosque.search.execute.search_result import Filters, SearchResult
from kiosque.search.execute.searchable import Searchable
from kiosque.search.execute.terms import Terms
from kiosque.search.export import Export
from kiosque.search.leaves.cluster_query import Json
from kiosque.search.leaves.leaf import MarkTargets
from kiosque.search.model import CopyGroup, LeafScore, Sort
from kiosque.search.ranking import Ranking
from kiosque.search.snippets.passages import Found

AT_A_TIME = 500
"""Articles of an export per request."""

INCOMPLETE = "Le cluster n’a répondu qu’en partie. Réessayez dans un instant."


class ClusterState(Searchable):
    """A commit on a cluster. Its documents are the stored ones that come with each answer."""

    def __init__(self, client: Client, commit: Commit, lexicon: Sequence[SegmentData], ranking: Ranking) -> None:
        super().__init__(IndexStatistics(lexicon, ranking))
        self.commit, self._client, self._places = commit, client, Places()

    @cached_property
    def stats(self) -> Stats:
        """See Searchable."""
        with translated():
            return commit_stats(self._client, self.commit)

    def execute(self, tree: Query, filters: Filters, sort: Sort, rows: range, grouped: bool = False) -> SearchResult:
        """See Searchable."""
        terms = Terms(self.statistics, tree)
        query, deep = compiled(tree, terms.weight), rows.stop > STEP
        hidden = self._hidden(query, filters) if grouped else None
        sizes = {column: len(values.texts) for column, values in self.statistics.values.items()}
        answer = self._search(requests.page(query, filters, sort, range(0) if deep else rows, sizes, hidden))
        result = result_of(answer, self.statistics, terms)
        if deep and rows.start < result.total - result.regrouped:
            result.best = self._deep(partial(requests.walk, query, filters, sort, hidden=hidden), rows)
        return result

    def _hidden(self, query: Json, filters: Filters) -> Json:
        """Excludes near copies where another one that was published earlier matches. Where everything matches, so do
        the first ones of all groups."""
        shown: list[str] = []
        after = None
        looking = "match_all" not in query or filters != Filters()
        while looking:
            places, after = firsts_of(self._search(requests.firsts(query, filters, after)))
            shown += places
            looking = after is not None
        return requests.hidden(shown)

    def _deep(self, walk: Callable[..., Json], rows: range) -> list[tuple[Stored, float]]:
        """Rows deeper than a cluster gives at once: walks to them."""
        asked = msgspec.json.encode(walk(0, None, hits=False))
        at, place = self._places.nearest(asked, rows.start)
        with translated(), point_in_time(self._client, self.commit.index) as point:
            while at < rows.start:
                step = min(STEP, rows.start - at)
                place = last_place(self._next(point, walk(step, place, hits=False)))
                if place is None:
                    return []
                at += step
                self._places.remember(asked, at, place)
            return list(rows_of(self._next(point, walk(len(rows), place, hits=True))))

    def best(self, tree: Query, count: int) -> list[tuple[Stored, float]]:
        """See Searchable."""
        query = compiled(tree, Terms(self.statistics, tree).weight)
        return list(rows_of(self._search(requests.best(query, count))))

    def score_parts(self, tree: Query, document: Stored) -> list[LeafScore]:
        """See Searchable. A cluster scores with its own statistics, shard by shard."""
        return []

    def all_of(self, tree: Query, filters: Filters, sort: Sort) -> Export:
        """See Searchable."""
        query = compiled(tree, Terms(self.statistics, tree).weight)
        with translated():
            point = PointInTime(self._client, self.commit.index)
        answer = self._next(point, requests.walk(query, filters, sort, AT_A_TIME, None, hits=True))
        return Export(total_of(answer), self._articles(point, answer, query, filters, sort))

    def _articles(
        self, point: PointInTime, answer: Json, query: Json, filters: Filters, sort: Sort
    ) -> Iterator[Article]:
        try:
            while (place := last_place(answer)) is not None:
                yield from (article_of(record_of(hit)) for hit in answer["hits"]["hits"])
                answer = self._next(point, requests.walk(query, filters, sort, AT_A_TIME, place, hits=True))
        finally:
            point.close()

    def find(self, id: str) -> Stored | None:
        """See Searchable. Searches for it: to get it by its id would show articles that no commit has yet."""
        if not id:
            return None
        answer = self._search({"query": {"ids": {"values": [document_id(id)]}}, "size": 1, **requests.STORED})
        return next(map(stored_of, answer["hits"]["hits"]), None)

    def article(self, document: Stored) -> Article:
        """See Searchable."""
        return article_of(document.record)

    def card(self, document: Stored) -> Card:
        """See Searchable."""
        return card_of(document.record)

    def copies_of(self, documents: Sequence[Stored], most: int | None = None) -> list[CopyGroup | None]:
        """See Searchable. One request for all."""
        groups = sorted({document.group for document in documents if document.group})
        if not groups:
            return [None] * len(documents)
        known = members_of(self._search(requests.members(groups, most, len(self.statistics.sources.texts))))
        return [
            known[document.group].around(document, most) if document.group in known else None for document in documents
        ]

    def places(self, document: Stored) -> list[Place]:
        """See Searchable."""
        return places_in(document.places) if document.places else []

    def skips(self, document: Stored) -> bytes:
        """See Searchable. A cluster stores none."""
        return b""

    def occurrences(self, terms: Terms, asked: list[MarkTargets], documents: Sequence[Stored]) -> Found | None:
        """See Searchable. A cluster keeps its postings: the texts are scanned."""
        return None

    def together(self, words: Sequence[Sequence[str]], terms: Sequence[str]) -> tuple[int, list[int]]:
        """See Searchable. Counted over all articles."""
        if not terms:
            return 0, []
        rows = [[token_text(term) for term in own] for own in words]
        answer = self._search(requests.together(rows, [token_text(term) for term in terms]))
        return total_of(answer), [bucket["doc_count"] for bucket in answer["aggregations"]["also"]["buckets"]]

    def _search(self, body: Json) -> Json:
        # The same copy of each shard throughout a generation: copies may order ties differently.
        return self._asked(f"{self.commit.index}/_search", body, {"preference": self.commit.generation, **SEARCHING})

    def _next(self, point: PointInTime, body: Json) -> Json:
        return self._asked("_search", point.of(body), SEARCHING)

    def _asked(self, path: str, body: Json, params: Mapping[str, str]) -> Json:
        with translated():
            answer: Json = self._client.call("POST", path, body, params, repeatable=True)
        if answer["timed_out"] or answer["_shards"]["failed"]:
            raise EngineUnavailable(INCOMPLETE)
        return answer
