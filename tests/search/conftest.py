"""Engines over a few articles, in a folder or on a cluster."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from kiosque.corpus.article import Article
from kiosque.index.cluster.settings import ClusterSettings
from kiosque.search import Engine, open_engine
from kiosque.search.engines.opensearch import OpenSearchEngine

EngineOver = Callable[..., Engine]
Put = Callable[[Path], ClusterSettings]


@pytest.fixture(scope="session")
def engine_over(commit: Callable[[Path, list[Article]], None], tmp_path_factory: pytest.TempPathFactory) -> EngineOver:
    """A function that indexes the articles it is given and opens an engine over them."""
    home, numbers = tmp_path_factory.mktemp("engines"), count()

    def engine(*articles: Article) -> Engine:
        directory = home / str(next(numbers))
        commit(directory, list(articles))
        return open_engine(str(directory))

    return engine


@pytest.fixture(scope="session")
def cluster_over(
    commit: Callable[[Path, list[Article]], None],
    on_cluster: Put,
    cluster_url: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> EngineOver:
    """As `engine_over`, on a cluster."""

    def engine(*articles: Article) -> Engine:
        directory = tmp_path_factory.mktemp("commit")
        commit(directory, list(articles))
        return OpenSearchEngine(cluster_url, None, on_cluster(directory))

    return engine
