"""A node of three is killed while articles are sent: none is lost. Starts three real nodes, which takes minutes.

It runs where KIOSQUE_TEST_SERVER names the folder of an unpacked server.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index.cluster.build import build_cluster
from index.cluster.client import Client
from index.cluster.errors import ClusterProblem
from index.cluster.scanning import scan
from index.cluster.settings import ClusterSettings
from index.cluster.stats import verify_cluster

SERVER = os.environ.get("KIOSQUE_TEST_SERVER", "")
NODES, ARTICLES, KILLED_AFTER = 3, 3000, 1000
PATIENCE = 900
"""Seconds for three servers to find one another; a machine that is busy otherwise takes minutes."""
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
        """The server refuses to run as root."""
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
        """As a power cut does."""
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
            time.sleep(1)  # a server that is starting tells nobody when it is ready
    raise AssertionError(f"no cluster of {nodes} after {PATIENCE} s")


def test_no_article_is_lost_with_a_node(nodes: list[Node], tmp_path: Path) -> None:
    lines = (f'{{"id": "a{n}", "title": "Titre {n}", "text": "{"gaz vent mer " * 60}"}}\n' for n in range(ARTICLES))
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text("".join(lines), encoding="utf-8")
    settings = ClusterSettings(prefix="killed", shards=3, loading_replicas=1, retries=30, bulk_mb=1, senders=2)
    client = Client(",".join(node.url for node in nodes), settings)
    wait_for(client, NODES)
    killed: list[str] = []

    def kill_the_manager(done: int, of: int) -> None:
        if done >= KILLED_AFTER and not killed:
            [manager] = client.call("GET", "_cat/master", params={"format": "json", "h": "node"})
            killed.append(manager["node"])
            next(node for node in nodes if node.name == manager["node"]).kill()

    report = build_cluster([corpus], client, sent=kill_the_manager)
    assert killed
    found = {row["_id"] for row in scan(client, "killed")}
    print(f"articles read {report.articles}, killed {killed[0]} after {KILLED_AFTER} were made, found {len(found)}")
    assert found == {f"a{n}" for n in range(ARTICLES)}
    assert verify_cluster(client, "killed") == []
    client.close()
