"""pdfium in a separate process: a document that hangs or kills it costs only itself."""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from kiosque.corpus.readers.pdf_pages import Answer, Request, received, send
from kiosque.corpus.refusal import Unreadable

_PROGRAM = Path(__file__).with_name("pdf_pages.py")
_TIMED_OUT = -getattr(signal, "SIGPROF", 0)

_processes: dict[int, subprocess.Popen[bytes]] = {}
"""By the process that asks: one that is forked has its own."""


def answer(request: Request) -> Answer:
    """What pdfium reads. Raises Unreadable where it takes more than the request's time, or dies of the document."""
    process = _processes.get(os.getpid()) or _started()
    try:
        send(cast(BinaryIO, process.stdin), request)
        return msgspec.msgpack.decode(received(cast(BinaryIO, process.stdout)), type=Answer)
    except (OSError, EOFError) as error:
        _end()
        if process.returncode == _TIMED_OUT:
            raise Unreadable(f"PDF qui se lit en plus de {request.seconds:.0f} s : le réenregistrer") from error
        raise Unreadable("PDF abîmé, ou qui prend trop de mémoire : le réenregistrer") from error


def _started() -> subprocess.Popen[bytes]:
    """A new process for this one."""
    command = [sys.executable, "-P", str(_PROGRAM)]  # -P: beside the program lies a json.py that is not Python's
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    _processes[os.getpid()] = process
    return process


@atexit.register
def _end() -> None:
    """Ends the process of this one, if it has any."""
    process = _processes.pop(os.getpid(), None)
    if process is None:
        return
    for stream in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):
            cast(BinaryIO, stream).close()
    process.kill()  # a process that was forked meanwhile may keep its input open
    process.wait()
