"""Query text -> a Whoosh query tree and notes on what was mended. Lenient: it never raises, on any text."""

from __future__ import annotations

from typing import NamedTuple

from whoosh.query import Every, NullQuery, Query

from kiosque.search.model import Match, Note
from kiosque.search.query.lexer import Lexeme, in_small_letters, lex, lex_operators, words_in_capitals
from kiosque.search.query.notes import Notes
from kiosque.search.query.parser import Parser
from kiosque.search.query.synonym_expander import QueryWord
from kiosque.search.query.words import Words

ONE_WORD = "Tout est en capitales : {} est cherché comme un mot. Pour l’opérateur, écrivez le reste en minuscules."
SOME_WORDS = (
    "Tout est en capitales : {} sont cherchés comme des mots. Pour les opérateurs, écrivez le reste en minuscules."
)
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
    lexemes = lex(text)
    parser, tree = _read(text, lexemes, words, match)
    if in_capitals := words_in_capitals(lexemes):
        operators, otherwise = _read(text, lex_operators(text), words, match)
        if otherwise != tree and operators.notes.mended() is None:
            _offer_operators(parser.notes, in_capitals, in_small_letters(text))
    mended = parser.notes.mended()
    if mended is not None:
        mended = _clean(mended, tree, words, match)
    return ParsedQuery(tree, parser.notes.finished(mended), parser.asked)


def _offer_operators(notes: Notes, in_capitals: list[Lexeme], query: str) -> None:
    """Notes that names of operators were read as words, and offers the query in which they are operators."""
    names = list(dict.fromkeys(f"« {lexeme.text} »" for lexeme in in_capitals))
    listed = " et ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    message = ONE_WORD if len(names) == 1 else SOME_WORDS
    notes.add("words_in_capitals", message.format(listed), in_capitals[0].position, query)


def _read(text: str, lexemes: list[Lexeme], words: Words, match: Match) -> tuple[Parser, Query]:
    parser = Parser(text, lexemes, words, match)
    tree = parser.whole()
    if tree is None:
        parser.notes.add("nothing", "Il n’y a rien à chercher dans cette requête : il y faut au moins un mot.")
    return parser, tree or NullQuery


def _clean(mended: str, tree: Query, words: Words, match: Match) -> str | None:
    """A mended query with the same tree and nothing left to mend ("a ET ET" is mended twice); None without one."""
    for _ in range(MOST_MENDS):
        parser, again = _read(mended, lex(mended), words, match)
        more = parser.notes.mended()
        if more is None:
            return mended if again == tree and mended else None
        mended = more
    return None
