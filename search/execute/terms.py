"""What the terms of a query weigh, and where they are in the segments of a snapshot: looked up once, all together."""

from __future__ import annotations

from whoosh.query import Phrase, Query, Term

from kiosque.search.execute.index_statistics import IndexStatistics
from kiosque.search.leaves.doc_set_query import DocSetQuery
from kiosque.search.lexicon.term_info import Key, look_up


class Terms:
    """The terms of a tree. `places` has, for each segment, the Place of each term."""

    def __init__(self, state: IndexStatistics, tree: Query) -> None:
        keys = dict.fromkeys(key for leaf in leaves_of(tree) for key in terms_of(leaf))
        self._state, self.places = state, [look_up(data, keys) for data in state.segments]
        self._frequencies = {key: sum([places[key].frequency for places in self.places]) for key in keys}

    def frequency(self, key: Key) -> int:
        """In how many documents of the state the term is, deleted ones included."""
        return self._frequencies[key]

    def rarest(self) -> int:
        """In how many documents the rarest term is, in the field that has most of it; 0 where there is no term."""
        most: dict[str, int] = {}
        for (_, text), frequency in self._frequencies.items():
            most[text] = max(frequency, most.get(text, 0))
        return min(most.values(), default=0)

    def weight(self, key: Key) -> float:
        """The term's inverse document frequency times what BM25 is multiplied by."""
        return (self._state.ranking.k1 + 1) * self._state.idf(self.frequency(key))


def terms_of(leaf: Query) -> list[Key]:
    """The terms of a leaf that give its score; none of one that is no word, phrase or DocSetQuery."""
    if isinstance(leaf, Term):
        return [(leaf.fieldname, leaf.text)]
    words = leaf.words if isinstance(leaf, Phrase) else leaf.scored_terms() if isinstance(leaf, DocSetQuery) else ()
    return [(leaf.fieldname, word) for word in words]


def leaves_of(tree: Query) -> list[Query]:
    """The words and phrases of a tree."""
    rest, found = [tree], []
    while rest:
        query = rest.pop()
        if isinstance(query, (Term, Phrase, DocSetQuery)):
            found.append(query)
        else:
            rest += query.children()
    return found
