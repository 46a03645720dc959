"""A cluster gives the same counts by source and year as a folder, and the same reading report."""

from __future__ import annotations

import secrets
from pathlib import Path

import msgspec
import pytest

from kiosque.index.build.full_build import build
from kiosque.index.cluster.build import build_cluster
from kiosque.index.cluster.client import Client
from kiosque.index.cluster.commit import read_commit, remove
from kiosque.index.cluster.settings import ClusterSettings
from kiosque.search.cluster import holdings
from kiosque.search.engines.embedded import EmbeddedEngine
from kiosque.search.engines.opensearch import OpenSearchEngine

SAMPLE = Path(__file__).parents[2] / "corpus/sample"


def test_the_cluster_counts_the_same_corpus(cluster_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holdings, "PAGE", 7)
    prefix = f"w-{secrets.token_hex(4)}"
    settings = ClusterSettings(prefix=prefix, replicas=0, cache=str(tmp_path / "words"))
    client = Client(cluster_url, settings)
    build_cluster([SAMPLE], client)
    build([SAMPLE], tmp_path / "index")
    try:
        there = OpenSearchEngine(cluster_url, cluster=settings).corpus()
        here = EmbeddedEngine(str(tmp_path / "index")).corpus()
        assert there.reading
        assert there == msgspec.structs.replace(here, refusals=None)
    finally:
        commit = read_commit(client, prefix)
        remove(client, [commit.index, commit.lexicon_index, f"{prefix}-lock"])
        client.close()
