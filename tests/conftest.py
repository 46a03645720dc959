"""Fixtures of several folders: indexes of a few articles, in a folder or on a cluster."""

import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings

if os.environ.get("PYTEST_XDIST_WORKER"):
    os.environ["NUMBA_CACHE_DIR"] = str(Path(__file__).parents[1] / "var/numba")  # Numba reads it when it is imported
    from tests.kernels import compile_once

    compile_once(Path(os.environ["NUMBA_CACHE_DIR"]))

from kiosque.corpus.article import Article
from kiosque.corpus.walk.apart import end_all
from kiosque.index.cluster.build import load, new_index
from kiosque.index.cluster.client import Client
from kiosque.index.cluster.commit import leftovers, remove, show, shown_index
from kiosque.index.cluster.settings import ClusterSettings
from kiosque.index.codec.whoosh_codec import KiosqueSegment, segment_data
from kiosque.index.commit.reader import open_reader
from kiosque.index.commit.transaction import NAME, commit_segments, write_lock
from kiosque.index.invert.bulk import BulkWriter
from kiosque.index.segment.schema import schema
from tests.effort import examples

Commit = Callable[..., None]


def commit_articles(directory: Path, articles: Iterable[Article], segments: int = 1) -> None:
    """Replaces the index in `directory` by these articles in one commit, distributed over `segments`."""
    articles = list(articles)
    with write_lock(directory):
        parts = [write_segment(directory, articles[first::segments]) for first in range(segments)]
        commit_segments(directory, schema(), parts)


def write_segment(directory: Path, articles: list[Article]) -> KiosqueSegment:
    segment = KiosqueSegment(NAME, len(articles))
    writer = BulkWriter(directory)
    writer.add(articles)
    writer.flush(segment.segment_id())
    return segment


settings.register_profile("kiosque", deadline=None, max_examples=examples(100))  # a slow machine is not a bug
settings.load_profile("kiosque")


@pytest.fixture(autouse=True)
def no_reading_process_outlives_a_test() -> Iterator[None]:
    """A process that reads keeps what it was forked with: the next test may have changed that."""
    yield
    end_all()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts tests that need no kernels first: of two processes one runs these while the other compiles."""
    items.sort(key=lambda item: item.path.parent.name != "corpus")


@pytest.fixture(scope="session")
def commit() -> Commit:
    return commit_articles


@pytest.fixture(scope="session")
def cluster_url() -> str:
    """The address of a cluster for tests. Skips without one; fails if KIOSQUE_REQUIRE_CLUSTER is set."""
    url = os.environ.get("KIOSQUE_TEST_CLUSTER", "")
    if not url:
        assert not os.environ.get("KIOSQUE_REQUIRE_CLUSTER"), "KIOSQUE_TEST_CLUSTER names no server"
        pytest.skip("KIOSQUE_TEST_CLUSTER names no server")
    return url


@pytest.fixture(scope="session")
def on_cluster(cluster_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., ClusterSettings]]:
    """A function that copies the commit of a folder to the cluster and gives its settings."""
    own, numbers, cache = f"test-{secrets.token_hex(4)}", count(), tmp_path_factory.mktemp("lexicons")
    client = Client(cluster_url, ClusterSettings())

    def put(directory: Path, settings: ClusterSettings | None = None) -> ClusterSettings:
        settings = settings or ClusterSettings(prefix=f"{own}-{next(numbers)}", replicas=0, cache=str(cache))
        put_on_cluster(Client(cluster_url, settings), directory)
        return settings

    yield put
    client.call("DELETE", f"{own}-*")
    client.close()


def put_on_cluster(client: Client, directory: Path) -> None:
    """Replaces the index of the prefix by the commit of a folder."""
    prefix = client.settings.prefix
    old = shown_index(client, prefix)
    with open_reader(directory) as reader, new_index(client, prefix) as index:
        [(leaf, _)] = reader.leaf_readers()
        load(client, prefix, index, segment_data(leaf), lambda done, of: None)
        show(client, prefix, index, old)
    remove(client, leftovers(client, prefix, shown_index(client, prefix)))
