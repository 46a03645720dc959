"""The interface of an engine whose ranking is judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kiosque.corpus.article import Article

Rank = Callable[[Mapping[str, str]], dict[str, list[str]]]
"""Queries by number in, the ids of up to 100 articles of each out, best first. Any word is enough."""


class Missing(Exception):
    """Raised with the reason why an engine is left out."""


class Ranker(Protocol):
    """An engine."""

    @property
    def name(self) -> str:
        """Its name in the table."""

    @property
    def how(self) -> str:
        """Its analysis and weights, in one line."""

    def index(self, articles: Sequence[Article], folder: Path) -> Rank:
        """Indexes the articles. Raises Missing if it cannot."""


@dataclass(frozen=True)
class NotInstalled:
    """Stands in for an engine whose package is missing."""

    name: str
    how: str

    def index(self, articles: Sequence[Article], folder: Path) -> Rank:
        raise Missing(self.how)
