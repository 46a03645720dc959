"""Malformed requests over raw sockets: no request smuggling, and no client blocks the others."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GET = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /healthz HTTP/1.1\r\nHost: localhost\r\n"
SMUGGLED = b"GET /healthz?smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"
IDLE = int(os.environ.get("KIOSQUE_IDLE", "1100"))
"""Idle connections. More than 1,024: a server with that limit once stopped answering."""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        free = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "web", "--index", str(tmp_path_factory.mktemp("no")), "--port", str(free)]
    environment = {**os.environ, "KIOSQUE_WORKERS": "1"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout and process.stdout.readline().startswith("Kiosque")
            yield free
        finally:
            process.terminate()
            process.wait()


def answers_to(port: int, sent: bytes) -> list[int]:
    """The statuses of all answers to these bytes, until the server closes the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        client.sendall(sent)
        return statuses(everything(client))


def everything(client: socket.socket) -> bytes:
    found = b""
    try:
        while some := client.recv(1 << 16):
            found += some
    except ConnectionResetError:  # the server had not read everything
        pass
    return found


def statuses(answer: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3})", answer)]


# Request smuggling. Each of these is refused, or closes the connection after one answer, so that nothing after it is
# read as a request: a proxy in front may have understood the lengths differently.


@pytest.mark.parametrize(
    "head",
    [
        *(b"Content-Length: 0\r\nContent-Length: 30\r\n", b"Content-Length: 0, 30\r\n", b"Content-Length: +5\r\n"),
        *(b"Content-Length: -1\r\n", b"Content-Length: 0x5\r\n", b"Content-Length: 99999999999999999999999\r\n"),
        *(b"Transfer-Encoding: xchunked\r\n", b"Transfer-Encoding: chunked, identity\r\n"),
        *(b"Transfer-Encoding:\x0bchunked\r\n", b"Transfer-Encoding : chunked\r\n", b"Transfer-Encoding: identity\r\n"),
        *(b"X-A: b\r\n c\r\n", b"X-A: b\rX-B: c\r\n", b"X-A: b\x00c\r\n", b"X A: b\r\n", b": b\r\n"),
    ],
)
def test_ambiguous_lengths_and_headers_are_refused(port: int, head: bytes) -> None:
    assert answers_to(port, POST + head + b"\r\n" + SMUGGLED) == [400]


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n"),  # CL.TE
        (b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", b"5c\r\nGPOST / HTTP/1.1\r\n\r\n"),  # TE.CL
        (b"Transfer-Encoding: chunked\r\n", b"zz\r\n"),
        (b"Transfer-Encoding: chunked\r\n", b"5;a=b\nX\r\nhello\r\n0\r\n\r\n"),
        (b"Transfer-Encoding: chunked\r\n", b"ffffffffffffffffff\r\n"),
    ],
)
def test_a_body_with_two_lengths_closes_the_connection(port: int, head: bytes, body: bytes) -> None:
    assert answers_to(port, POST + head + b"\r\n" + body + SMUGGLED) == [405]


def test_pipelined_requests_are_answered_in_turn(port: int) -> None:
    last = GET + b"Connection: close\r\n\r\n"
    assert answers_to(port, POST + b"Content-Length: 5\r\n\r\nhello" + last) == [405, 200]
    assert answers_to(port, GET + b"\r\n" + GET + b"\r\n" + last) == [200, 200, 200]


@pytest.mark.parametrize(
    "first",
    [
        *(b"GET /healthz\r\n", b"GET /healthz HTTP/2.0\r\n", b"GET /healthz HTTP/1.2\r\n", b"GET /a b HTTP/1.1\r\n"),
        *(b"GET /\x00 HTTP/1.1\r\n", b"GET /\xe9 HTTP/1.1\r\n", b"\x16\x03\x01\x02\r\n", b"PRI * HTTP/2.0\r\n"),
    ],
)
def test_an_invalid_request_line_is_refused(port: int, first: bytes) -> None:
    assert answers_to(port, first + b"Host: localhost\r\n\r\n") == [400]


def test_two_host_headers_are_refused(port: int) -> None:
    twice = b"GET /api/v1/stats HTTP/1.1\r\nHost: localhost\r\nHost: pirate.exemple\r\nConnection: close\r\n\r\n"
    assert answers_to(port, twice) == [421]


@pytest.mark.parametrize(
    "head", [b"".join(b"X-%d: a\r\n" % n for n in range(100)), b"X-A: " + b"a" * 115_000 + b"\r\n"]
)
def test_too_many_or_too_long_headers_are_refused(port: int, head: bytes) -> None:
    assert answers_to(port, GET + head + b"Connection: close\r\n\r\n") == [431]


@pytest.mark.parametrize("head", [b"".join(b"X-%d: a\r\n" % n for n in range(98)), b"X-A: " + b"a" * 60_000 + b"\r\n"])
def test_headers_within_the_limits_are_accepted(port: int, head: bytes) -> None:
    assert answers_to(port, GET + head + b"Connection: close\r\n\r\n") == [200]


@pytest.mark.parametrize("length", [b"Content-Length: 1000000000\r\n", b"Transfer-Encoding: chunked\r\n"])
def test_a_huge_body_is_not_read(port: int, length: bytes) -> None:
    block, sent = b"100000\r\n" + b"x" * (1 << 20) + b"\r\n", 0
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        client.sendall(POST + length + b"\r\n")
        with suppress(ConnectionError):
            while sent < 1_000_000_000:
                sent += client.send(block)
    assert sent < 100_000_000, "the connection is closed"


def test_a_body_is_not_awaited(port: int) -> None:
    assert answers_to(port, POST + b"Content-Length: 1000000000\r\n\r\nabc") == [405]


def test_protocols_are_not_switched(port: int) -> None:
    upgrade = b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    assert answers_to(port, GET + upgrade + b"Connection: Upgrade, close\r\n\r\n") == [400]
    upgrade = b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
    assert answers_to(port, GET + upgrade + b"Connection: close\r\n\r\n") == [200]


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nX-A"], ids=["idle", "slow"])
def test_idle_connections_do_not_block_others(port: int, begun: bytes) -> None:
    with ExitStack() as held:
        for _ in range(IDLE):
            silent = held.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            silent.sendall(begun)
        assert answers_to(port, GET + b"Connection: close\r\n\r\n") == [200]
        # the server closes them in the end
        assert statuses(everything(silent)) in ([], [408])
