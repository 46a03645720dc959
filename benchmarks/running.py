"""Runs a program of the benchmark within a time limit, and samples its memory."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import msgspec

from benchmarks.memory import Memory, Peak

ROOT = Path(__file__).parent.parent
EVERY = 0.02
"""Seconds between two samples of its memory."""


class Run(msgspec.Struct, frozen=True):
    seconds: float
    memory: Memory
    output: str


class RunFailed(Exception):
    """The program failed or took too long; the message has the end of its output."""


def run(command: list[str], limit: float, environment: Mapping[str, str] | None = None) -> Run:
    """Runs `command` in the repository. Raises RunFailed if it fails or takes more than `limit` seconds."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | (environment or {}),
            stdout=output,
            stderr=errors,
            start_new_session=True,
        )
        try:
            peak = _watch(process, started + limit)
        finally:
            _end(process)
        seconds = time.perf_counter() - started
        if process.returncode:
            raise RunFailed(_why(process.returncode, _text(errors), limit))
        return Run(seconds, peak.memory, _text(output))


def _watch(process: subprocess.Popen[bytes], deadline: float) -> Peak:
    """Samples until it ends or its time is up."""
    peak = Peak()
    while process.poll() is None and time.perf_counter() < deadline:
        peak.sample(process.pid)
        time.sleep(EVERY)
    return peak


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kills its whole process group."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _why(code: int, errors: str, limit: float) -> str:
    if code == -signal.SIGKILL:
        return f"ended after {limit:.0f} s, or killed for want of memory"
    return f"exit code {code}: " + " / ".join(errors.strip().splitlines()[-3:])


def _text(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode("utf-8", "replace")
