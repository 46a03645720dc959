"""`python -m web`: prints its address, stops on signals, and names the repair if it cannot listen."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from kiosque.web.__main__ import main

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def start_server(*options: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "web", *options]
    with subprocess.Popen(command, cwd=ROOT, text=True, start_new_session=True, stdout=PIPE, stderr=PIPE) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def wait_for_address(process: subprocess.Popen[str], port: int) -> None:
    assert process.stdout and process.stderr
    line = process.stdout.readline()
    assert line == f"Kiosque\u00a0: http://127.0.0.1:{port}\n", line or process.stderr.read()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_the_server_prints_its_address_and_stops_on_a_signal(
    stop: signal.Signals, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    with start_server("--index", str(tmp_path / "none"), "--port", str(port)) as process:
        wait_for_address(process, port)
        with urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
            assert answer.status == 200
        # granian would share the port with another granian in silence
        assert main(["--port", str(port)]) == 2
        assert "est déjà pris" in capsys.readouterr().err
        # Ctrl-C reaches the whole group, a supervisor's SIGTERM the first process
        (os.killpg if stop == signal.SIGINT else os.kill)(process.pid, stop)
        assert process.wait(timeout=20) == 0
        assert process.stderr and process.stderr.read() == ""


def test_a_long_url_reaches_the_application(tmp_path: Path) -> None:
    port = free_port()
    with start_server("--index", str(tmp_path / "none"), "--port", str(port)) as process:
        wait_for_address(process, port)
        with pytest.raises(HTTPError) as caught:
            urlopen(f"http://127.0.0.1:{port}/api/v1/search?q=" + "%C3%A9" * 2000)
        with caught.value as answer:
            assert answer.status == 503, "the application answers; granian itself would answer 414 or 431"


def test_a_taken_port_is_refused_with_another_to_try(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--port", str(port)]) == 2
    said = capsys.readouterr()
    assert said.err == f"Le port {port} est déjà pris. Essayez\u00a0: make serve PORT={port % 65535 + 1}\n"
    assert said.out == ""


def test_a_foreign_address_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--host", "192.0.2.1"]) == 2
    assert capsys.readouterr().err.startswith("Impossible d’écouter sur 192.0.2.1:8000")


@pytest.mark.parametrize("port", ["x", "0", "65536", "-1"])
def test_an_invalid_port_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([f"--port={port}"])
    assert caught.value.code == 2
    assert "n’est pas un port" in capsys.readouterr().err


def refuses(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionError:  # refused, or reset during shutdown
        return True
    return False


def test_a_server_that_is_stopped_finishes_the_answers_it_has_begun(tmp_path: Path) -> None:
    port, begun, gate = free_port(), tmp_path / "begun", tmp_path / "gate"
    for pipe in (begun, gate):
        os.mkfifo(pipe)
    command = [sys.executable, "-m", "tests.web.blocking_server", str(port), str(begun), str(gate)]
    with (
        subprocess.Popen(command, cwd=ROOT, text=True, stdout=PIPE, stderr=PIPE) as process,
        ThreadPoolExecutor(1) as reader,
    ):
        wait_for_address(process, port)
        answer = reader.submit(urlopen, f"http://127.0.0.1:{port}/api/v1/search?q=aide")
        assert begun.read_text() == "begun\n"
        process.terminate()
        while not refuses(port):
            pass
        assert process.poll() is None
        gate.write_text("go\n")
        with answer.result() as page:
            assert json.load(page)["query"] == "aide"
        assert process.wait(timeout=20) == 0
        assert process.stderr and process.stderr.read() == ""
