"""The words of a query as they were typed, with their places: what can be completed or mended in its text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kiosque.index.segment.schema import TEXTS
from kiosque.index.text.analyzer import Occurrence, normalize, tokenize
from kiosque.search.lexicon.function_words import FUNCTION_WORDS
from kiosque.search.query.lexer import Kind, Lexeme, lex

LOOKED_FOR = (Kind.WORD, Kind.PHRASE, Kind.UNCLOSED)
WRITTEN_SO = frozenset("*?~=")
"""Who writes these in a word has said how it is to be read."""


class CompletionPrefix(NamedTuple):
    """A query whose last word is being typed: the text before it, that word, the words that it already looks for."""

    before: str
    last: str
    words: list[str]


def is_function_word(surface: str) -> bool:
    """Whether a word says little by itself: it is dropped from a query where others remain."""
    return normalize(surface) in FUNCTION_WORDS


def words(q: str) -> list[Occurrence]:
    """The words that `q` looks for, with their places in it: not what it excludes, nor the values of filters."""
    return [token for lexeme in _wanted(lex(q)) for token in _tokens(lexeme)]


def completion_prefix(q: str) -> CompletionPrefix | None:
    """None where `q` ends in no word: in a blank, an operator, a phrase that is closed, the value of a filter."""
    lexemes = lex(q)
    if not lexemes or lexemes[-1].kind not in (Kind.WORD, Kind.UNCLOSED) or _filters(lexemes[-2:-1]):
        return None
    last = list(_tokens(lexemes[-1]))[-1:]
    if not last or last[0].end != len(q):
        return None
    return CompletionPrefix(
        q[: last[0].start], last[0].surface, [word.surface for word in words(q) if word.end < len(q)]
    )


def _wanted(lexemes: list[Lexeme]) -> Iterator[Lexeme]:
    for at, lexeme in enumerate(lexemes):
        before = lexemes[max(at - 1, 0) : at]
        if (
            lexeme.kind in LOOKED_FOR
            and not _filters(before)
            and all(one.kind not in (Kind.NOT, Kind.EXACT) for one in before)
        ):
            yield lexeme


def _filters(before: list[Lexeme]) -> bool:
    return any(lexeme.kind is Kind.FIELD and lexeme.text not in TEXTS for lexeme in before)


def _tokens(lexeme: Lexeme) -> Iterator[Occurrence]:
    """The tokens of a word or phrase, by their places in the query."""
    if lexeme.kind is Kind.WORD and WRITTEN_SO & set(lexeme.text):
        return
    first = lexeme.position + (lexeme.kind is not Kind.WORD)  # a phrase's text begins behind its quote
    for surface, start, end in tokenize(lexeme.text):
        yield Occurrence(surface, first + start, first + end)
