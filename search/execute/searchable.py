"""A state of the index that can be searched: the steps in which engines differ."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from whoosh.query import Query

from kiosque.corpus.article import Article, Place
from kiosque.index.care.stats import Stats
from kiosque.index.segment.schema import Card
from kiosque.search.execute.deep_paging import OrderCache
from kiosque.search.execute.index_statistics import IndexStatistics
from kiosque.search.execute.search_result import Document, Filters, SearchResult
from kiosque.search.execute.terms import Terms
from kiosque.search.export import Export
from kiosque.search.leaves.leaf import MarkTargets
from kiosque.search.model import CopyGroup, LeafScore, Sort
from kiosque.search.snippets.passages import Found


class Searchable(ABC):
    """A state that runs trees and reads articles. Raises EngineUnavailable where it cannot.

    orders: caches the last whole orders, for pages deep inside; None where the state walks to such a page.
    """

    orders: OrderCache[Any] | None = None

    def __init__(self, statistics: IndexStatistics) -> None:
        self.statistics = statistics

    @property
    @abstractmethod
    def stats(self) -> Stats:
        """How many articles and sources it has, and the span of their dates."""

    @abstractmethod
    def execute(self, tree: Query, filters: Filters, sort: Sort, rows: range, grouped: bool = False) -> SearchResult:
        """The matches at the ranks `rows` in the order of `sort`, the exact total and the counts of the facets.

        If `grouped`, only the match published first in its group of near copies has a rank.
        """

    @abstractmethod
    def best(self, tree: Query, count: int) -> list[tuple[Document, float]]:
        """The `count` best matches with their scores, without filters."""

    @abstractmethod
    def score_parts(self, tree: Query, document: Document) -> list[LeafScore]:
        """The leaves that give a match of `tree` its score; empty where this state does not know."""

    @abstractmethod
    def all_of(self, tree: Query, filters: Filters, sort: Sort) -> Export:
        """The articles of all matches in the order of `sort`, read lazily."""

    @abstractmethod
    def find(self, id: str) -> Document | None:
        """The document with an article's id; None without one."""

    @abstractmethod
    def article(self, document: Document) -> Article:
        """The article of a document."""

    @abstractmethod
    def card(self, document: Document) -> Card:
        """The card of a document."""

    @abstractmethod
    def copies_of(self, documents: Sequence[Document], most: int | None = None) -> list[CopyGroup | None]:
        """The near copies of each document, at most `most` of them named; None for a document without any."""

    @abstractmethod
    def places(self, document: Document) -> list[Place]:
        """Where exact copies of a document were found, which are not kept."""

    @abstractmethod
    def skips(self, document: Document) -> bytes | memoryview:
        """Where tokens of its body begin (see `index.segment.skips`); empty where that is not known."""

    @abstractmethod
    def occurrences(self, terms: Terms, asked: list[MarkTargets], documents: Sequence[Document]) -> Found | None:
        """Where words and phrases occur in the text fields of each document; None where the texts must be scanned."""

    @abstractmethod
    def together(self, words: Sequence[Sequence[str]], terms: Sequence[str]) -> tuple[int, list[int]]:
        """Counts co-occurrences: how many articles were examined whose body has every word (each given by its terms),
        and how many of those have each of `terms` too."""
