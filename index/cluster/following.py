"""Follows a corpus as `index.build.watch` does, for an index on a cluster."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Event

from kiosque.corpus.walk.report import Report
from kiosque.index.build.sync import Changes
from kiosque.index.build.watch import Follower, Tell
from kiosque.index.cluster.client import Client
from kiosque.index.cluster.sync import sync_cluster


class ClusterFollower(Follower):
    """Keeps the cluster's index what a build of `paths` would make it."""

    def __init__(self, paths: Sequence[Path], client: Client, tell: Tell, stop: Event, jobs: int = 1) -> None:
        super().__init__(paths, Path(client.settings.prefix), tell, stop, jobs)
        self._client = client

    def sync_once(self) -> tuple[Report, Changes]:
        """See Follower."""
        return sync_cluster(self._paths, self._client, jobs=self._jobs)
