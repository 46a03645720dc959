"""Hostile queries: the work grows with their length and no faster, and a megabyte of any of them ends."""

import sys
from types import FrameType

import pytest

from search.lexer import lex
from search.query import parse
from search.settings import Settings
from search.synonyms import read_synonyms
from search.vocabulary import Vocabulary
from search.words import Words

PIECES = [
    '"[a to ', "(", ")", "a OU ", "OU ", '"', "«", "»", "« ", "x", "a ", "-", "- ", "=", "~", "~1 ", "*", "a*", "?a",
    "1 000 ", "titre:", "date:", "date:x ", "source:a ", "SAUF ", "a-", "l’", "e\u0301", "OTAN ", "union ", "Covid 19 ",
    '"a"~2 ', "(a OU ", "-(", "=(", "date:1..", "a.a.", "«\"»", "auteur:", "\u00a0", "''", "10 000", "ET ",
]  # fmt: skip
SHORT, LONG, MEGABYTE = 1000, 100_000, 1_000_000


def fresh_words() -> Words:
    """Without anything remembered, so that the work is done."""
    return Words(Vocabulary([]), Settings(), read_synonyms())


def work(text: str) -> int:
    """How many functions are called, in Python and in C, to read a query."""
    words, count = fresh_words(), 0

    def called(frame: FrameType, event: str, _: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(called)
    try:
        parse(text, words)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("piece", PIECES)
def test_twice_the_length_is_not_much_more_than_twice_the_work(piece: str) -> None:
    short = piece * (SHORT // len(piece))
    once, twice, four_times = (work(short * times) for times in (1, 2, 4))
    assert twice <= 2.5 * once + 1000
    assert four_times <= 5 * once + 1000


@pytest.mark.parametrize("piece", PIECES)
def test_a_long_text_of_it_is_read(piece: str) -> None:
    """What the count of calls does not see, a loop inside of a pattern, would take minutes here."""
    text = piece * (LONG // len(piece))
    lexemes = lex(text)
    assert [lexeme.position for lexeme in lexemes] == sorted(lexeme.position for lexeme in lexemes)


@pytest.mark.parametrize("piece", ["x", "l’", "e\u0301", "«"])
def test_a_megabyte_of_letters_gives_a_tree(piece: str) -> None:
    parsed = parse((piece * MEGABYTE)[:MEGABYTE], fresh_words())
    assert len(list(parsed.tree.leaves())) <= 2 * Settings().most_words * Settings().most_ways
