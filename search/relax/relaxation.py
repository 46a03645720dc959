"""Where no article has all the words of a query: trees with fewer of them, and the note that says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import comb

from whoosh.query import And, Or, Query

from kiosque.corpus.french import typeset
from kiosque.search.leaves.leaf import Frequency
from kiosque.search.leaves.nodes import conjuncts, is_possible, scored_leaves, term_keys
from kiosque.search.model import Note
from kiosque.search.query.lexer import Kind
from kiosque.search.query.notes import edited
from kiosque.search.query.synonym_expander import QueryWord

MOST_WAYS = 32
"""Ways to leave words out that are tried at once; a longer query falls back to any of its words sooner."""

SOME_WORDS = "Aucun article n’a tous ces mots : voici ceux qui en ont une partie."
MISSING = "Aucun article n’a {} : voici ceux qui ont {}."


def most_words(tree: Query) -> Iterator[Query]:
    """Trees that need ever fewer words of `tree`: all but one, all but two, always more than half.

    Filters and excluded words stay. An article scores by the words that it has.
    """
    children = conjuncts(tree)
    words = [child for child in children if _is_word(child)]
    others = [child for child in children if not _is_word(child)]
    for kept in range(len(words) - 1, len(words) // 2, -1):
        if comb(len(words), kept) > MOST_WAYS:
            return
        ways = [And(list(chosen)) for chosen in combinations(words, kept)]
        yield And([Or(ways), *others])


def _is_word(query: Query) -> bool:
    return any(term_keys(leaf) for leaf in scored_leaves(query))


def some_words(text: str, items: Sequence[QueryWord], frequency: Frequency) -> Note:
    """The note on results that lack words of the query `text`: it names the words that no article has.

    `items` are the words (`ParsedQuery.words`); the note offers the query without the missing ones.
    """
    words = [item for item in items if item.lexeme.kind is not Kind.OPEN]
    missing = [item for item in words if item.asked.query is None or not is_possible(item.asked.query, frequency)]
    if not missing or len(missing) == len(items):
        return Note(kind="some_words", message=typeset(SOME_WORDS))
    spans = [(item.start, item.end) for item in missing]
    names = [f"« {text[start:end]} »" for start, end in spans]
    rest = "l’autre mot" if len(items) - len(missing) == 1 else "les autres"
    named = names[0] if len(names) == 1 else f"ni {', ni '.join(names)}"
    without = edited(text, [(start, end, "") for start, end in spans])
    message = typeset(MISSING.format(named, rest))
    return Note(kind="some_words", message=message, position=spans[0][0], query=without)
