"""Asks any node of a query tree what a leaf answers: leaves of ours answer for themselves, Whoosh's own here.

A class is looked up once and kept: `functools.singledispatch`, asked twenty times, took 1 % of a search.
"""

from __future__ import annotations

from typing import Any, Final

from whoosh.query import And, ConstantScoreQuery, Not, NullQuery, Or, Phrase, Query, Term

from kiosque.search.leaves.leaf import Frequency, Key, Leaf, MarkTargets, SegmentRun


class _OfNode:
    """The answers of a node that is no leaf."""

    @staticmethod
    def term_keys(node: Any) -> list[Key]:
        return []

    @staticmethod
    def most_documents(node: Any, frequency: Frequency, documents: int) -> int:
        return min((frequency(*key) for key in term_keys(node)), default=documents)

    @staticmethod
    def is_possible(node: Any, frequency: Frequency) -> bool:
        """A phrase whose words are all there may still be nowhere."""
        return all(frequency(*key) for key in term_keys(node)) and node != NullQuery

    @staticmethod
    def add_marks(node: Any, targets: MarkTargets) -> None:
        """Nothing to mark."""

    @staticmethod
    def add_matches(node: Any, run: SegmentRun) -> None:
        run.add_tree(node)


class _OfTerm(_OfNode):
    @staticmethod
    def term_keys(node: Any) -> list[Key]:
        return [(node.fieldname, node.text)]

    @staticmethod
    def add_marks(node: Any, targets: MarkTargets) -> None:
        targets.words.add(node.text)

    @staticmethod
    def add_matches(node: Any, run: SegmentRun) -> None:
        run.add_term(node)


class _OfPhrase(_OfNode):
    @staticmethod
    def term_keys(node: Any) -> list[Key]:
        return [(node.fieldname, word) for word in node.words]

    @staticmethod
    def add_marks(node: Any, targets: MarkTargets) -> None:
        if node.slop > 1:
            targets.near.add((tuple(node.words), node.slop))
        else:
            targets.phrases.add(tuple(node.words))

    @staticmethod
    def add_matches(node: Any, run: SegmentRun) -> None:
        run.add_phrase(node)


class _OfAnd(_OfNode):
    @staticmethod
    def is_possible(node: Any, frequency: Frequency) -> bool:
        return all(is_possible(child, frequency) for child in node.subqueries)


class _OfOr(_OfNode):
    @staticmethod
    def is_possible(node: Any, frequency: Frequency) -> bool:
        return any(is_possible(child, frequency) for child in node.subqueries)


class _ByClass(dict[type[Query], type[Leaf] | type[_OfNode]]):
    """The class that answers for nodes of a class: a leaf of ours itself, or that of the nearest class of Whoosh."""

    def __missing__(self, kind: type[Query]) -> type[Leaf] | type[_OfNode]:
        self[kind] = kind if issubclass(kind, Leaf) else next(self[base] for base in kind.__mro__[1:] if base in self)
        return self[kind]


_ANSWERS: Final = _ByClass({Query: _OfNode, Term: _OfTerm, Phrase: _OfPhrase, And: _OfAnd, Or: _OfOr})


def term_keys(node: Query) -> list[Key]:
    """See Leaf. None of a node that is no leaf."""
    return _ANSWERS[type(node)].term_keys(node)


def most_documents(node: Query, frequency: Frequency, documents: int) -> int:
    """See Leaf."""
    return _ANSWERS[type(node)].most_documents(node, frequency, documents)


def is_possible(node: Query, frequency: Frequency) -> bool:
    """See Leaf."""
    return _ANSWERS[type(node)].is_possible(node, frequency)


def add_marks(node: Query, targets: MarkTargets) -> None:
    """See Leaf."""
    _ANSWERS[type(node)].add_marks(node, targets)


def add_matches(node: Query, run: SegmentRun) -> None:
    """See Leaf."""
    _ANSWERS[type(node)].add_matches(node, run)


def alternatives(node: Query) -> list[Query]:
    """The alternatives of an Or without a boost or a coordination factor; of any other node, itself."""
    if isinstance(node, Or) and node.boost == 1.0 and not node.scale:
        return list(node.subqueries)
    return [node]


def conjuncts(node: Query) -> list[Query]:
    """The parts of an And; none of any other node."""
    return list(node.subqueries) if isinstance(node, And) else []


def leaves_of(node: Query) -> list[Query]:
    """The leaves below a node, or the node itself where it is one; in no order."""
    return _leaves(node, ())


def scored_leaves(node: Query) -> list[Query]:
    """`leaves_of` without those that are excluded or only filter."""
    return _leaves(node, (Not, ConstantScoreQuery))


def _leaves(node: Query, closed: tuple[type[Query], ...]) -> list[Query]:
    """The leaves that are not below a node of one of the classes. A loop: nested generators took 1 % of a search."""
    rest, found = [node], []
    while rest:
        one = rest.pop()
        if one.is_leaf():
            found.append(one)
        elif not isinstance(one, closed):
            rest += one.children()
    return found
