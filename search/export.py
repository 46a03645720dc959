"""A whole result: every match in order; its articles are read while they are consumed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kiosque.corpus.article import Article


class Export(NamedTuple):
    """All articles of a result; `articles` yields exactly `total`."""

    total: int
    articles: Iterator[Article]
