"""Walks through a whole result in its order, however long, over a point in time of the index."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from kiosque.index.cluster.client import Client
from kiosque.index.errors import IndexProblem
from kiosque.search.leaves.cluster_query import Json

KEEP_ALIVE = "5m"
"""How long a cluster keeps a point in time from one step to the next."""

STEP = 10_000
"""Maximum hits per answer, unless the cluster is configured otherwise."""

MOST_KEPT = 8
"""Results whose places are cached."""

Place = list[Any]
"""The sort key of a hit; the next step starts after it."""


class PointInTime:
    """An index as it is at one moment. OpenSearch and Elasticsearch both have it, at different paths."""

    def __init__(self, client: Client, index: str) -> None:
        self._client = client
        self._is_opensearch = "distribution" in client.call("GET", "")["version"]
        path = f"{index}/_search/point_in_time" if self._is_opensearch else f"{index}/_pit"
        opened = client.call("POST", path, params={"keep_alive": KEEP_ALIVE}, repeatable=True)
        self.id: str = opened["pit_id" if self._is_opensearch else "id"]

    def of(self, body: Json) -> Json:
        """A search of that state."""
        return body | {"pit": {"id": self.id, "keep_alive": KEEP_ALIVE}}

    def close(self) -> None:
        """Releases it on the cluster, which does so by itself after KEEP_ALIVE where this fails."""
        named = {"pit_id": [self.id]} if self._is_opensearch else {"id": self.id}
        path = "_search/point_in_time" if self._is_opensearch else "_pit"
        with suppress(IndexProblem):
            self._client.call("DELETE", path, named)


@contextmanager
def point_in_time(client: Client, index: str) -> Iterator[PointInTime]:
    """A point in time, closed at the end."""
    point = PointInTime(client, index)
    try:
        yield point
    finally:
        point.close()


class Places:
    """Caches the place of every STEP-th hit of the last results, so that the next page deep inside is one step away."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[bytes, dict[int, Place]] = OrderedDict()

    def nearest(self, asked: bytes, row: int) -> tuple[int, Place | None]:
        """The last known row at or before `row`, and the place of the hit before it."""
        with self._lock:
            known = self._known.get(asked, {})
            at = max((start for start in known if start <= row), default=0)
            return at, known.get(at)

    def remember(self, asked: bytes, row: int, place: Place) -> None:
        """Caches the place of the hit before a row."""
        with self._lock:
            self._known.setdefault(asked, {})[row] = place
            self._known.move_to_end(asked)
            while len(self._known) > MOST_KEPT:
                self._known.popitem(last=False)
