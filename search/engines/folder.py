"""A commit in a local folder, as the embedded engines search it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from whoosh.query import Query

from kiosque.corpus.article import Article, Place
from kiosque.index.care.stats import Stats
from kiosque.index.segment.schema import Card
from kiosque.search.execute.deep_paging import OrderCache
from kiosque.search.execute.executor import execute
from kiosque.search.execute.explanation import score_parts
from kiosque.search.execute.near_duplicates import copy_group
from kiosque.search.execute.occurrences import all_occurrences
from kiosque.search.execute.search_result import Filters, SearchResult
from kiosque.search.execute.searchable import Searchable
from kiosque.search.execute.snapshot import Snapshot
from kiosque.search.execute.terms import Terms
from kiosque.search.export import Export
from kiosque.search.leaves.leaf import MarkTargets
from kiosque.search.model import CopyGroup, LeafScore, Sort
from kiosque.search.snippets.passages import Found
from kiosque.search.suggest.completions import Context


class Folder(Searchable):
    """A snapshot, searched by the kernels; its documents are numbers.

    damage: what was found wrong with it while it was open.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__(snapshot)
        self.snapshot, self.orders, self.damage = snapshot, OrderCache(), ""

    @property
    def stats(self) -> Stats:
        """See Searchable."""
        return self.snapshot.stats

    def execute(self, tree: Query, filters: Filters, sort: Sort, rows: range, grouped: bool = False) -> SearchResult:
        """See Searchable."""
        result = execute(self.snapshot, tree, filters, sort, rows.stop, grouped=grouped)
        return replace(result, best=result.best[rows.start :])

    def best(self, tree: Query, count: int) -> list[tuple[int, float]]:
        """See Searchable."""
        return execute(self.snapshot, tree, Filters(), "relevance", count).best

    def score_parts(self, tree: Query, document: int) -> list[LeafScore]:
        """See Searchable."""
        return score_parts(self.snapshot, tree, document)

    def all_of(self, tree: Query, filters: Filters, sort: Sort) -> Export:
        """See Searchable."""
        result = execute(self.snapshot, tree, filters, sort, self.snapshot.documents)
        articles: Iterator[Article] = (self.snapshot.article(number) for number, _ in result.best)
        return Export(result.total, articles)

    def find(self, id: str) -> int | None:
        """See Searchable."""
        return self.snapshot.number_of(id)

    def article(self, document: int) -> Article:
        """See Searchable."""
        return self.snapshot.article(document)

    def card(self, document: int) -> Card:
        """See Searchable."""
        return self.snapshot.card(document)

    def places(self, document: int) -> list[Place]:
        """See Searchable."""
        return self.snapshot.places(document)

    def skips(self, document: int) -> bytes | memoryview:
        """See Searchable."""
        return self.snapshot.skips(document)

    def copies_of(self, documents: Sequence[int], most: int | None = None) -> list[CopyGroup | None]:
        """See Searchable."""
        return [self._copies_of(document, most) for document in documents]

    def _copies_of(self, document: int, most: int | None) -> CopyGroup | None:
        snapshot = self.snapshot
        members = [number for number in snapshot.copies.group(document) if not snapshot.is_deleted(number)]
        if len(members) < 2:
            return None
        others = [number for number in members if number != document]
        sources = {snapshot.source(number) for number in others} - {snapshot.source(document), ""}
        cards = [snapshot.card(number) for number in others[:most]]
        return copy_group(snapshot.card(members[0]).id, len(others), len(sources), cards)

    def occurrences(self, terms: Terms, asked: list[MarkTargets], documents: Sequence[int]) -> Found | None:
        """See Searchable."""
        return all_occurrences(self.snapshot, terms, asked, documents)

    def together(self, words: Sequence[Sequence[str]], terms: Sequence[str]) -> tuple[int, list[int]]:
        """See Searchable. Counted in a sample of some hundred articles."""
        contexts = [Context(view.data, words, view.deleted) for view in self.snapshot.views]
        seen = sum(map(len, contexts))
        return seen, [sum(context.count(term) for context in contexts) if seen else 0 for term in terms]
