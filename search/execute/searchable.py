"""A state of the index that can be searched: the few steps in which one engine differs from another."""

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

    orders: the last results that were put in order whole, for pages deep inside; None where the state walks to them.
    """

    orders: OrderCache[Any] | None = None

    def __init__(self, statistics: IndexStatistics) -> None:
        self.statistics = statistics

    @property
    @abstractmethod
    def stats(self) -> Stats:
        """What it holds."""

    @abstractmethod
    def execute(self, tree: Query, filters: Filters, sort: Sort, rows: range, grouped: bool = False) -> SearchResult:
        """The matches of these ranks in the order of `sort`, the exact total and the counts of both facets.

        Where they are `grouped`, of the near copies that match only the one that was published first has a rank.
        """

    @abstractmethod
    def best(self, tree: Query, count: int) -> list[tuple[Document, float]]:
        """The best matches with their scores, where nothing else is asked."""

    @abstractmethod
    def score_parts(self, tree: Query, document: Document) -> list[LeafScore]:
        """The leaves that give a match of `tree` its score; none where that is not known here."""

    @abstractmethod
    def all_of(self, tree: Query, filters: Filters, sort: Sort) -> Export:
        """The articles of all matches in the order of `sort`, read while they are taken."""

    @abstractmethod
    def find(self, id: str) -> Document | None:
        """The document of an article's id."""

    @abstractmethod
    def article(self, document: Document) -> Article:
        """The article of a document."""

    @abstractmethod
    def card(self, document: Document) -> Card:
        """The card of a document."""

    @abstractmethod
    def copies_of(self, documents: Sequence[Document], most: int | None = None) -> list[CopyGroup | None]:
        """The near copies of each document, at most so many of them named; None for one that has none."""

    @abstractmethod
    def places(self, document: Document) -> list[Place]:
        """Where the exact copies of a document stood that are not kept."""

    @abstractmethod
    def skips(self, document: Document) -> bytes | memoryview:
        """Where the tokens of its body begin, as far as that is known (see `index.segment.skips`)."""

    @abstractmethod
    def occurrences(self, terms: Terms, asked: list[MarkTargets], documents: Sequence[Document]) -> Found | None:
        """Where words and phrases stand in the text fields of each document; None where the texts are to be scanned."""

    @abstractmethod
    def together(self, words: Sequence[Sequence[str]], terms: Sequence[str]) -> tuple[int, list[int]]:
        """Of articles whose body has each of some words (a word is its terms): how many were looked at, and in how
        many of those each of `terms` stands too."""
