"""A whole result: every match in order, its articles read one by one while somebody takes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from corpus.article import Article
from search.execute import Outcome
from search.snapshot import Snapshot


class Export(NamedTuple):
    """All articles of a result; `articles` yields exactly `total`."""

    total: int
    articles: Iterator[Article]


def export_of(snapshot: Snapshot, outcome: Outcome) -> Export:
    """The export of an outcome whose `best` are all its matches."""
    return Export(outcome.total, (snapshot.article(number) for number, _ in outcome.best))
