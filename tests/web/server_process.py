"""A server as `python -m web` starts it: a process and its workers."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]


class ServerProcess(NamedTuple):
    """Its port, its first process, and the file of its standard error."""

    port: int
    process: subprocess.Popen[str]
    errors: Path

    @property
    def workers(self) -> set[int]:
        """Ids of the processes that answer."""
        pid = self.process.pid
        return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


@contextmanager
def start_server(index: Path, errors: Path, **settings: str) -> Iterator[ServerProcess]:
    """A server over `index`, stopped at the end. `settings` are named as in docs/SETTINGS.md, in capitals."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    environment = {**os.environ, **{f"KIOSQUE_{name}": value for name, value in settings.items()}}
    command = [sys.executable, "-m", "web", "--index", str(index), "--port", str(port)]
    with (
        errors.open("w") as err,
        subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=err) as process,
    ):
        try:
            assert process.stdout
            assert process.stdout.readline().startswith("Kiosque"), errors.read_text()
            yield ServerProcess(port, process, errors)
        finally:
            process.terminate()
            process.wait()
