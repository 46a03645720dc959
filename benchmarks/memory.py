"""Memory of a process and of all that it started, as Linux counts it in /proc.

Not getrusage: a child's ru_maxrss begins with what its parent had before exec, so a big benchmark would count itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

PROC = Path("/proc")


class Memory(msgspec.Struct, frozen=True):
    """Megabytes: resident, and of these what is not a file's pages (a mapped index is in the page cache anyway)."""

    resident: float
    anonymous: float


def memory_of(pid: int | str = "self") -> Memory:
    """The current memory of a process."""
    fields = _status(pid)
    return Memory(fields.get("VmRSS", 0.0), fields.get("RssAnon", 0.0) + fields.get("RssShmem", 0.0))


def own_of(pid: int) -> float:
    """Megabytes that a process and its descendants hold: each page once, however many share it; no pages of files."""
    return sum(_rollup(one) for one in tree(pid))


def _rollup(pid: int) -> float:
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("Pss_Anon:"))


def tree(pid: int) -> Iterator[int]:
    """A process and its descendants."""
    yield pid
    for tasks in PROC.glob(f"{pid}/task/*/children"):
        try:
            children = tasks.read_text().split()
        except OSError:
            continue  # it ended while we looked
        for child in children:
            yield from tree(int(child))


class Peak:
    """The most that a process and its descendants held together, from samples; of each alone, from its own record."""

    def __init__(self) -> None:
        self.resident, self.anonymous = 0.0, 0.0

    def sample(self, pid: int) -> None:
        statuses = [_status(one) for one in tree(pid)]
        together = sum(fields.get("VmRSS", 0.0) for fields in statuses)
        alone = max(fields.get("VmHWM", 0.0) for fields in statuses)
        anonymous = sum(fields.get("RssAnon", 0.0) + fields.get("RssShmem", 0.0) for fields in statuses)
        self.resident, self.anonymous = max(self.resident, together, alone), max(self.anonymous, anonymous)

    @property
    def memory(self) -> Memory:
        return Memory(self.resident, self.anonymous)


def _status(pid: int | str) -> dict[str, float]:
    """The sizes in /proc/PID/status in megabytes; empty if the process has ended."""
    try:
        lines = (PROC / str(pid) / "status").read_text().splitlines()
    except OSError:
        return {}
    rows = (line.split() for line in lines if line.endswith(" kB"))
    return {row[0].rstrip(":"): int(row[1]) * 1024 / 1e6 for row in rows}
