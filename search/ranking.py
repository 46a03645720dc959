"""What ranks articles: each constant with the figures that chose it. Method: docs/RELEVANCE.md.

A field's weight and BM25's k1 and b are in `index.segment.schema`, with the fields: a cluster needs them too.

`ranked` adds to a parsed tree what only ranks. It changes no match and no total; with the extras off the tree is
untouched, so the scores stay those of Whoosh's BM25F.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise, product

from whoosh.query import And, Or, Phrase, Query, Term

from kiosque.index.segment.schema import FIELDS, K1, TEXTS, B
from kiosque.search.leaves.nodes import alternatives


@dataclass(frozen=True)
class Ranking:
    """The constants. Those that need the typed words (weights, exact) are applied where leaves are made of them."""

    weights: Mapping[str, float]
    """The score of a word in each text field, relative to the body."""
    k1: float
    """BM25's k1: how fast the repetition of a word stops counting."""
    b: float
    """BM25's b: how much a long text is penalized."""
    exact: float
    """The bonus of the form as it was typed (`elections` beside `election`), relative to the score of its term."""
    near: float
    """The weight of two neighbouring words of the query as a phrase, where they are near each other and in order."""
    near_slop: int
    """How many places the second may be after the first."""

    def weight(self, name: str) -> float:
        """The score of a word in a text field, relative to the body."""
        return self.weights[name]


WEIGHTS = {row.name: row.weight for row in FIELDS if row.name in TEXTS}

PLAIN = Ranking(weights=WEIGHTS | {"title": 2.0}, k1=1.2, b=0.75, exact=0.0, near=0.0, near_slop=4)
"""Whoosh's BM25F with the usual title weight."""

RANKING = Ranking(
    # nDCG@10 on held-back queries, on titles, piaf, stories: docs/RELEVANCE.md
    weights=WEIGHTS,
    k1=K1,
    b=B,
    exact=0.4,  # none is -.014, -.013, -.004
    near=0.0,  # see NEAR
    near_slop=4,  # 1 finds less; 8 costs more and gives nothing
)
"""Chosen by judged queries."""

NEAR = replace(RANKING, near=0.1)
"""With neighbours: +.004, +.005, -.003; but a query of three words takes more than twice as long."""

RANKINGS = {"judged": RANKING, "near": NEAR, "plain": PLAIN}
"""By the value of the setting `ranking`."""

MOST_WAYS = 4
"""Pairs of terms per two neighbours: a word typed without accents has several terms."""

MOST_PAIRS = 12
"""Neighbours per query: a pasted paragraph must not cost a hundred phrases."""


def ranked(tree: Query, ranking: Ranking) -> Query:
    """The tree with, beside each word, the phrases of it and its right neighbour.

    A phrase is an alternative to its first word, and matches nothing that the word does not match. Run this tree; mark
    by the parsed one.
    """
    if not ranking.near or not isinstance(tree, (And, Or)) or _terms(tree):
        return tree
    children = list(tree.subqueries)
    beside = [_near(one, other, ranking) for one, other in pairwise(children)][:MOST_PAIRS]
    beside += [[] for _ in range(len(children) - len(beside))]
    joined = [_beside(ranked(child, ranking), phrases) for child, phrases in zip(children, beside, strict=True)]
    return type(tree)(joined, boost=tree.boost) if joined != children else tree


def _beside(child: Query, phrases: list[Query]) -> Query:
    if not phrases:
        return child
    return Or([*alternatives(child), *phrases])


def _near(one: Query, other: Query, ranking: Ranking) -> list[Query]:
    """The phrases of two neighbours, in each text field that both search."""
    left, right = _terms(one), _terms(other)
    found = []
    for name in TEXTS:
        ways = product(left.get(name, ()), right.get(name, ()))
        for first, second in list(ways)[:MOST_WAYS]:
            if first.text != second.text:
                boost = ranking.near * min(first.boost, second.boost)
                found.append(Phrase(name, [first.text, second.text], slop=ranking.near_slop, boost=boost))
    return found


def _terms(query: Query) -> dict[str, list[Term]]:
    """The terms of a word by field; none of anything but a word."""
    by_field: dict[str, list[Term]] = {}
    for term in alternatives(query):
        if not isinstance(term, Term) or term.fieldname not in TEXTS:
            return {}
        by_field.setdefault(term.fieldname, []).append(term)
    return by_field
