"""The production server around the app: granian (docs/adr-wsgi-server.md has the figures)."""

from __future__ import annotations

import errno
import logging
import multiprocessing
import os
import resource
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
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from kiosque.search import open_engine, warm_up
from kiosque.web.app import create_app
from kiosque.web.serving.admission import Admission
from kiosque.web.serving.arenas import share_arenas
from kiosque.web.serving.assets import local_htmx

EXPORTS: Final = 2
"""Exports that one process sends at a time, beside its other answers."""

WAITING: Final = 16
"""Requests that wait for the one that a process answers,"""

PATIENCE: Final = 1.0
"""for so many seconds."""

REFUSING: Final = 2
"""Threads that are left to say so to the others."""

HEAD_SECONDS: Final = 10
"""What a client gets to send the head of a request, on a new connection as on one that is kept."""

HEAD_BYTES: Final = 32_768
"""The head of a request beside its query string."""

FILES: Final = 65_536
"""Open files that a process would like to be allowed; Linux begins with 1,024, which some segments take alone."""

FILES_OF_INDEX: Final = 4_096
"""Of these, what connections leave for the index: two commits of ten segments, forty files each, and some more."""

STOP_SECONDS: Final = 5
"""What a worker gets to finish its answers."""

READY_SECONDS: Final = 60.0
"""What the workers get to listen."""


class PortTakenError(OSError):
    """Somebody listens there already."""


def serve(config: dict[str, Any]) -> None:
    """Answers as kiosque.web.serving.settings say until SIGINT or SIGTERM. Prints the address once it listens.

    Raises PortTakenError where the port is not free, OSError where the address cannot be used, AssetError where the
    assets are to be local and are not there.
    """
    share_arenas()
    require_free(config["HOST"], config["PORT"])
    if config["ASSETS"] == "local":
        local_htmx(Path(config["ASSETS_DIR"]))
    # here, so that the workers that are forked have the kernels already, and know what was checked
    warm_up(open_engine(config["INDEX"], config["SEARCH"], served=True))
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
        "kiosque.web.app:create_app",
        address=config["HOST"],
        port=config["PORT"],
        interface=Interfaces.WSGI,
        # with http2 beside, a client that sends nothing at all is waited for without end
        http=HTTPModes.http1,
        websockets=False,
        http1_settings=HTTP1Settings(
            header_read_timeout=HEAD_SECONDS * 1000, max_buffer_size=config["LONGEST_URL"] + HEAD_BYTES
        ),
        # idle connections cost little, but no other is taken while there are as many as this
        backpressure=max(512, allow_files() - FILES_OF_INDEX),
        workers=config["WORKERS"],
        workers_kill_timeout=STOP_SECONDS,
        blocking_threads=1 + WAITING + EXPORTS + REFUSING,
        log_level=LogLevels.warning,
    )
    # granian warns of so many threads: all but one of them only wait (web/serving/admission.py)
    logging.getLogger("_granian").addFilter(lambda record: "Python threads" not in record.getMessage())
    ready = multiprocessing.Barrier(config["WORKERS"])
    server.serve(target_loader=partial(_load, config, ready), wrap_loader=False)


def allow_files() -> int:
    """How many files a process may have open now: FILES, or as many as the system lets it have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return FILES if soft == resource.RLIM_INFINITY else soft


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
    app.wsgi_app = Admission(app.wsgi_app, EXPORTS, WAITING, PATIENCE)  # type: ignore[method-assign]
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
        print(f"Kiosque\u00a0: http://{named}:{port}", flush=True)


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
