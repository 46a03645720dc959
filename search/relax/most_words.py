"""What is asked where no article has all the words: all of them but one, then but two, as long as most are left."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import comb

from whoosh.query import And, Or, Query

from kiosque.search.leaves.nodes import scored_leaves, term_keys

MOST_WAYS = 32
"""Ways to leave words out that are tried at once; a long query goes on to any of its words sooner."""


def most_words(tree: Query) -> Iterator[Query]:
    """Trees that ask for ever fewer of the words of `tree`, never for half of them or fewer.

    What `tree` excludes and filters by stays. An article scores by the words that it has.
    """
    children = list(tree.subqueries) if isinstance(tree, And) else []
    words = [child for child in children if _is_word(child)]
    others = [child for child in children if not _is_word(child)]
    for kept in range(len(words) - 1, len(words) // 2, -1):
        if comb(len(words), kept) > MOST_WAYS:
            return
        ways = [And(list(chosen)) for chosen in combinations(words, kept)]
        yield And([Or(ways), *others])


def _is_word(query: Query) -> bool:
    return any(term_keys(leaf) for leaf in scored_leaves(query))
