"""A query tree -> a query of the cluster. Pure: nothing here sends anything.

Leaves of ours have their own form for the cluster (`search.leaves`); Whoosh's nodes have it here. Scores are those of
the embedded engine: the similarity of the text fields gives the part of BM25 that depends on the document alone, and
the weight of a word (`search.execute.terms`) is sent with it as its boost.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch
from itertools import chain, product
from math import comb
from typing import Any

from whoosh.query import And, ConstantScoreQuery, Every, Not, NullQuery, Or, Phrase, Query, Term

from kiosque.index.cluster.document import token_text
from kiosque.search.leaves.cluster_query import (
    Json,
    Scoring,
    Weight,
    any_of,
    in_order,
    one_or,
    row,
    scored_by,
    term,
    unscored,
)
from kiosque.search.leaves.filters import Unscored, excluded_by
from kiosque.search.leaves.leaf import Leaf
from kiosque.search.leaves.nodes import conjuncts, term_keys

MOST_CLAUSES = 1000
"""Leaves of a query: a cluster refuses more than 1,024 unless it is configured otherwise."""

LEAVES = frozenset(
    ("term", "terms", "span_term", "span_gap", "match_phrase", "range", "exists", "match_all", "match_none")
)


def compiled(tree: Query, weight: Weight) -> Json:
    """The query that matches what `tree` matches, with its scores.

    Where that is more than a cluster takes, first the bonus of exact forms is left out, then the scores of phrases:
    the matches stay the same. Last, words near one another are asked for less exactly.
    """
    plain = Scoring(weight, exact=False, leaves=False)
    ways = (Scoring(weight), Scoring(weight, exact=False), plain, plain._replace(ways=1))
    queries = (scored(tree, scoring) for scoring in ways)
    query = next(queries)
    while clauses(query) > MOST_CLAUSES and (smaller := next(queries, None)):
        query = smaller
    return query


def clauses(query: Any) -> int:
    """The leaves of a query, as a cluster counts them."""
    match query:
        case list():
            return sum(map(clauses, query))
        case dict():
            return sum(1 if name in LEAVES else clauses(value) for name, value in query.items())
    return 0


@singledispatch
def filter_of(tree: Query) -> Json | None:
    """The query of a node that only filters; None for any other."""
    return None


@filter_of.register
def _(leaf: Leaf) -> Json | None:
    return leaf.cluster_filter()


@singledispatch
def scored(tree: Query, scoring: Scoring) -> Json:
    """The query of one node, with its score. Raises TypeError for a node that no query text makes."""
    if tree == NullQuery:
        return {"match_none": {}}
    raise TypeError(f"no query of a cluster for {type(tree).__name__}")


@scored.register
def _(leaf: Leaf, scoring: Scoring) -> Json:
    return leaf.cluster_query(scoring)


@scored.register
def _(tree: Every, scoring: Scoring) -> Json:
    return {"match_all": {"boost": tree.boost}}


@scored.register
def _(tree: And, scoring: Scoring) -> Json:
    """Filters and exclusions are where a cluster expects them: it keeps their matches for the next query."""
    parts: dict[str, list[Json]] = {}
    for child in tree.subqueries:
        kind, query = _part(child, scoring)
        parts.setdefault(kind, []).append(query)
    return {"bool": parts} if tree.boost == 1.0 else {"bool": parts | {"boost": tree.boost}}


def _part(child: Query, scoring: Scoring) -> tuple[str, Json]:
    """A part of a conjunction: whether it must match, only filters, or excludes; and its query."""
    narrowing = filter_of(child)
    if narrowing is not None:
        return "filter", narrowing
    excluded = excluded_by(child)
    return ("must", scored(child, scoring)) if excluded is None else ("must_not", _matching(excluded, scoring))


@scored.register
def _(tree: Or, scoring: Scoring) -> Json:
    words, most = _most_of(tree)
    should = [scored(word, scoring) for word in words]
    boost = {} if tree.boost == 1.0 else {"boost": tree.boost}
    return {"bool": {"should": should, "minimum_should_match": most} | boost}


def _most_of(tree: Or) -> tuple[list[Query], int]:
    """The alternatives, and how many of them must match. All ways to take so many of some words (see `most_words`)
    become these words and their number: written out, they would be hundreds of clauses."""
    ways = list(tree.subqueries)
    words = list(dict.fromkeys(chain.from_iterable(map(conjuncts, ways))))
    sizes = {len(set(conjuncts(way))) for way in ways}
    if len(sizes) == 1 and len(ways) == len(set(ways)) == comb(len(words), kept := sizes.pop()) > 1:
        return words, kept
    return ways, 1


@scored.register
def _(tree: ConstantScoreQuery, scoring: Scoring) -> Json:
    return {"constant_score": {"filter": _matching(tree.child, scoring), "boost": tree.score}}


@scored.register
def _(tree: Unscored, scoring: Scoring) -> Json:
    return unscored(_matching(tree.child, scoring)) if excluded_by(tree) is None else scored(tree.child, scoring)


@scored.register
def _(tree: Not, scoring: Scoring) -> Json:
    return {"bool": {"must_not": [_matching(tree.query, scoring)]}}


def _matching(tree: Query, scoring: Scoring) -> Json:
    """What `tree` matches, where its score does not count."""
    narrowing = filter_of(tree)
    return narrowing if narrowing is not None else scored(tree, scoring._replace(exact=False, leaves=False))


@scored.register
def _(leaf: Term, scoring: Scoring) -> Json:
    return term(leaf.fieldname, leaf.text, leaf.boost * scoring.weight((leaf.fieldname, leaf.text)))


@scored.register
def _(leaf: Phrase, scoring: Scoring) -> Json:
    """The phrase says what matches; the sum of its words gives the score."""
    matches = row(leaf.fieldname, leaf.words) if leaf.slop <= 1 else _near(leaf, scoring.ways)
    if not scoring.leaves:
        return unscored(matches)
    return scored_by(matches, [term(*key, leaf.boost * scoring.weight(key)) for key in term_keys(leaf)])


def _near(leaf: Phrase, most: int) -> Json:
    """Words in this order, each at most `slop` places after the one before.

    A cluster tries for each place of a word only the nearest place of the next one, which is enough for the last step
    alone. So the steps before it are listed one by one; where there are more than `most`, a text may be missed.
    """
    name, slop = leaf.fieldname, leaf.slop
    *first, last = ({"span_term": {name: token_text(word)}} for word in leaf.words)
    steps = len(first) - 1
    if slop**steps > most:
        return any_of([_nested(first, last, slop), _nested_backwards(first, last, slop)])
    ways = product(range(slop), repeat=steps)
    return any_of([in_order([_apart(name, first, gaps), last], slop - 1) for gaps in ways])


def _apart(name: str, words: Sequence[Json], gaps: Sequence[int]) -> Json:
    """Words with exactly so many others between them."""
    parts = [words[0]]
    for gap, word in zip(gaps, words[1:], strict=True):
        parts += [{"span_gap": {name: gap}}, word] if gap else [word]
    return one_or(in_order(parts, 0), parts)


def _nested(first: Sequence[Json], last: Json, slop: int) -> Json:
    span = first[0]
    for word in (*first[1:], last):
        span = in_order([span, word], slop - 1)
    return span


def _nested_backwards(first: Sequence[Json], last: Json, slop: int) -> Json:
    span = last
    for word in reversed(first):
        span = in_order([word, span], slop - 1)
    return span
