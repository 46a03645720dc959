"""The result of one run: all data of the tables and the JSON file."""

from __future__ import annotations

import msgspec

from benchmarks.building import Built
from benchmarks.child import Opened
from benchmarks.corpus import BenchCorpus
from benchmarks.first_use import FirstUse
from benchmarks.latency import Times
from benchmarks.machine import Machine
from benchmarks.percentiles import percentile
from benchmarks.queries import BenchQuery

PERCENTS = (50, 95, 99)
EVERYTHING = "all classes"


class Measured(msgspec.Struct):
    """One engine; what could not be measured is None or empty, and `failure` says why."""

    version: str = ""
    index: str = ""
    differs: tuple[str, ...] = ()
    subset: bool = False
    built: Built | None = None
    opened: Opened | None = None
    totals: list[int] = []
    """What each query found."""
    faults: list[str] = []
    """What is missing from its pages."""
    same_facets: tuple[int, int] | None = None
    """Of its pages with Kiosque's total: those with Kiosque's counts too, and how many there are."""
    failure: str = ""


class Result(msgspec.Struct):
    machine: Machine
    corpus: BenchCorpus
    command: str
    queries: list[BenchQuery]
    engines: dict[str, Measured]
    times: Times = {}
    """Milliseconds of each engine for each query."""
    first_use: FirstUse | None = None
    seconds: float = 0.0

    def classes(self) -> dict[str, list[int]]:
        """The numbers of the queries of each class, and of all."""
        found: dict[str, list[int]] = {}
        for number, query in enumerate(self.queries):
            found.setdefault(query.kind, []).append(number)
        return {**found, EVERYTHING: list(range(len(self.queries)))}

    def latency(self, engine: str, kind: str, percent: float) -> float:
        """Milliseconds: a percentile over the queries of a class."""
        times = self.times[engine]
        return percentile([times[number] for number in self.classes()[kind]], percent)

    def found(self, engine: str, kind: str) -> float | None:
        """The median of what the engine finds over what Kiosque finds, where both read the same articles."""
        if self.engines[engine].subset or "kiosque" not in self.times:
            return None
        ours, theirs = self.engines["kiosque"].totals, self.engines[engine].totals
        shares = [theirs[number] / ours[number] for number in self.classes()[kind] if ours[number]]
        return percentile(shares, 50) if shares else None
