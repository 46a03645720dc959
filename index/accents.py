"""What a word typed without accents can mean in this index: folded surface -> terms.

"securite" stems to "securit" but "sécurité" to "secur". Each surface whose folded form has another term than the
surface itself leaves the pair (folded, term) in the field `accents`, so a reader can list the terms of a folded word.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from whoosh.reading import IndexReader

from index.analysis import folded_surface, term_of

SEPARATOR = "\x1f"


@lru_cache(maxsize=1 << 18)
def _pair(surface: str) -> str | None:
    folded, term = folded_surface(surface), term_of(surface)
    return None if term_of(folded) == term else folded + SEPARATOR + term


def accent_pairs(surfaces: Iterable[str]) -> list[str]:
    """The sorted pairs that these surfaces leave in the field `accents`."""
    return sorted({pair for surface in surfaces if (pair := _pair(surface))})


def accented_terms(reader: IndexReader, surface: str) -> list[str]:
    """The terms, besides its own, that `surface` can mean when it was typed without accents; sorted."""
    prefix = folded_surface(surface) + SEPARATOR
    return [pair.decode().removeprefix(prefix) for pair in reader.expand_prefix("accents", prefix)]
