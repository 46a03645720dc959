"""The production server around the app: granian (docs/adr-wsgi-server.md has the figures)."""

from __future__ import annotations

import ctypes
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
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any, Final

from flask import Flask
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.net import SocketSpec  # type: ignore[attr-defined]
from granian.server.mp import MPServer

from kiosque.corpus.french import typeset
from kiosque.search import open_engine, warm_up
from kiosque.web.app import create_app
from kiosque.web.serving.admission import LONG_WAITING, Admission
from kiosque.web.serving.assets import local_htmx

EXPORTS: Final = 2
"""Maximum exports that one worker sends at a time, beside its other answers."""

WAITING: Final = 16
"""Maximum queued requests per worker."""

PATIENCE: Final = 1.0
"""Seconds that a request waits in the queue."""

REFUSING: Final = 2
"""Threads left to refuse further requests."""

RESPAWN_SECONDS: Final = 1.0
"""Least time between two new workers: one that dies at its start is not started a thousand times."""

HEAD_SECONDS: Final = 10
"""Time limit for the head of a request, on a new connection as on one kept alive."""

HEAD_BYTES: Final = 32_768
"""Maximum size of a request's head without its query string."""

FILES: Final = 65_536
"""Open files that a worker asks for; Linux starts with 1,024, which a few segments alone take."""

FILES_OF_INDEX: Final = 4_096
"""Open files kept for the index: two commits of ten segments, forty files each, and some spare."""

STOP_SECONDS: Final = 5
"""Time limit for a worker to finish its answers."""

READY_SECONDS: Final = 60.0
"""Time limit for the workers to listen."""


M_ARENA_MAX: Final = -8
"""glibc's number of the setting, from its malloc.h."""

ARENAS: Final = 2
"""One thread renders, the others mostly wait (see Admission)."""


class PortTakenError(OSError):
    """Another process listens on the port."""


def serve(config: dict[str, Any]) -> None:
    """Serve as kiosque.web.serving.settings say until SIGINT or SIGTERM. Prints the address once it listens.

    Raises PortTakenError where the port is not free, OSError where the address cannot be used, AssetError where the
    assets are to be local and are not there.
    """
    share_arenas()
    require_free(config["HOST"], config["PORT"])
    if config["ASSETS"] == "local":
        local_htmx(Path(config["ASSETS_DIR"]))
    # before the fork: the workers inherit the loaded kernels and the results of the checks
    warm_up(open_engine(config["INDEX"], config["SEARCH"], served=True))
    with _shared_counts(config):
        _serve(config)


def share_arenas() -> None:
    """Have all threads of this process, and of those forked from it, take memory from the same two arenas.

    glibc gives each thread its own, up to eight a core, and memory that one frees is of no use to another: two
    processes under load held 416 MB after four minutes and went on growing, 312 MB with this. Does nothing where the
    allocator has no such setting.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)


@contextmanager
def _shared_counts(config: dict[str, Any]) -> Iterator[None]:
    """A folder where the workers add up the counts of /metrics."""
    if not config["METRICS"]:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="kiosque-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        yield


class _SharedSocketServer(MPServer):
    """granian with one listening socket for all workers.

    On Linux it gives each worker its own (SO_REUSEPORT). The kernel queues connections at one of them, and resets those
    that are still queued when their worker is replaced: a client then reads "closed connection without response".
    """

    reader_seconds = 0

    def _init_shared_socket(self) -> None:
        listening: Any = SocketSpec(self.bind_addr, self.bind_port, self.backlog).build()
        self._shd, self._sfd = listening, listening.get_fd()
        self._sso = socket.socket(fileno=self._sfd)
        self._sso.set_inheritable(True)
        cut_off_stalled_readers(self._sso, self.reader_seconds)


def cut_off_stalled_readers(listening: socket.socket, seconds: int) -> None:
    """Have the kernel end each connection whose reader has taken nothing of an answer for so long.

    granian waits for such a reader without end, and an export holds its place: four clients shut out all others. The
    accepted sockets take the option over. Does nothing where the system has no such option; Linux has.
    """
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, seconds * 1000)


def _serve(config: dict[str, Any]) -> None:
    server = _SharedSocketServer(
        "kiosque.web.app:create_app",
        address=config["HOST"],
        port=config["PORT"],
        interface=Interfaces.WSGI,
        # with http2 enabled, a client that sends nothing holds its connection for ever
        http=HTTPModes.http1,
        websockets=False,
        http1_settings=HTTP1Settings(
            header_read_timeout=HEAD_SECONDS * 1000, max_buffer_size=config["LONGEST_URL"] + HEAD_BYTES
        ),
        # idle connections are cheap, but no other is accepted beyond this number
        backpressure=max(512, allow_files() - FILES_OF_INDEX),
        workers=config["WORKERS"],
        workers_kill_timeout=STOP_SECONDS,
        respawn_failed_workers=True,  # else one worker that is killed ends the whole server
        respawn_interval=RESPAWN_SECONDS,
        blocking_threads=1 + WAITING + 1 + LONG_WAITING + EXPORTS + REFUSING,
        log_level=LogLevels.warning,
    )
    server.reader_seconds = config["READER_SECONDS"]
    # granian warns of so many threads, but all except one only wait (web/serving/admission.py)
    logging.getLogger("_granian").addFilter(lambda record: "Python threads" not in record.getMessage())
    ready = multiprocessing.Barrier(config["WORKERS"])
    server.serve(target_loader=partial(_load, config, ready), wrap_loader=False)


def allow_files() -> int:
    """Raise the limit of open files to FILES, or as far as the system allows; the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return FILES if soft == resource.RLIM_INFINITY else soft


def require_free(host: str, port: int) -> None:
    """Raise PortTakenError where `port` is taken: granian would share it silently, by SO_REUSEPORT."""
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
    # Ctrl-C reaches every process of the terminal, then the first one signals the workers again: granian's handler
    # deadlocks when the second signal interrupts the first
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    # in the worker: a thread of the first process would not survive the fork
    inherited = signal.getsignal(signal.SIGTERM)
    threading.Thread(target=_announce, args=(config["HOST"], config["PORT"], ready, inherited), daemon=True).start()
    return app


def _announce(host: str, port: int, ready: Barrier, inherited: Any) -> None:
    """Print the address, once for all workers, when each can be stopped and a connection is accepted."""
    # a worker that is told to stop before it has its own handler misses the signal
    _wait_until(lambda: signal.getsignal(signal.SIGTERM) is not inherited)
    if ready.wait() == 0 and _wait_until(lambda: _listens(host, port)):
        named = f"[{host}]" if ":" in host else host
        print(typeset("Kiosque : ") + f"http://{named}:{port}", flush=True)


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
