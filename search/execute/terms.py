"""The terms of a query: their weights, and where they are in the segments of a snapshot. Looked up once, together."""

from __future__ import annotations

from whoosh.query import Query

from kiosque.search.execute.index_statistics import IndexStatistics
from kiosque.search.leaves.leaf import Key
from kiosque.search.leaves.nodes import leaves_of, term_keys
from kiosque.search.lexicon.term_info import look_up


class Terms:
    """The terms of a tree. `places` has the TermInfo of each term, for each segment."""

    def __init__(self, state: IndexStatistics, tree: Query) -> None:
        keys = dict.fromkeys(key for leaf in leaves_of(tree) for key in term_keys(leaf))
        self._state, self.places = state, [look_up(data, keys) for data in state.segments]
        self._frequencies = {key: sum([places[key].frequency for places in self.places]) for key in keys}

    def frequency(self, name: str, term: str) -> int:
        """In how many documents of the state a field has the term."""
        return self._frequencies[name, term]

    def rarest(self) -> int:
        """In how many documents the rarest term is, in the field that has most of it; 0 without terms."""
        most: dict[str, int] = {}
        for (_, text), frequency in self._frequencies.items():
            most[text] = max(frequency, most.get(text, 0))
        return min(most.values(), default=0)

    def weight(self, key: Key) -> float:
        """The term's inverse document frequency times the factor k1 + 1 of BM25."""
        return (self._state.ranking.k1 + 1) * self._state.idf(self.frequency(*key))
