"""One writer at a time: a lock document that a build or sync creates, renews while it works, and deletes."""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from kiosque.index.cluster.client import Client
from kiosque.index.cluster.errors import BusyCluster, ClusterError, ClusterProblem, LostLock

LASTS = 180
"""Seconds until a lock expires unless renewed: a killed build does not block others for long."""

RENEWED = 45
"""Seconds between two renewals."""

CONFLICT, MISSING = 409, 404


class Lock:
    """A lock document: its holder, and when it expires."""

    def __init__(self, client: Client, prefix: str) -> None:
        self._client, self._prefix, self._path = client, prefix, f"{prefix}-lock/_doc/lock"
        self._key = secrets.token_hex(8)
        self._turn = threading.Lock()
        self._version: dict[str, int] = {}
        self._lost = False

    def take(self) -> None:
        """Raises BusyCluster where somebody holds it; what `Client.call` raises."""
        found = self._found()
        if found and found["_source"]["until"] > time.time():
            raise BusyCluster(self._prefix, found["_source"]["owner"])
        try:
            self._put(_version(found) if found else {"op_type": "create"})
        except ClusterError as error:
            if error.status != CONFLICT or not self._recovered():
                raise BusyCluster(self._prefix, "depuis un instant") from error

    def renew(self) -> None:
        """Makes it last longer. Raises LostLock where somebody else has taken it over; what `Client.call` raises."""
        with self._turn:
            if self._lost:
                raise LostLock(self._prefix)
            try:
                self._put(self._version)
            except ClusterError as error:
                self._lost = not self._recovered()
                if self._lost:
                    raise LostLock(self._prefix) from error

    def release(self) -> None:
        """Lets the next one in."""
        if not self._lost:
            self._client.call("DELETE", self._path, params=self._version)

    def _put(self, version: Mapping[str, str | int]) -> None:
        held = {"owner": _owner(), "key": self._key, "until": time.time() + LASTS}
        self._version = _version(self._client.call("PUT", self._path, held, version))

    def _recovered(self) -> bool:
        """Whether it is ours all the same: what was refused was the repetition of a request that had been done."""
        found = self._found()
        if not found or found["_source"]["key"] != self._key:
            return False
        self._version = _version(found)
        return True

    def _found(self) -> dict[str, Any] | None:
        try:
            return dict(self._client.call("GET", self._path))
        except ClusterError as error:
            if error.status == MISSING:
                return None
            raise


@contextmanager
def write_lock(client: Client, prefix: str) -> Iterator[Lock]:
    """Holds the lock of that prefix. Raises BusyCluster where somebody else does; what `Client.call` raises."""
    _create_index(client, prefix)
    lock = Lock(client, prefix)
    lock.take()
    done = threading.Event()
    renewing = threading.Thread(target=_renew, args=(lock, done), daemon=True)
    renewing.start()
    try:
        yield lock
    finally:
        done.set()
        renewing.join()
        with suppress(ClusterProblem):  # it runs out by itself
            lock.release()


def _renew(lock: Lock, done: threading.Event) -> None:
    while not done.wait(RENEWED):
        with suppress(ClusterProblem):  # before the alias is switched the lock is checked once more
            lock.renew()


def _create_index(client: Client, prefix: str) -> None:
    settings = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}
    keyword = {"type": "keyword"}
    properties = {"owner": keyword, "key": keyword, "until": {"type": "double"}}
    body = {"settings": settings, "mappings": {"dynamic": "strict", "properties": properties}}
    try:
        client.call("PUT", f"{prefix}-lock", body)
    except ClusterError as error:
        if error.kind != "resource_already_exists_exception":
            raise


def _owner() -> str:
    return f"processus {os.getpid()} sur {socket.gethostname()}"


def _version(document: dict[str, Any]) -> dict[str, int]:
    return {"if_seq_no": document["_seq_no"], "if_primary_term": document["_primary_term"]}
