"""The engine over a cluster: OpenSearch or Elasticsearch, whose APIs are the same as far as they are used."""

from __future__ import annotations

import shutil
import threading
import time
from dataclasses import replace
from pathlib import Path

from kiosque.index.cluster.client import Client
from kiosque.index.cluster.commit import Commit, read_commit
from kiosque.index.cluster.lexicon import fetch_lexicon
from kiosque.index.cluster.settings import ClusterSettings
from kiosque.search.cluster.failing import ReplacedIndex, translated
from kiosque.search.cluster.holdings import holdings
from kiosque.search.cluster.state import ClusterState
from kiosque.search.engines.answering import AnsweringEngine
from kiosque.search.errors import EngineUnavailable
from kiosque.search.model import Corpus
from kiosque.search.ranking import RANKINGS
from kiosque.search.settings import Settings

LOOKED_AT = 1.0
"""Seconds between two looks at which index the alias names."""

MOST_RETRIES = 2
"""Maximum retries of a request: somebody waits for the answer."""


class OpenSearchEngine(AnsweringEngine):
    """Answers from the index that the alias on a cluster names; sees a new commit within a second.

    The words of an index are fetched once and kept in a folder, so that queries are parsed as by the embedded engine.
    """

    def __init__(self, url: str, settings: Settings | None = None, cluster: ClusterSettings | None = None) -> None:
        """Raises BadClusterSetting where `url` is not an address."""
        super().__init__(settings or Settings())
        own = cluster or ClusterSettings()
        self._cluster = replace(own, timeout=own.reading_timeout, retries=min(own.retries, MOST_RETRIES))
        self._client = Client(url, self._cluster)
        self._lock = threading.Lock()
        self._current: ClusterState | None = None
        self._failure = ""
        self._looked_at = -LOOKED_AT

    def recovers(self, error: Exception) -> bool:
        """See AnsweringEngine. The index may be replaced between the look at the alias and the search."""
        replaced = isinstance(error, ReplacedIndex)
        if replaced:
            self._looked_at = -LOOKED_AT
        return replaced

    def generation(self) -> str:
        """See Engine.generation."""
        return self._state().commit.generation

    def corpus(self) -> Corpus:
        """See Engine.corpus."""
        commit = self._state().commit
        with translated():
            return holdings(self._client, commit)

    def _state(self) -> ClusterState:
        if not self._is_fresh():
            with self._lock:
                if not self._is_fresh():  # another thread may just have looked
                    self._look()
        if self._failure or self._current is None:
            raise EngineUnavailable(self._failure)
        return self._current

    def _is_fresh(self) -> bool:
        return time.monotonic() < self._looked_at + LOOKED_AT

    def _look(self) -> None:
        """Notes which commit the alias names, or why it cannot be read: not every request waits for a silent server."""
        try:
            with translated():
                self._current, self._failure = self._shown(), ""
        except EngineUnavailable as error:
            self._failure = str(error)
        self._looked_at = time.monotonic()

    def _shown(self) -> ClusterState:
        commit = read_commit(self._client, self._cluster.prefix)
        if self._current is not None and self._current.commit == commit:
            return self._current
        lexicon = fetch_lexicon(self._client, commit, Path(self._cluster.cache))
        self._forget_others(commit)
        return ClusterState(self._client, commit, lexicon, RANKINGS[self._settings.ranking])

    def _forget_others(self, commit: Commit) -> None:
        """Removes the words of replaced indexes; requests that still read them have them mapped."""
        for folder in Path(self._cluster.cache).glob(f"{self._cluster.prefix}-*"):
            if (
                folder.name != commit.index
                and folder.name.rpartition("-")[0].rpartition("-")[0] == self._cluster.prefix
            ):
                shutil.rmtree(folder, ignore_errors=True)
