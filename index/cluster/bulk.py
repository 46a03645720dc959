"""Sends documents to a cluster: many together, several requests under way, no more of them in memory than that."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, NamedTuple

import msgspec

from kiosque.index.cluster.client import Client
from kiosque.index.cluster.document import Document
from kiosque.index.cluster.errors import OverloadedCluster, RefusedDocument

BUSY = 429
BROKEN = 500
"""From this status on it was not the document's fault: a node has stopped, a shard is on its way."""

MISSING = 404


class Action(NamedTuple):
    """One line or two of a bulk request: what is to be done to the document of that name."""

    id: str
    lines: bytes


def indexing(id: str, document: Document) -> Action:
    """Indexes a document, replacing one of the same name."""
    return Action(id, b'{"index":{"_id":%b}}\n%b\n' % (msgspec.json.encode(id), msgspec.json.encode(document)))


def deleting(id: str) -> Action:
    """Removes the document of that name."""
    return Action(id, b'{"delete":{"_id":%b}}\n' % msgspec.json.encode(id))


class Loader:
    """Takes actions one by one and sends them. Leaving it waits until all is acknowledged.

    An action can be sent twice, so one name has one action in one loader.
    """

    def __init__(self, client: Client, index: str) -> None:
        self._client, self._index = client, index
        self._gathered: list[Action] = []
        self._bytes = 0
        self._threads = ThreadPoolExecutor(client.settings.senders)
        self._under_way: deque[Future[None]] = deque()

    def __enter__(self) -> Loader:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Raises what `add` raises, unless something was raised already."""
        try:
            if kind is None:
                self._send()
                self._wait(0)
        finally:
            self._threads.shutdown(cancel_futures=True)

    def add(self, action: Action) -> None:
        """Adds an action; waits while enough is under way.

        Raises RefusedDocument, and what `Client.call` raises, for this action or an earlier one.
        """
        self._gathered.append(action)
        self._bytes += len(action.lines)
        if self._bytes >= self._client.settings.bulk_mb << 20:
            self._send()

    def _send(self) -> None:
        if not self._gathered:
            return
        self._wait(self._client.settings.senders - 1)
        self._under_way.append(self._threads.submit(send, self._client, self._index, self._gathered))
        self._gathered, self._bytes = [], 0

    def _wait(self, most: int) -> None:
        """Waits until no more than `most` requests are under way."""
        while len(self._under_way) > most:
            self._under_way.popleft().result()


def send(client: Client, index: str, actions: Sequence[Action]) -> None:
    """Has all these actions done. Those that a busy cluster refuses are sent again, after a pause.

    Raises RefusedDocument where a document is refused for its own sake, else what `Client.call` raises.
    """
    left = list(actions)
    for attempt in range(client.settings.retries + 1):
        answer = client.call("POST", f"{index}/_bulk", b"".join(part.lines for part in left), FILTER, repeatable=True)
        if not answer["errors"]:
            return
        left, status, reason = refused(left, answer["items"])
        if not left:
            return
        client.wait(attempt)
    raise OverloadedCluster(client.addresses, status, reason)


FILTER = {"filter_path": "errors,items.*.status,items.*.error.type,items.*.error.reason"}
"""Of each item only what is looked at."""


def refused(actions: Sequence[Action], items: Sequence[dict[str, Any]]) -> tuple[list[Action], int, str]:
    """The actions that are worth sending again, with the status and the reason of the last of them.

    Raises RefusedDocument.
    """
    left, last, why = [], 0, ""
    for action, item in zip(actions, items, strict=True):
        [(kind, outcome)] = item.items()
        status, reason = outcome["status"], outcome.get("error", {}).get("reason", "")
        if status == BUSY or status >= BROKEN:
            left.append(action)
            last, why = status, reason
        elif status >= 300 and not (kind == "delete" and status == MISSING):
            raise RefusedDocument(action.id, status, reason)
    return left, last, why
