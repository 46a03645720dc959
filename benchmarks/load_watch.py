"""What the processes of a server hold, looked at every few seconds, and how busy the machine is with all else."""

from __future__ import annotations

import os
import threading
import time
from typing import Final

import msgspec

from benchmarks.memory import PROC, memory_of, tree

EVERY: Final = 5.0


class Sample(msgspec.Struct, frozen=True):
    """Of all processes of the server together."""

    seconds: float
    anonymous: float
    """Megabytes without pages of files."""
    resident: float
    handles: int
    """Open files and sockets."""
    files: int
    """Of these, what is no socket."""
    mapped: int
    """Files of the index that are mapped."""
    processor: float
    """Seconds since it was started."""
    load: float
    """Processes of the whole machine that want a core."""


def sample(pid: int, seconds: float) -> Sample:
    """What they hold now."""
    pids = list(tree(pid))
    memories = [memory_of(one) for one in pids]
    handles = [link for one in pids for link in _handles(one)]
    return Sample(
        round(seconds, 1),
        round(sum(memory.anonymous for memory in memories), 2),
        round(sum(memory.resident for memory in memories), 2),
        len(handles),
        sum(not link.startswith("socket:") for link in handles),
        sum(map(_mapped, pids)),
        round(sum(map(_processor, pids)), 2),
        os.getloadavg()[0],
    )


def _handles(pid: int) -> list[str]:
    links = []
    for path in (PROC / str(pid) / "fd").iterdir():
        try:
            links.append(str(path.readlink()))
        except OSError:
            continue  # closed while we looked
    return links


def _mapped(pid: int) -> int:
    return sum(".npy" in line for line in (PROC / str(pid) / "maps").read_text().splitlines())


def _processor(pid: int) -> float:
    fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Watch(threading.Thread):
    """Samples until it is told to stop."""

    def __init__(self, pid: int, began: float) -> None:
        super().__init__()
        self.samples = list[Sample]()
        self._pid, self._began, self._stop_now = pid, began, threading.Event()

    def run(self) -> None:
        while not self._stop_now.wait(EVERY):
            self.samples.append(sample(self._pid, time.monotonic() - self._began))

    def stop(self) -> None:
        self._stop_now.set()
        self.join()
