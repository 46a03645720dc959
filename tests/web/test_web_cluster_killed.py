"""One of three nodes is killed during indexing and searching: no article is lost, no answer is wrong.

Starts three real nodes, which takes minutes. It runs where KIOSQUE_TEST_SERVER names the folder of an unpacked server,
and prints what it counted (`pytest -s`).
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from random import Random
from threading import Event
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosque.index.cluster import bulk
from kiosque.index.cluster.build import build_cluster
from kiosque.index.cluster.care import verify_cluster
from kiosque.index.cluster.client import Client
from kiosque.index.cluster.errors import ClusterProblem
from kiosque.index.cluster.scanning import scan
from kiosque.index.cluster.settings import ClusterSettings
from kiosque.search.engines.opensearch import OpenSearchEngine
from kiosque.web.app import create_app

SERVER = os.environ.get("KIOSQUE_TEST_SERVER", "")
NODES, ARTICLES, KILLED_AFTER, READERS = 3, 3000, 1000, 2
PATIENCE = 900
"""Seconds for three servers to form a cluster; a loaded machine takes minutes."""
NOBODY = 65534

MEMORY = "-Xms512m -Xmx512m"


class Node:
    """A process of the server on the loopback interface."""

    def __init__(self, root: Path, number: int, ports: list[tuple[int, int]]) -> None:
        self.name, self.folder = f"k{number}", root / f"k{number}"
        http, transport = ports[number]
        self.url = f"http://127.0.0.1:{http}"
        seeds = ", ".join(f'"127.0.0.1:{port}"' for _, port in ports)
        lines = [
            "cluster.name: killed", f"node.name: {self.name}", "network.host: 127.0.0.1",
            f"http.port: {http}", f"transport.port: {transport}",
            f"path.data: {self.folder}/data", f"path.logs: {self.folder}/logs",
            f"discovery.seed_hosts: [{seeds}]", "cluster.initial_cluster_manager_nodes: [k0, k1, k2]",
            "cluster.routing.allocation.disk.threshold_enabled: false",
        ]  # fmt: skip
        for part in ("data", "logs", "config", "tmp"):
            (self.folder / part).mkdir(parents=True)
        (self.folder / "config/opensearch.yml").write_text("\n".join(lines) + "\n")
        options = (Path(SERVER) / "config/jvm.options").read_text().replace("logs/", f"{self.folder}/logs/")
        (self.folder / "config/jvm.options").write_text(options.replace("HeapDumpPath=data", "HeapDumpPath=/dev/null"))
        shutil.copy(Path(SERVER) / "config/log4j2.properties", self.folder / "config")

    def start(self) -> None:
        """Starts the server as an unprivileged user: it refuses to run as root."""
        java = Path(shutil.which("java") or "java").resolve().parents[1]
        environment = os.environ | {
            "OPENSEARCH_TMPDIR": f"{self.folder}/tmp",
            "OPENSEARCH_PATH_CONF": f"{self.folder}/config",
            "OPENSEARCH_JAVA_HOME": str(java),
            "OPENSEARCH_JAVA_OPTS": MEMORY,
        }
        other: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        if other:
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, NOBODY, NOBODY)
        with (self.folder / "out.log").open("wb") as log:
            self.process = subprocess.Popen(
                [f"{SERVER}/bin/opensearch"], cwd=self.folder, env=environment, stdout=log, stderr=log, **other
            )

    def kill(self) -> None:
        """Kills the process with SIGKILL."""
        self.process.kill()
        self.process.wait()


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


@pytest.fixture
def nodes() -> Iterator[list[Node]]:
    if not SERVER:
        pytest.skip("KIOSQUE_TEST_SERVER names no unpacked server")
    root = Path(tempfile.mkdtemp())
    root.chmod(0o755)
    ports = free_ports(2 * NODES)
    made = [Node(root, number, list(zip(ports[::2], ports[1::2], strict=True))) for number in range(NODES)]
    for node in made:
        node.start()
    yield made
    for node in made:
        node.kill()
    shutil.rmtree(root)


def wait_for(client: Client, nodes: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            health = client.call("GET", "_cluster/health", params={"wait_for_nodes": nodes, "timeout": "10s"})
            if health["number_of_nodes"] == nodes:
                return
        except ClusterProblem:
            time.sleep(1)  # a server that is starting does not announce when it is ready
    raise AssertionError(f"no cluster of {nodes} after {PATIENCE} s")


def invented(articles: int) -> Iterator[str]:
    """JSON lines of articles with words of a Zipf distribution; every tenth is a near copy."""
    rng, text = Random(7), [""]
    words = [f"{first}{second}" for first in SYLLABLES for second in SYLLABLES]
    weights = [1 / (place + 1) for place in range(len(words))]
    for number in range(articles):
        text = [*text[:-1], "encore"] if number % 10 == 9 else rng.choices(words, weights, k=120)
        date = f"2022-{number % 12 + 1:02}-{number % 28 + 1:02}"
        told = {"title": " ".join(text[:6]), "text": " ".join(text), "source": f"Titre {number % 7}", "date": date}
        yield json.dumps({"id": f"a{number}"} | told) + "\n"


SYLLABLES = [f"{first}{second}" for first in "bdlmnrst" for second in "aiou"]
ASKED = [
    "search?q=baba", "search?q=baba+bibo", "search?q=%22baba+babi%22", "search?q=bab*", "search?q=bubu~1",
    "search?q=baba+-babi&sort=newest", "search?q=dadi&source=Titre+1", "search?q=&from=2022-03&to=2022-04&sort=oldest",
    "search?q=encore&size=50", "search?q=titre:baba+lala", "search?q=%3Dbabo&page=3", "articles/a77?q=baba",
    "suggest?q=bab", "stats",
]  # fmt: skip


def answered(client: FlaskClient, path: str) -> tuple[int, str, Any]:
    """The status, Retry-After and body of an answer, without its duration and generation."""
    response = client.get(f"/api/v1/{path}")
    return response.status_code, response.headers.get("Retry-After", ""), without_time(response.json)


def without_time(said: Any) -> Any:
    if isinstance(said, dict):
        return {name: without_time(value) for name, value in said.items() if name not in ("took_ms", "generation")}
    return [without_time(value) for value in said] if isinstance(said, list) else said


class Readers:
    """Threads that repeat the same requests and count the kinds of answers."""

    def __init__(self, app: Flask) -> None:
        self._app, self._stop, self.counts = app, Event(), Counter[str]()
        self.odd: list[Any] = []
        self._expected = {path: answered(app.test_client(), path) for path in ASKED}
        assert {status for status, _, _ in self._expected.values()} == {200}

    @contextmanager
    def asking(self) -> Iterator[None]:
        with ThreadPoolExecutor(READERS) as threads:
            asking = [threads.submit(self._ask, ASKED[place:] + ASKED[:place]) for place in range(READERS)]
            try:
                yield
            finally:
                self._stop.set()
        for each in asking:
            each.result()

    def _ask(self, paths: Sequence[str]) -> None:
        client = self._app.test_client()
        for path in cycle(paths):
            if self._stop.is_set():
                return
            self.judge(path, answered(client, path))

    def judge(self, path: str, given: tuple[int, str, Any]) -> None:
        status, retry_after, said = given
        kind = "other errors"
        if status == 200:
            kind = "right" if given == self._expected[path] else "wrong"
        elif status == 503 and retry_after.isdigit() and said["detail"]:
            kind = "503 with Retry-After"
        self.counts[kind] += 1
        if kind in ("wrong", "other errors"):
            self.odd.append((path, given, self._expected[path]))


def test_killing_a_node_loses_no_article_and_gives_no_wrong_answer(
    nodes: list[Node], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text("".join(invented(ARTICLES)), encoding="utf-8")
    settings = ClusterSettings(
        prefix="killed", shards=3, replicas=1, loading_replicas=1, retries=30, bulk_mb=1, senders=2, cache=str(tmp_path)
    )
    urls = ",".join(node.url for node in nodes)
    client = Client(urls, settings)
    wait_for(client, NODES)
    build_cluster([corpus], client)
    client.call("GET", "_cluster/health/killed", params={"wait_for_status": "green", "timeout": f"{settings.timeout}s"})
    readers = Readers(create_app({"ENGINE": OpenSearchEngine(urls, None, settings)}))
    killed: list[str] = []
    articles: Counter[str] = Counter()

    def kill_the_manager(done: int, of: int) -> None:
        if done >= KILLED_AFTER and not killed:
            [manager] = client.call("GET", "_cat/master", params={"format": "json", "h": "node"})
            killed.append(manager["node"])
            next(node for node in nodes if node.name == manager["node"]).kill()

    def send(client: Client, index: str, actions: Sequence[bulk.Action]) -> None:
        own = 0 if index.endswith("-lexicon") else len(actions)
        articles["sent"] += own
        really(client, index, actions)
        articles["acknowledged"] += own

    really = bulk.send
    monkeypatch.setattr(bulk, "send", send)
    with readers.asking():
        build_cluster([corpus], client, sent=kill_the_manager)
    for path in ASKED:  # the new index must answer as the old one
        readers.judge(
            path, answered(create_app({"ENGINE": OpenSearchEngine(urls, None, settings)}).test_client(), path)
        )
    found = {row["_id"] for row in scan(client, "killed")}
    print(
        f"killed {killed} after {KILLED_AFTER}; articles: {dict(articles)}, found {len(found)}; {dict(readers.counts)}"
    )
    assert killed
    assert articles["sent"] == articles["acknowledged"] == ARTICLES
    assert found == {f"a{number}" for number in range(ARTICLES)}
    assert verify_cluster(client, "killed") == []
    assert readers.odd == []
    assert readers.counts["right"] > len(ASKED)
    client.close()
