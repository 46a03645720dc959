"""Titles that say the same: copies of an agency's text differ in case, accents, punctuation or a word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from kiosque.index.text.analyzer import folded_surface, tokenize

ALIKE = 0.75
"""The share of the words of two titles together that both have, from which on they are one for a reader."""


def title_words(title: str) -> frozenset[str]:
    """The words of a title, accents free."""
    return frozenset(folded_surface(token.surface) for token in tokenize(title))


Found = TypeVar("Found")


def one_a_title(found: Iterable[tuple[str, Found]], shown: Iterable[str] = ()) -> Iterator[Found]:
    """Of what comes with a title, that whose title is near none before it and none of `shown`; all without a title."""
    seen = [title_words(title) for title in shown]
    for title, one in found:
        words = title_words(title)
        if not any(_alike(words, other) for other in seen):
            seen.append(words)
            yield one


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and len(one & other) >= ALIKE * len(one | other)
