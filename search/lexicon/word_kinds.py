"""Kinds of words that queries treat apart: function words, and words of letters and digits."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kiosque.index.text.analyzer import normalize

QUESTIONS = frozenset(
    "quel quelle quels quelles combien comment quand pourquoi lequel laquelle lesquels lesquelles quoi".split()
)
"""Words that only ask: a text that answers does not have them."""

FUNCTION_WORDS = QUESTIONS | frozenset(
    "à au aux avec ce ces cet cette dans de des du elle elles en et eux il ils je la le les leur leurs lui ma mais me "
    "mes moi mon ne nos notre nous on ou où par pas pour qu que qui sa se ses si son sur ta te tes toi ton tu un une "
    "vos votre vous y d l c j m n s t est a ont sont".split()
)

PARTS = re.compile(r"(?P<letters>[^\W\d_]+)(?P<number>[0-9]+)|(?P<hours>[0-9]{1,2})(?P<h>[hH])(?P<minutes>[0-9]{2})?")


def is_function_word(surface: str) -> bool:
    """Whether a word says little by itself: a query drops it where others remain."""
    return normalize(surface) in FUNCTION_WORDS


def is_lone_capital(text: str) -> bool:
    """Whether a text is one capital letter, which names something after a word ("vitamine D", "grippe A")."""
    return len(text) == 1 and text.isascii() and text.isupper()


def parts(surface: str) -> tuple[str, ...]:
    """The parts of a word of letters, then digits ("covid19"), or of a time ("20h30"); none of any other word."""
    match = PARTS.fullmatch(surface)
    return tuple(part for part in match.groups() if part) if match else ()


def joined(surfaces: Sequence[str]) -> str | None:
    """The parts of a word of letters and digits as one word: ("Covid", "19") -> "Covid19"; None where it is none."""
    whole = "".join(surfaces)
    return whole if len(surfaces) > 1 and parts(whole) == tuple(surfaces) else None
