"""Kiosque over a cluster, where one answers: the same articles and queries, ranked there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.rankers.kiosque import found, indexed
from benchmarks.rankers.opensearch import ADDRESS
from benchmarks.rankers.ranker import Missing, Rank
from kiosque.corpus.article import Article
from kiosque.index.cluster.build import load, new_index
from kiosque.index.cluster.client import Client
from kiosque.index.cluster.commit import leftovers, remove, show, shown_index
from kiosque.index.cluster.errors import ClusterProblem
from kiosque.index.cluster.settings import ClusterSettings
from kiosque.index.codec.whoosh_codec import segment_data
from kiosque.index.commit.reader import open_reader
from kiosque.search.engines.opensearch import OpenSearchEngine

PREFIX = "kiosque-relevance-own"


class Cluster:
    name = "Kiosque on a cluster"
    how = "as it searches, over OpenSearch"

    def index(self, articles: Sequence[Article], folder: Path) -> Rank:
        settings = ClusterSettings(prefix=PREFIX, replicas=0, cache=str(folder / "lexicons"))
        client = Client(ADDRESS, settings)
        try:
            client.check()
        except ClusterProblem as error:
            raise Missing(str(error)) from error
        folder.mkdir()
        _put(client, indexed(articles, folder / "index"))
        engine = OpenSearchEngine(ADDRESS, None, settings)

        def rank(queries: Mapping[str, str]) -> dict[str, list[str]]:
            return {query: found(engine, q) for query, q in queries.items()}

        return rank


def _put(client: Client, directory: Path) -> None:
    """Replaces what the cluster shows by the index in a folder."""
    old = shown_index(client, PREFIX)
    with open_reader(directory) as reader, new_index(client, PREFIX) as index:
        [(leaf, _)] = reader.leaf_readers()
        load(client, PREFIX, index, segment_data(leaf), lambda done, of: None)
        show(client, PREFIX, index, old)
    remove(client, leftovers(client, PREFIX, index))


RANKERS = [Cluster()]
