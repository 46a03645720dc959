"""Errors of a cluster: scripted failures, and failures of a real server."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from kiosque.corpus.article import Article
from kiosque.index.cluster.care import verify_cluster
from kiosque.index.cluster.client import Client
from kiosque.index.cluster.errors import ClusterProblem
from kiosque.index.cluster.mapping import SIMILARITY, index_settings
from kiosque.index.cluster.settings import ClusterSettings
from kiosque.search import EngineUnavailable, RequestError, SearchRequest, open_engine
from kiosque.search.engines import opensearch
from kiosque.search.engines.opensearch import OpenSearchEngine
from kiosque.search.settings import SettingError

Answers = Callable[[str, str], tuple[int, Any]]
Commit = Callable[[Path, list[Article]], None]


@contextmanager
def scripted_server(answers: Answers) -> Iterator[str]:
    """The address of a server that answers each method and path by `answers`."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, body = answers(self.command, self.path)
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_DELETE = answer  # noqa: N815  as the library has them

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def over(url: str, folder: Path, prefix: str = "kiosque") -> OpenSearchEngine:
    settings = ClusterSettings(prefix=prefix, retries=0, cache=str(folder), reading_timeout=5)
    return OpenSearchEngine(url, None, settings)


def refusing(status: int, kind: str = "some_exception") -> Answers:
    return lambda method, path: (status, {"error": {"type": kind, "reason": "why"}})


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (refusing(401), "KIOSQUE_ENGINE_USER"),
        (refusing(403), "KIOSQUE_ENGINE_USER"),
        (refusing(404, "index_not_found_exception"), "make index"),
        (refusing(503), "débordé"),
        (refusing(500), "refuse la demande"),
        (lambda method, path: (200, b"<html>"), "ne sait pas lire"),
        (lambda method, path: (200, {"autre": {"mappings": {}}}), "Reconstruisez"),
        (lambda method, path: (200, {"k": {"mappings": {"_meta": {"kiosque": {"format": 99}}}}}), "Reconstruisez"),
    ],
)
def test_each_failure_names_the_repair_and_not_the_password(answers: Answers, said: str, tmp_path: Path) -> None:
    with scripted_server(answers) as url:
        engine = over(url.replace("://", "://martin:s3cret@"), tmp_path)
        for ask in (lambda: engine.search(SearchRequest(q="gaz")), engine.stats, engine.generation):
            with pytest.raises(EngineUnavailable, match=said) as told:
                ask()
            assert "s3cret" not in str(told.value)


def test_an_address_without_a_server_is_reported(tmp_path: Path) -> None:
    with scripted_server(refusing(500)) as url:
        pass
    with pytest.raises(EngineUnavailable, match="ne répond pas"):
        over(url, tmp_path).search(SearchRequest())


@pytest.mark.parametrize("url", ["http://", "https://:9200", "http://host:port"])
def test_an_invalid_cluster_url_is_refused(url: str) -> None:
    with pytest.raises(SettingError, match="http://"):
        open_engine(url)


def test_an_unavailable_server_is_not_asked_again_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opensearch, "LOOKED_AT", 3600.0)
    asked: list[str] = []

    def answers(method: str, path: str) -> tuple[int, Any]:
        asked.append(path)
        return 503, {}

    with scripted_server(answers) as url:
        engine = over(url, tmp_path)
        for _ in range(5):
            with pytest.raises(EngineUnavailable, match="débordé"):
                engine.search(SearchRequest())
    assert asked == ["/kiosque/_mapping"]


def test_a_server_that_never_answers_times_out(tmp_path: Path) -> None:
    settings = ClusterSettings(retries=0, cache=str(tmp_path), reading_timeout=1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        engine = OpenSearchEngine(f"http://127.0.0.1:{silent.getsockname()[1]}", None, settings)
        with pytest.raises(EngineUnavailable, match="pas de réponse à temps"):
            engine.search(SearchRequest())


# A proxy to a real server, with scripted answers to searches


@pytest.fixture
def shown(commit: Commit, on_cluster: Callable[..., ClusterSettings], tmp_path: Path) -> ClusterSettings:
    """Settings for an index of two articles."""
    commit(tmp_path, [Article(id="a", title="Gaz", body="Du gaz."), Article(id="b", title="Vent", body="Du gaz.")])
    return on_cluster(tmp_path)


def relaying(client: Client, search: tuple[int, Any]) -> Answers:
    def answers(method: str, path: str) -> tuple[int, Any]:
        return search if "_search" in path else (200, client.call(method, path.removeprefix("/")))

    return answers


@pytest.mark.parametrize(
    ("search", "said"),
    [
        ((200, {"timed_out": True, "_shards": {"failed": 0}, "hits": {}}), "partie"),
        ((200, {"timed_out": False, "_shards": {"failed": 1}, "hits": {}}), "partie"),
        ((503, {"error": {"type": "search_phase_execution_exception", "reason": "all shards failed"}}), "incomplet"),
        ((404, {"error": {"type": "index_not_found_exception", "reason": "gone"}}), "remplacé"),
    ],
)
def test_a_partial_answer_is_refused(
    shown: ClusterSettings, cluster_url: str, tmp_path: Path, search: tuple[int, Any], said: str
) -> None:
    with (
        scripted_server(relaying(Client(cluster_url, shown), search)) as url,
        pytest.raises(EngineUnavailable, match=said),
    ):
        over(url, tmp_path / "lexicons", shown.prefix).search(SearchRequest(q="gaz"))


def test_a_query_refused_by_the_cluster_is_a_request_error(
    shown: ClusterSettings, cluster_url: str, tmp_path: Path
) -> None:
    refused = (400, {"error": {"type": "too_many_clauses", "reason": "more than 1024"}})
    with (
        scripted_server(relaying(Client(cluster_url, shown), refused)) as url,
        pytest.raises(RequestError, match="trop de mots"),
    ):
        over(url, tmp_path / "lexicons", shown.prefix).search(SearchRequest(q="gaz"))


def test_a_replaced_index_is_used_at_once(
    shown: ClusterSettings, on_cluster: Callable[..., ClusterSettings], cluster_url: str, commit: Commit, tmp_path: Path
) -> None:
    engine = OpenSearchEngine(cluster_url, None, shown)
    assert engine.search(SearchRequest(q="gaz")).total == 2
    before = engine.generation()
    commit(tmp_path / "again", [Article(id="c", title="Mer", body="La mer, sans gaz.")])
    on_cluster(tmp_path / "again", shown)
    assert [hit.id for hit in engine.search(SearchRequest(q="gaz")).hits] == ["c"]
    assert engine.generation() != before
    assert {folder.name.rpartition("-")[0] for folder in Path(shown.cache).glob(f"{shown.prefix}-*")} == {
        f"{shown.prefix}-{engine.generation().split('-')[0]}"
    }


def test_missing_replicas_do_not_prevent_searches(
    on_cluster: Callable[..., ClusterSettings], shown: ClusterSettings, cluster_url: str, commit: Commit, tmp_path: Path
) -> None:
    """Yellow: more replicas than nodes."""
    settings = replace(shown, prefix=f"{shown.prefix}-yellow", replicas=5)
    commit(tmp_path / "again", [Article(id="c", title="Mer", body="La mer, sans gaz.")])
    on_cluster(tmp_path / "again", settings)
    assert Client(cluster_url, settings).call("GET", f"_cluster/health/{settings.prefix}")["status"] == "yellow"
    assert OpenSearchEngine(cluster_url, None, settings).search(SearchRequest(q="gaz")).total == 1


def test_a_closed_index_is_reported_and_works_after_reopening(shown: ClusterSettings, cluster_url: str) -> None:
    client, engine = Client(cluster_url, shown), OpenSearchEngine(cluster_url, None, shown)
    expected = engine.search(SearchRequest(q="gaz")).hits
    client.call("POST", f"{shown.prefix}/_close")
    with pytest.raises(EngineUnavailable, match="index_closed_exception"):
        engine.search(SearchRequest(q="gaz"))
    client.call("POST", f"{shown.prefix}/_open")
    assert engine.search(SearchRequest(q="gaz")).hits == expected


def test_missing_shards_are_not_an_empty_answer(shown: ClusterSettings, cluster_url: str) -> None:
    """Red: the index exists with its mapping, but no node may hold its shard."""
    client, engine = Client(cluster_url, replace(shown, retries=0)), OpenSearchEngine(cluster_url, None, shown)
    assert engine.search(SearchRequest(q="gaz")).total == 2
    [(index, described)] = client.call("GET", f"{shown.prefix}/_mapping").items()
    client.call("DELETE", index)
    nowhere = {"index.routing.allocation.require._name": "nobody", "similarity": {"press": SIMILARITY}}
    analysis = index_settings(shown)["analysis"]
    body = {"settings": nowhere | {"analysis": analysis}, "aliases": {shown.prefix: {}}, **described}
    client.call("PUT", index, body, {"wait_for_active_shards": 0})
    assert client.call("GET", f"_cluster/health/{index}")["status"] == "red"
    for ask in (lambda: engine.search(SearchRequest(q="gaz")), lambda: engine.article("a"), engine.corpus):
        with pytest.raises(EngineUnavailable, match="incomplet"):
            ask()
    with pytest.raises(ClusterProblem):
        verify_cluster(client, shown.prefix)
