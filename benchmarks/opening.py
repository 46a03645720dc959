"""Time for a fresh process to open an index and answer its first query, and its memory when idle."""

from __future__ import annotations

from pathlib import Path

import msgspec

from benchmarks.child import Opened
from benchmarks.peers.peer import child
from benchmarks.percentiles import median
from benchmarks.queries import BenchQuery
from benchmarks.running import run

TIMES = 3
PAGES = 30
"""Pages that a process answers before its idle memory is read."""
LIMIT = 600.0


def opening(engine: str, directory: Path, queries: list[BenchQuery]) -> Opened:
    """Medians over a few fresh processes, with the index in the page cache. Raises RunFailed."""
    asked = directory.with_suffix(".queries.json")
    asked.write_bytes(msgspec.json.encode(_spread(queries)))
    runs = [run(child("open", engine, directory.resolve(), asked.resolve()), LIMIT) for _ in range(TIMES)]
    found = [msgspec.json.decode(done.output, type=Opened) for done in runs]
    return Opened(
        open_ms=median([one.open_ms for one in found]),
        first_page_ms=median([one.first_page_ms for one in found]),
        memory=max((one.memory for one in found), key=lambda memory: memory.anonymous),
    )


def _spread(queries: list[BenchQuery]) -> list[BenchQuery]:
    """A few queries of every class; the first is of the first class, a rare word."""
    return queries[:: max(1, len(queries) // PAGES)][:PAGES]
