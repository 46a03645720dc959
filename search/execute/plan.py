"""A query tree -> what the kernels run: groups of leaves that match, leaves that exclude, filters. Pure."""

from __future__ import annotations

from functools import reduce
from typing import NamedTuple

from whoosh.query import And, AndNot, Every, NullQuery, Query

from kiosque.search.leaves.filters import ColumnFilter, Unscored, excluded_by
from kiosque.search.leaves.nodes import alternatives


class Plan(NamedTuple):
    """A document matches when it is in a leaf of each group, in none of `excluded`, and passes the filters.

    A filter comes with whether it must pass or must not. `base` is the score of a document before its groups'.
    """

    groups: tuple[tuple[Query, ...], ...] = ()
    excluded: tuple[Query, ...] = ()
    filters: tuple[tuple[ColumnFilter, bool], ...] = ()
    base: float = 0.0


def plan(tree: Query) -> Plan:
    """The plan of a tree. What has no place of its own in a plan becomes a leaf."""
    if getattr(tree, "boost", 1.0) != 1.0:  # Whoosh's wrapping queries have none
        return Plan(groups=((tree,),))
    match tree:
        case ColumnFilter():
            return Plan(filters=((tree, True),))
        case And():
            return reduce(_both, map(plan, tree.subqueries), Plan())
        case AndNot():
            return _without(plan(tree.a), tree.b)
        case Unscored() if (excluded := excluded_by(tree)) is not None:
            return _without(Plan(), excluded)
        case Every() if tree.fieldname in (None, "", "*"):
            return Plan(base=1.0)
    return Plan(groups=(tuple(_alternatives(tree)),))


def _both(one: Plan, other: Plan) -> Plan:
    return Plan(
        one.groups + other.groups, one.excluded + other.excluded, one.filters + other.filters, one.base + other.base
    )


def _without(wanted: Plan, unwanted: Query) -> Plan:
    match plan(unwanted):
        case Plan((), (), ((column, passing),), 0.0):
            return wanted._replace(filters=(*wanted.filters, (column, not passing)))
    return wanted._replace(excluded=(*wanted.excluded, *_alternatives(unwanted)))


def _alternatives(tree: Query) -> list[Query]:
    """The alternatives of a tree; a tree that is no plain Or is one alternative."""
    if tree == NullQuery:
        return []
    children = alternatives(tree)
    return children if children == [tree] else [leaf for child in children for leaf in _alternatives(child)]
