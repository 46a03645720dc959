"""Query text -> a Whoosh query tree and notes on what was mended. Lenient: it never raises, on any text."""

from __future__ import annotations

from typing import NamedTuple

from whoosh.query import Every, NullQuery, Query

from kiosque.search.model import Match, Note
from kiosque.search.query.lexer import lex
from kiosque.search.query.parser import Parser
from kiosque.search.query.synonym_expander import QueryWord
from kiosque.search.query.words import Words

MOST_MENDS = 3
"""Attempts to mend a query."""


class ParsedQuery(NamedTuple):
    """A query tree, the notes on what was mended, and the words that a match must have (for `relax.relaxation`)."""

    tree: Query
    notes: list[Note]
    words: list[QueryWord]


def parse(text: str, words: Words, match: Match = "all") -> ParsedQuery:
    """The tree of `text`; with `match` "any", one word is enough. An empty text asks for everything."""
    if not text.strip():
        return ParsedQuery(Every(), [], [])
    parser, tree = _read(text, words, match)
    mended = parser.notes.mended()
    if mended is not None:
        mended = _clean(mended, tree, words, match)
    return ParsedQuery(tree, parser.notes.finished(mended), parser.asked)


def _read(text: str, words: Words, match: Match) -> tuple[Parser, Query]:
    parser = Parser(text, lex(text), words, match)
    tree = parser.whole()
    if tree is None:
        parser.notes.add("nothing", "Il n’y a rien à chercher dans cette requête : il y faut au moins un mot.")
    return parser, tree or NullQuery


def _clean(mended: str, tree: Query, words: Words, match: Match) -> str | None:
    """A mended query with the same tree and nothing left to mend ("a ET ET" is mended twice); None without one."""
    for _ in range(MOST_MENDS):
        parser, again = _read(mended, words, match)
        more = parser.notes.mended()
        if more is None:
            return mended if again == tree and mended else None
        mended = more
    return None
