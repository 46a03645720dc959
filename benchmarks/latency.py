"""Times pages: one process, one client thread, the engines in turn for each query, so that noise meets all alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.peers.peer import Searchable
from benchmarks.percentiles import median
from benchmarks.queries import BenchQuery

Times = dict[str, list[float]]
"""For each engine, milliseconds for each query: the median of its repeats."""


@dataclass(frozen=True)
class Patience:
    repeat: int
    """Timed answers of each engine to each query, at most."""
    seconds: float
    """An engine that has spent this long on a query answers it no more; once it always answers."""


def measure(
    engines: Mapping[str, Searchable],
    queries: Sequence[BenchQuery],
    patience: Patience,
    step: Callable[[int, int], None] = lambda done, all_of_them: None,
) -> Times:
    """The times of all pages. Each engine has answered each query once before (see agreement.py): that is the warm-up.

    `step` is told how many rounds are done.
    """
    asked = {name: [engine.prepare(query) for query in queries] for name, engine in engines.items()}
    timed: dict[str, list[list[float]]] = {name: [[] for _ in queries] for name in engines}
    for round_ in range(patience.repeat):
        for number in range(len(queries)):
            for name in rotated(list(engines), round_ + number):
                _time(engines[name], asked[name][number], timed[name][number], patience.seconds)
        step(round_ + 1, patience.repeat)
    return {name: [median(times) for times in rows] for name, rows in timed.items()}


def rotated(names: list[str], by: int) -> list[str]:
    """The names in turn, so that none always follows the same other."""
    by %= len(names)
    return names[by:] + names[:by]


def _time(engine: Searchable, asked: Any, times: list[float], patience: float) -> None:
    if sum(times) > patience * 1000:
        return
    started = time.perf_counter_ns()
    engine.page(asked)
    times.append((time.perf_counter_ns() - started) / 1e6)
