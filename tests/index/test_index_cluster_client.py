"""The client of the cluster against scripted servers: retries, errors without secrets, locks, settings."""

from __future__ import annotations

import base64
import json
import shutil
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from urllib3.exceptions import InsecureRequestWarning

from kiosque.corpus.french import typeset
from kiosque.index.cluster.bulk import Loader, indexing, send
from kiosque.index.cluster.client import Client
from kiosque.index.cluster.commit import commit_of, read_commit
from kiosque.index.cluster.errors import (
    BadClusterSetting,
    BusyCluster,
    ClusterError,
    ForeignCluster,
    ForeignClusterIndex,
    LostLock,
    MissingClusterIndex,
    NoCluster,
    OverloadedCluster,
    RefusedByCluster,
    RefusedDocument,
)
from kiosque.index.cluster.lock import Lock, write_lock
from kiosque.index.cluster.settings import ClusterSettings

SECRET = "tr3s-secret"
NOBODY = "http://127.0.0.1:1"


class Asked(NamedTuple):
    method: str
    path: str
    body: bytes
    authorization: str | None


Answer = tuple[int, Any] | tuple[int, Any, dict[str, str]]
Server = Callable[..., str]


class ScriptedServer:
    """A server that gives these answers in order and repeats the last. None closes the connection."""

    def __init__(self, answers: tuple[Answer | None, ...], certificate: Path | None = None) -> None:
        self.asked: list[Asked] = []
        self._answers = list(answers)
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                fake.asked.append(Asked(self.command, self.path, body, self.headers.get("Authorization")))
                answer = fake._answers.pop(0) if len(fake._answers) > 1 else fake._answers[0]
                if answer is None:
                    self.close_connection = True
                    return
                status, content, *headers = answer
                data = content if isinstance(content, bytes) else json.dumps(content).encode()
                self.send_response(status)
                for name, value in (headers[0] if headers else {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PUT = do_DELETE = handle_any  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients hang up
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.url = f"http{'s' if certificate else ''}://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def fake() -> Iterator[Callable[..., ScriptedServer]]:
    made: list[ScriptedServer] = []

    def make(*answers: Answer | None, certificate: Path | None = None) -> ScriptedServer:
        made.append(ScriptedServer(answers, certificate))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def client(pauses: list[float]) -> Iterator[Callable[..., Client]]:
    made: list[Client] = []

    def make(url: str, **settings: Any) -> Client:
        made.append(Client(url, ClusterSettings(**({"retries": 3} | settings)), pauses.append))
        return made[-1]

    yield make
    for each in made:
        each.close()


Fakes = Callable[..., ScriptedServer]
Clients = Callable[..., Client]

OK: Answer = (200, {"ok": True})
FULL: Answer = (429, {"error": {"type": "es_rejected_execution_exception", "reason": "queue full"}})


def test_a_busy_cluster_is_retried(fake: Fakes, client: Clients, pauses: list[float]) -> None:
    server = fake(FULL, (503, b"<html>"), (429, {}, {"Retry-After": "7"}), OK)
    assert client(server.url).call("GET", "x/_count", params={"q": "a b"}) == {"ok": True}
    assert [asked.path for asked in server.asked] == ["/x/_count?q=a+b"] * 4
    assert 0.1 <= pauses[0] <= 0.2 <= pauses[1] <= 0.4
    assert pauses[2] == 7


def test_retries_are_limited(fake: Fakes, client: Clients, pauses: list[float]) -> None:
    with pytest.raises(OverloadedCluster, match=r"429, queue full.*relancez") as raised:
        client(fake(FULL).url).call("GET", "x")
    assert (raised.value.status, len(pauses)) == (429, 3)


def test_a_request_that_may_have_succeeded_is_not_repeated(fake: Fakes, client: Clients) -> None:
    failures: tuple[Answer | None, ...] = ((503, {}), None)
    for failure in failures:
        server = fake(failure, OK)
        with pytest.raises(NoCluster):
            client(server.url).call("POST", "x/_doc", {})
        assert len(server.asked) == 1
        assert client(fake(failure, OK).url).call("POST", "x/_search", {}, repeatable=True) == {"ok": True}


def test_a_dead_address_is_replaced_by_another(fake: Fakes, client: Clients, pauses: list[float]) -> None:
    server = fake(OK)
    several = client(f"{NOBODY}, {server.url}")
    assert several.call("POST", "x", {}) == {"ok": True}, "a POST is safe: the dead address received nothing"
    assert several.call("GET", "x") == {"ok": True}
    assert len(pauses) == 1, "the address that answered is now asked first"


def test_no_address_answers(client: Clients) -> None:
    with pytest.raises(NoCluster, match=r"«\u00a0http://127.0.0.1:1\u00a0».*connexion refusée.*ENGINE=") as raised:
        client(f"http://moi:{SECRET}@127.0.0.1:1").check()
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize("status", [401, 403])
def test_wrong_credentials(fake: Fakes, client: Clients, status: int) -> None:
    server = fake((status, {"error": "Unauthorized"}))
    asking = client(server.url, user="moi", password=SECRET)
    with pytest.raises(RefusedByCluster, match="KIOSQUE_ENGINE_PASSWORD") as raised:
        asking.check()
    assert len(server.asked) == 1, "a retry could lock the account"
    assert base64.b64decode((server.asked[0].authorization or "").removeprefix("Basic ")).decode() == f"moi:{SECRET}"
    assert SECRET not in f"{raised.value} {asking!r} {asking.settings!r}"


def test_credentials_come_from_the_url_or_the_settings(fake: Fakes, client: Clients) -> None:
    server = fake(OK)
    address = server.url.replace("//", "//moi:p%40ss@") + "/proxy/"
    asking = client(address)
    asking.call("GET", "x")
    client(address, api_key=SECRET).call("GET", "x")
    assert [asked.path for asked in server.asked] == ["/proxy/x"] * 2
    assert [asked.authorization for asked in server.asked] == [
        "Basic " + base64.b64encode(b"moi:p@ss").decode(), f"ApiKey {SECRET}",
    ]  # fmt: skip
    assert "p%40ss" not in f"{asking!r} {asking.addresses}"


OPENSEARCH = {"version": {"distribution": "opensearch", "number": "3.1.0"}}


@pytest.mark.parametrize("known", [OPENSEARCH, {"version": {"number": "8.19.2"}}, {"version": {"number": "9.0.0"}}])
def test_supported_servers(fake: Fakes, client: Clients, known: Any) -> None:
    client(fake((200, known)).url).check()


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ((200, {"version": {"number": "7.17.0"}}), "elasticsearch 7.17.0"),
        ((200, {"version": {"distribution": "opensearch", "number": "1.3.2"}}), "opensearch 1.3.2"),
        ((200, {"version": {"distribution": "solr", "number": "9"}}), "un autre serveur"),
        ((200, b"<html>nginx</html>"), "un autre serveur"),
        ((200, [1]), "un autre serveur"),
        ((404, b"nothing"), "404"),
    ],
)
def test_unsupported_servers(fake: Fakes, client: Clients, answer: Answer, says: str) -> None:
    with pytest.raises(ForeignCluster, match=says):
        client(fake(answer).url).check()


@pytest.mark.parametrize("url", ["var/index", "ftp://h:1", "http://", "http://h:99999", "http://h:x", ""])
def test_invalid_addresses_are_refused(url: str) -> None:
    with pytest.raises(BadClusterSetting, match="http://hôte:9200"):
        Client(url)


def test_the_reason_of_a_refusal_is_reported(fake: Fakes, client: Clients) -> None:
    with pytest.raises(ClusterError, match="400 parse_exception\u00a0: no such field") as raised:
        client(fake((400, {"error": {"type": "parse_exception", "reason": "no such field"}})).url).call("PUT", "x", {})
    assert (raised.value.status, raised.value.kind) == (400, "parse_exception")


def test_unreadable_certificates_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadClusterSetting, match="KIOSQUE_ENGINE_CA_FILE"):
        Client("https://h:9200", ClusterSettings(ca_file=str(tmp_path / "none.pem")))


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_trusted_and_untrusted_certificates(fake: Fakes, client: Clients, tmp_path: Path) -> None:
    key, certificate, both = (tmp_path / name for name in ("key.pem", "certificate.pem", "both.pem"))
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=k -addext subjectAltName=IP:127.0.0.1".split()
    )
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    both.write_bytes(key.read_bytes() + certificate.read_bytes())
    server = fake(OK, certificate=both)
    assert client(server.url, ca_file=str(certificate)).call("GET", "x") == {"ok": True}
    with pytest.raises(NoCluster, match=r"certificat refusé.*KIOSQUE_ENGINE_CA_FILE"):
        client(server.url).call("GET", "x")
    with pytest.warns(InsecureRequestWarning):
        assert client(server.url, verify=False).call("GET", "x") == {"ok": True}
    assert len(server.asked) == 2


# Bulk requests.


def test_only_rejected_actions_are_sent_again(fake: Fakes, client: Clients) -> None:
    mixed = {"errors": True, "items": [{"index": {"status": 201}}, {"index": {"status": 429, "error": {}}}]}
    server = fake((200, mixed), FULL, (200, {"errors": False}))
    actions = [indexing(id, {"n": id}) for id in "ab"]
    send(client(server.url), "x", actions)
    assert [asked.body for asked in server.asked] == [actions[0].lines + actions[1].lines, *[actions[1].lines] * 2]


def test_a_cluster_that_stays_full_fails(fake: Fakes, client: Clients, pauses: list[float]) -> None:
    full = {"errors": True, "items": [{"index": {"status": 429, "error": {"reason": "queue full"}}}]}
    with pytest.raises(OverloadedCluster, match="429, queue full"):
        send(client(fake((200, full)).url), "x", [indexing("a", {})])
    assert len(pauses) == 4


def test_a_refused_article_is_named(fake: Fakes, client: Clients) -> None:
    bad = {"errors": True, "items": [{"index": {"status": 400, "error": {"reason": "immense term"}}}]}
    with pytest.raises(RefusedDocument, match=r"«\u00a0é\u00a0».*400, immense term.*tel quel"):  # noqa: SIM117
        with Loader(client(fake((200, bad)).url), "x") as loader:
            loader.add(indexing("é", {}))


def test_all_batches_are_sent_with_bounded_concurrency(fake: Fakes, client: Clients) -> None:
    server = fake((200, {"errors": False}))
    actions = [indexing(str(number), {"text": "x" * 300_000}) for number in range(20)]
    with Loader(client(server.url, bulk_mb=1, senders=2), "x") as loader:
        for action in actions:
            loader.add(action)
            assert len(loader._under_way) <= 2
    assert sorted(b"".join(asked.body for asked in server.asked).splitlines()) == sorted(
        line for action in actions for line in action.lines.splitlines()
    )
    assert max(len(asked.body) for asked in server.asked) < 2 << 20


# Mapping and lock on the cluster.


def test_a_missing_index(fake: Fakes, client: Clients) -> None:
    with pytest.raises(MissingClusterIndex, match="make index ENGINE="):
        read_commit(client(fake((404, {"error": {"type": "index_not_found_exception", "reason": ""}})).url), "kiosque")


@pytest.mark.parametrize("mappings", [{}, {"_meta": {"kiosque": {"format": 99}}}, {"_meta": {"kiosque": 3}}])
def test_a_mapping_of_another_version_is_refused(mappings: Any) -> None:
    with pytest.raises(ForeignClusterIndex, match="make index"):
        commit_of("kiosque", "kiosque-1", mappings)


def lock_document(key: str, until: float) -> Answer:
    return (200, {"_seq_no": 4, "_primary_term": 1, "_source": {"owner": "processus 3", "key": key, "until": until}})


CREATED: Answer = (200, {"_seq_no": 5, "_primary_term": 1})
CONFLICT: Answer = (409, {"error": {"type": "version_conflict_engine_exception", "reason": ""}})
NO_DOCUMENT: Answer = (404, {"found": False})


def test_one_writer_at_a_time(fake: Fakes, client: Clients) -> None:
    with (
        pytest.raises(BusyCluster, match="processus 3"),
        write_lock(client(fake(OK, lock_document("x", 1e12)).url), "k"),
    ):
        pass
    with pytest.raises(BusyCluster), write_lock(client(fake(OK, NO_DOCUMENT, CONFLICT, NO_DOCUMENT).url), "k"):
        pass


def test_an_expired_lock_is_taken_over(fake: Fakes, client: Clients) -> None:
    server = fake(OK, lock_document("dead", 1.0), CREATED, OK)
    with write_lock(client(server.url), "k"):
        pass
    assert [(asked.method, asked.path) for asked in server.asked] == [
        ("PUT", "/k-lock"),
        ("GET", "/k-lock/_doc/lock"),
        ("PUT", "/k-lock/_doc/lock?if_seq_no=4&if_primary_term=1"),
        ("DELETE", "/k-lock/_doc/lock?if_seq_no=5&if_primary_term=1"),
    ]


def test_a_lock_taken_over_by_another_is_lost(fake: Fakes, client: Clients) -> None:
    lock = Lock(client(fake(NO_DOCUMENT, CREATED, CONFLICT, lock_document("other", 1e12)).url), "k")
    lock.take()
    with pytest.raises(LostLock, match="tel quel"):
        lock.renew()
    with pytest.raises(LostLock):
        lock.renew()


# Settings.


def test_settings_are_read_from_the_environment() -> None:
    read = ClusterSettings.read(
        {
            "KIOSQUE_ENGINE_SHARDS": "6",
            "KIOSQUE_ENGINE_VERIFY": "0",
            "KIOSQUE_ENGINE_PASSWORD": SECRET,
            "KIOSQUE_PORT": "1",
        }
    )
    assert (read.shards, read.verify, read.password, read.prefix) == (6, False, SECRET, "kiosque")
    assert SECRET not in repr(read)


@pytest.mark.parametrize(
    ("name", "value"), [("SHARDS", "0"), ("VERIFY", "oui"), ("PREFIX", "Kiosque"), ("PREFIX", "a*")]
)
def test_invalid_cluster_settings_are_refused(name: str, value: str) -> None:
    with pytest.raises(BadClusterSetting, match=f"KIOSQUE_ENGINE_{name}"):
        ClusterSettings.read({f"KIOSQUE_ENGINE_{name}": value})


def test_messages_have_french_typography() -> None:
    for error in (
        NoCluster("a", "b"),
        OverloadedCluster("a", 503, "c"),
        BusyCluster("k", "p"),
        ForeignCluster("a", "b"),
    ):
        assert str(error) == typeset(str(error))
