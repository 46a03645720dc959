"""A query tree -> what the kernels run: groups of leaves to be in, leaves to be out of, filters. Pure."""

from __future__ import annotations

from functools import reduce
from typing import NamedTuple

from whoosh.query import And, AndNot, Every, Not, NullQuery, Or, Phrase, Query, Term

from kiosque.search.leaves.filters import ColumnFilter, Unscored


class Plan(NamedTuple):
    """A document matches when it is in a leaf of each group, in none of `excluded`, and passes the filters.

    A leaf is a Term, a Phrase, or any other query, whose matches are listed first. A filter stands with whether it
    must pass. `base` is the score of a document before its groups'.
    """

    groups: tuple[tuple[Query, ...], ...] = ()
    excluded: tuple[Query, ...] = ()
    filters: tuple[tuple[ColumnFilter, bool], ...] = ()
    base: float = 0.0


def plan(tree: Query) -> Plan:
    """The plan of a tree. What has no place of its own in a plan becomes a leaf."""
    if getattr(tree, "boost", 1.0) == 1.0:  # Whoosh's wrapping queries have none
        if isinstance(tree, Every) and tree.fieldname in (None, "", "*"):
            return Plan(base=1.0)
        if isinstance(tree, ColumnFilter):
            return Plan(filters=((tree, True),))
        if isinstance(tree, And):
            return reduce(_both, map(plan, tree.subqueries), Plan())
        if isinstance(tree, AndNot):
            return _without(plan(tree.a), tree.b)
        if isinstance(tree, Unscored) and isinstance(tree.child, Not):
            return _without(Plan(), tree.child.query)
    return Plan(groups=(tuple(_leaves(tree)),))


def _both(one: Plan, other: Plan) -> Plan:
    return Plan(
        one.groups + other.groups, one.excluded + other.excluded, one.filters + other.filters, one.base + other.base
    )


def _without(wanted: Plan, unwanted: Query) -> Plan:
    if isinstance(unwanted, ColumnFilter):
        return wanted._replace(filters=(*wanted.filters, (unwanted, False)))
    return wanted._replace(excluded=(*wanted.excluded, *_leaves(unwanted)))


def _leaves(tree: Query) -> list[Query]:
    """The alternatives of a tree; a tree that is no plain Or is one alternative."""
    if tree == NullQuery:
        return []
    if isinstance(tree, Or) and tree.boost == 1.0 and not tree.scale:
        return [leaf for child in tree.subqueries for leaf in _leaves(child)]
    return [tree]


def is_flat(leaf: Query) -> bool:
    """Whether the kernels know a leaf's posting lists."""
    return isinstance(leaf, (Term, Phrase))


def has_plan(leaf: Query) -> bool:
    """Whether a leaf that is no posting list can be planned itself; what cannot runs through Whoosh's matchers."""
    return not is_flat(leaf) and plan(leaf) != Plan(groups=((leaf,),))
