"""Mistyped queries: without accents, or with one error in one word. The same at each run."""

from __future__ import annotations

import random
from collections.abc import Callable

from unidecode import unidecode

from kiosque.index.text.analyzer import Occurrence, tokenize
from kiosque.search.lexicon.word_kinds import is_function_word

LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHORTEST = 5
"""The fewest letters of a word that gets an error."""


def as_typed(q: str, seed: str) -> str:
    """The query itself."""
    return q


def without_accents(q: str, seed: str) -> str:
    """The query in ASCII."""
    return unidecode(q)


def with_an_error(q: str, seed: str) -> str:
    """The query with one letter of one word deleted, inserted, replaced or transposed, seeded by the query."""
    chance = random.Random(seed)
    words = [word for word in tokenize(q) if _can_have_an_error(word)]
    if not words:
        return q
    word = chance.choice(words)
    return q[: word.start] + _misspelt(q[word.start : word.end], chance) + q[word.end :]


def _can_have_an_error(word: Occurrence) -> bool:
    return len(word.surface) >= SHORTEST and word.surface.isalpha() and not is_function_word(word.surface)


def _misspelt(word: str, chance: random.Random) -> str:
    at, letter = chance.randrange(1, len(word) - 1), chance.choice(LETTERS)
    return chance.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + letter + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        ]
    )


DEGRADED: dict[str, Callable[[str, str], str]] = {
    "as typed": as_typed,
    "without accents": without_accents,
    "one error in one word": with_an_error,
}
