"""Asks any node of a query tree what a leaf answers: leaves of ours answer for themselves, Whoosh's own here."""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch

from whoosh.query import And, ConstantScoreQuery, Not, NullQuery, Or, Phrase, Query, Term

from kiosque.search.leaves.leaf import Frequency, Key, Leaf, MarkTargets, SegmentRun


@singledispatch
def term_keys(node: Query) -> list[Key]:
    """See Leaf. None of a node that is no leaf."""
    return []


@term_keys.register
def _(node: Leaf) -> list[Key]:
    return node.term_keys()


@term_keys.register
def _(node: Term) -> list[Key]:
    return [(node.fieldname, node.text)]


@term_keys.register
def _(node: Phrase) -> list[Key]:
    return [(node.fieldname, word) for word in node.words]


@singledispatch
def most_documents(node: Query, frequency: Frequency, documents: int) -> int:
    """See Leaf."""
    return min((frequency(*key) for key in term_keys(node)), default=documents)


@most_documents.register
def _(node: Leaf, frequency: Frequency, documents: int) -> int:
    return node.most_documents(frequency, documents)


@singledispatch
def is_possible(node: Query, frequency: Frequency) -> bool:
    """See Leaf. A phrase whose words are all there may still be nowhere."""
    return all(frequency(*key) for key in term_keys(node)) and node != NullQuery


@is_possible.register
def _(node: Leaf, frequency: Frequency) -> bool:
    return node.is_possible(frequency)


@is_possible.register
def _(node: And, frequency: Frequency) -> bool:
    return all(is_possible(child, frequency) for child in node.subqueries)


@is_possible.register
def _(node: Or, frequency: Frequency) -> bool:
    return any(is_possible(child, frequency) for child in node.subqueries)


@singledispatch
def add_marks(node: Query, targets: MarkTargets) -> None:
    """See Leaf."""


@add_marks.register
def _(node: Leaf, targets: MarkTargets) -> None:
    node.add_marks(targets)


@add_marks.register
def _(node: Term, targets: MarkTargets) -> None:
    targets.words.add(node.text)


@add_marks.register
def _(node: Phrase, targets: MarkTargets) -> None:
    if node.slop > 1:
        targets.near.add((tuple(node.words), node.slop))
    else:
        targets.phrases.add(tuple(node.words))


@singledispatch
def add_matches(node: Query, run: SegmentRun) -> None:
    """See Leaf."""
    run.add_tree(node)


@add_matches.register
def _(node: Leaf, run: SegmentRun) -> None:
    node.add_matches(run)


@add_matches.register
def _(node: Term, run: SegmentRun) -> None:
    run.add_term(node)


@add_matches.register
def _(node: Phrase, run: SegmentRun) -> None:
    run.add_phrase(node)


def alternatives(node: Query) -> list[Query]:
    """The alternatives of an Or without a boost or a coordination factor; of any other node, itself."""
    if isinstance(node, Or) and node.boost == 1.0 and not node.scale:
        return list(node.subqueries)
    return [node]


def conjuncts(node: Query) -> list[Query]:
    """The parts of an And; none of any other node."""
    return list(node.subqueries) if isinstance(node, And) else []


@singledispatch
def scored_leaves(node: Query) -> Iterator[Query]:
    """The leaves below a node, without those that are excluded or only filter."""
    if node.is_leaf():
        yield node
    for child in node.children():
        yield from scored_leaves(child)


@scored_leaves.register(Not)
@scored_leaves.register(ConstantScoreQuery)
def _(node: Query) -> Iterator[Query]:
    return iter(())
