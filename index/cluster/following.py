"""Follows a corpus as `index.watch` does, for an index on a cluster."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Event

from corpus.report import Report
from index.cluster.client import Client
from index.cluster.sync import sync_cluster
from index.sync import Changes
from index.watch import Follower, Tell


class ClusterFollower(Follower):
    """Keeps the cluster's index what a build of `paths` would make it."""

    def __init__(self, paths: Sequence[Path], client: Client, tell: Tell, stop: Event, jobs: int = 1) -> None:
        super().__init__(paths, Path(client.settings.prefix), tell, stop, jobs)
        self._client = client

    def sync_once(self) -> tuple[Report, Changes]:
        """See Follower."""
        return sync_cluster(self._paths, self._client, jobs=self._jobs)
