"""Whoosh's own searcher as the oracle of the executor."""

from whoosh.collectors import Collector
from whoosh.query import Query
from whoosh.searching import Searcher


class ScoreCollector(Collector):  # type: ignore[misc]
    """Keeps each match with its score."""

    def __init__(self) -> None:
        super().__init__()
        self.scores: dict[int, float] = {}

    def collect(self, sub_docnum: int) -> None:
        self.scores[self.offset + sub_docnum] = self.matcher.score()


def whoosh_scores(searcher: Searcher, tree: Query) -> dict[int, float]:
    """The score of each document that matches, by its number."""
    collector = ScoreCollector()
    searcher.search_with_collector(tree, collector, searcher.context(needs_current=True))
    return collector.scores
