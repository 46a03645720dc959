"""Engines over a few articles."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from corpus.article import Article
from search import Engine, open_engine

EngineOver = Callable[..., Engine]


@pytest.fixture(scope="session")
def engine_over(commit: Callable[[Path, list[Article]], None], tmp_path_factory: pytest.TempPathFactory) -> EngineOver:
    """A function that indexes the articles it is given and opens an engine over them."""
    home, numbers = tmp_path_factory.mktemp("engines"), count()

    def engine(*articles: Article) -> Engine:
        directory = home / str(next(numbers))
        commit(directory, list(articles))
        return open_engine(str(directory))

    return engine
