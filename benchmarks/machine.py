"""Where and when the benchmark ran: without this its figures say nothing."""

from __future__ import annotations

import os
import platform
import time
from pathlib import Path

import msgspec


class Machine(msgspec.Struct, frozen=True):
    processor: str
    cores: int
    """That this run may use."""
    memory_gb: float
    python: str
    system: str
    day: str
    load: float
    """Processes that wanted a core before the run began; above 0.5 somebody else is working here too."""


def machine() -> Machine:
    return Machine(
        processor=_processor(),
        cores=len(os.sched_getaffinity(0)),
        memory_gb=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9,
        python=platform.python_version(),
        system=f"{platform.system()} {platform.release()}",
        day=time.strftime("%Y-%m-%d"),
        load=os.getloadavg()[0],
    )


def keep_to_cores(count: int) -> None:
    """This process and all that it starts use the same `count` cores, whatever an engine takes for granted."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:count])


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown"
