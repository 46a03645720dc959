"""The production server around the app: granian (docs/adr-wsgi-server.md has the figures)."""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any, Final

from flask import Flask
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from search import open_engine, warm_up
from web.app import create_app
from web.assets import local_htmx
from web.turns import Turns

EXPORTS: Final = 2
"""Exports that one process sends at a time, beside its other answers."""

STOP_SECONDS: Final = 5
"""What a worker gets to finish its answers."""

READY_SECONDS: Final = 60.0
"""What the workers get to listen."""


class PortTakenError(OSError):
    """Somebody listens there already."""


def serve(config: dict[str, Any]) -> None:
    """Answers as web.settings say until SIGINT or SIGTERM. Prints the address once it listens.

    Raises PortTakenError where the port is not free, OSError where the address cannot be used, AssetError where the
    assets are to be local and are not there.
    """
    require_free(config["HOST"], config["PORT"])
    if config["ASSETS"] == "local":
        local_htmx(Path(config["ASSETS_DIR"]))
    warm_up(
        open_engine(config["INDEX"], config["SEARCH"])
    )  # here, so that the workers that are forked have the kernels already
    with _shared_counts(config):
        _serve(config)


@contextmanager
def _shared_counts(config: dict[str, Any]) -> Iterator[None]:
    """A folder in which the workers add up what /metrics tells."""
    if not config["METRICS"]:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="kiosque-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        yield


def _serve(config: dict[str, Any]) -> None:
    server = Server(
        "web.app:create_app",
        address=config["HOST"],
        port=config["PORT"],
        interface=Interfaces.WSGI,
        workers=config["WORKERS"],
        workers_kill_timeout=STOP_SECONDS,
        blocking_threads=1 + EXPORTS,
        log_level=LogLevels.warning,
    )
    ready = multiprocessing.Barrier(config["WORKERS"])
    server.serve(target_loader=partial(_load, config, ready), wrap_loader=False)


def require_free(host: str, port: int) -> None:
    """Nothing if one may listen at `port`. granian would share it silently: it listens with SO_REUSEPORT."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port just left is free
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTakenError(port) from error
            raise


def _load(config: dict[str, Any], ready: Barrier) -> Flask:
    """The app of one worker; the last worker to be ready announces the address."""
    app = create_app(config)
    app.wsgi_app = Turns(app.wsgi_app, EXPORTS)  # type: ignore[method-assign]
    # Ctrl-C reaches every process of the terminal, then the first one tells the workers again: granian's handler
    # locks itself up when the second signal interrupts the first
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    # in the worker: a thread of the first process would be cut in two by the fork
    inherited = signal.getsignal(signal.SIGTERM)
    threading.Thread(target=_announce, args=(config["HOST"], config["PORT"], ready, inherited), daemon=True).start()
    return app


def _announce(host: str, port: int, ready: Barrier, inherited: Any) -> None:
    """Print the address, once for all workers, when each can be stopped and a connection is taken."""
    # a worker that is told to stop before it has its own handler does not hear it
    _wait_until(lambda: signal.getsignal(signal.SIGTERM) is not inherited)
    if ready.wait() == 0 and _wait_until(lambda: _listens(host, port)):
        named = f"[{host}]" if ":" in host else host
        print(f"Kiosque : http://{named}:{port}", flush=True)


def _wait_until(true: Callable[[], bool]) -> bool:
    """Whether it came true in time."""
    end = time.monotonic() + READY_SECONDS
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def _listens(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True
