"""Clients that ask for exports and read nothing are cut off, and shut nobody out for good."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path

import pytest

from kiosque.web.serve import EXPORTS

ROOT = Path(__file__).parents[2]
SECONDS = 60

pytestmark = pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="this system has no such time limit")


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        free = int(probe.getsockname()[1])
    command = [sys.executable, str(ROOT / "tests/web/endless_server.py"), str(free), "1"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout and process.stdout.readline().startswith("Kiosque")
            yield free
        finally:
            process.terminate()
            process.wait()


def asks(port: int, path: str) -> socket.socket:
    """A client that has asked for `path` and takes little of the answer."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", port))
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    assert client.recv(12) in (b"HTTP/1.1 200", b"HTTP/1.1 503")
    return client


def ends(client: socket.socket) -> bool:
    """Whether the answer ends before its end, as a reader sees that takes the rest of it."""
    found = b""
    try:
        while some := client.recv(1 << 20):
            found = found[-4:] + some
    except ConnectionResetError:
        return True
    return not found.endswith(b"0\r\n\r\n")


def status(port: int, path: str) -> int:
    client = HTTPConnection("127.0.0.1", port, timeout=60)
    client.request("GET", path)
    found = client.getresponse().status
    client.close()
    return found


def wait_for_place(port: int) -> None:
    """Asks for an export until one is sent: the kernel ends a connection without a word to its reader."""
    end = time.monotonic() + SECONDS
    while status(port, "/search.csv?q=aide") != 200:
        assert time.monotonic() < end, "the places of exports are never given back"


def test_exports_that_nobody_reads_are_cut_off_and_others_are_sent(port: int) -> None:
    with ExitStack() as held:
        stalled = [held.enter_context(asks(port, "/search.csv?q=aide")) for _ in range(EXPORTS)]
        assert status(port, "/search.csv?q=aide") == 503
        assert status(port, "/search.atom?q=aide") == status(port, "/search?q=aide") == 200
        wait_for_place(port)
        assert all(map(ends, stalled))


def test_connections_that_are_idle_after_an_answer_are_not_cut_off(port: int) -> None:
    client = HTTPConnection("127.0.0.1", port, timeout=60)
    client.request("GET", "/healthz")
    client.getresponse().read()
    with ExitStack() as held:
        for _ in range(EXPORTS):
            held.enter_context(asks(port, "/search.csv?q=aide"))
        wait_for_place(port)
    client.request("GET", "/healthz")
    assert client.getresponse().read() == b"ok\n"
    client.close()
