"""The engine's contract: what every face may ask, whoever answers."""

from __future__ import annotations

from typing import Protocol

from search.model import ArticleView, SearchPage, SearchRequest, Stats


class Engine(Protocol):
    """Answers searches. Every method raises EngineUnavailable where no index can be read."""

    def search(self, request: SearchRequest) -> SearchPage:
        """The page that was asked for; RequestError where a parameter is out of its limits."""

    def article(self, id: str, q: str = "") -> ArticleView | None:
        """An article with the marks of `q`; None where the id is unknown."""

    def stats(self) -> Stats:
        """What the index holds."""


def open_engine(url: str) -> Engine:
    """The engine over the index folder at `url`; it need not exist yet: answers say what to run."""
    from search.engines.embedded import EmbeddedEngine

    return EmbeddedEngine(url)
