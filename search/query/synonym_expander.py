"""Adds to adjacent words of a query what they mean together: a name with synonyms, or one word written in two."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from whoosh.query import And, Query

from kiosque.search.lexicon.word_kinds import is_lone_capital
from kiosque.search.model import Match
from kiosque.search.query.lexer import Lexeme
from kiosque.search.query.notes import Notes, edited
from kiosque.search.query.words import WordQuery, Words, any_of


class QueryWord(NamedTuple):
    """A word of a query: its tree, the field that was named, and the number of its run of adjacent words.

    start, end: its span in the query text, with its prefix (`titre:`, `=`) and its quotes.
    """

    asked: WordQuery
    lexeme: Lexeme
    name: str | None
    run: int
    is_function_word: bool
    start: int
    end: int


class SynonymExpander:
    """Expands the words of one query text."""

    def __init__(self, words: Words, notes: Notes, text: str) -> None:
        self._words, self._notes, self._text = words, notes, text

    def expanded(self, items: Sequence[QueryWord], match: Match) -> list[Query | None]:
        """The trees of the words in order; words that are a name together have its synonyms as alternatives."""
        found: list[Query | None] = []
        at = 0
        while at < len(items):
            size, others = self._others(items, at)
            own = [item.asked.query for item in items[at : at + size]]
            found += _with_others(own, others, match) if others else own
            at += size
        return found

    def is_half(self, pair: Sequence[QueryWord]) -> bool:
        """Whether the first of two words is a capital that names something with the other: "A 320"."""
        return is_lone_capital(pair[0].lexeme.text) and self._whole(pair) is not None

    def _others(self, items: Sequence[QueryWord], at: int) -> tuple[int, list[Query]]:
        """How many of the words from `at` on belong together, and what else they may mean."""
        whole = self._whole(items[at : at + 2])
        for length in self._words.synonyms.lengths(items[at].asked.key[0]) if items[at].asked.key else ():
            size = _size(items, at, length)
            named = self._words.same(_key(items[at : at + size]), items[at].name) if size else ()
            if named and (whole is None or size == 2):
                self._say(items[at : at + size], [name for name, _ in named])
                return size, [query for query in (whole, *(query for _, query in named)) if query is not None]
        return (1, []) if whole is None else (2, [whole])

    def _whole(self, pair: Sequence[QueryWord]) -> Query | None:
        """The tree of two adjacent words written as one ("Covid", "19")."""
        if len(pair) < 2 or not _are_adjacent(*pair) or len(pair[0].asked.surfaces) != 1:
            return None
        return self._words.as_one(pair[0].asked.surfaces + pair[1].asked.surfaces, pair[0].name)

    def _say(self, items: Sequence[QueryWord], names: Sequence[str]) -> None:
        start, end = items[0].lexeme.position, items[-1].lexeme.position + len(items[-1].lexeme.text)
        typed = self._text[start:end]
        exactly = f"={typed}" if len(items) == 1 else f'"{typed}"'
        listed = ", ".join(f"« {name} »" for name in names)
        message = f"« {typed} » cherche aussi {listed}, avec moins de poids ; « {exactly} » s’en passe."
        self._notes.add("synonyms", message, start, edited(self._text, [(start, end, exactly)]))


def _size(items: Sequence[QueryWord], at: int, length: int) -> int:
    """How many adjacent words from `at` on have exactly `length` words of names; 0 where none do."""
    words = 0
    for size, item in enumerate(items[at:], 1):
        if not item.asked.key or not _are_adjacent(items[at], item):
            return 0
        words += len(item.asked.key)
        if words >= length:
            return size if words == length else 0
    return 0


def _are_adjacent(one: QueryWord, other: QueryWord) -> bool:
    return (one.run, one.name) == (other.run, other.name)


def _key(items: Sequence[QueryWord]) -> tuple[str, ...]:
    return tuple(chain.from_iterable(item.asked.key for item in items))


def _with_others(own: list[Query | None], others: list[Query], match: Match) -> list[Query | None]:
    if match == "any":
        return [*own, *others]
    return [any_of([all_of(own), *others])]


def all_of(queries: Sequence[Query | None]) -> Query | None:
    """All of the queries; None where there is none."""
    found = [query for query in queries if query is not None]
    return found[0] if len(found) == 1 else And(found) if found else None
