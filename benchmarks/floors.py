"""Floors pinned in floors.toml: nDCG@10 on judged queries, and how well words match."""

from __future__ import annotations

import argparse
import math
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.degraded import DEGRADED
from benchmarks.judged import Judged
from benchmarks.metrics import evaluate, mean
from benchmarks.rankers.kiosque import found, indexed
from kiosque.search import open_engine

FLOORS = Path(__file__).parent / "floors.toml"

MARGIN = 0.003
"""How far below the measured figure a floor is pinned: what a harmless change of a tie or a correction moves."""

DEEP = 10
"""Hits that nDCG@10 looks at; more would only take longer."""

Table = Mapping[str, Mapping[str, float]]
"""nDCG@10 by collection, then by how its queries were typed; and "matching", by figure. The more the better."""

NOTHING: Table = {}

HEAD = """\
# What the engine must reach: nDCG@10 on each collection, over all its queries, with any word enough; and in [matching]
# what words find (benchmarks/matching.py).
# Written by make eval EVAL="--pin-floors", which lowers a floor only with --lower-floors.
"""


def hold(folder: Path, collections: Sequence[Judged], options: argparse.Namespace, more: Table = NOTHING) -> int:
    """Checks the floors, or pins them anew, and says what it saw; 1 where the engine is below a floor.

    more: what else was reached.
    """
    return settle({judged.name: _reached(judged, folder / judged.name) for judged in collections} | dict(more), options)


def settle(reached: Table, options: argparse.Namespace) -> int:
    """`hold` for figures that were measured before."""
    floors = read()
    for collection, rows in reached.items():
        print(collection, *(f"{typed}: {value:.4f}" for typed, value in rows.items()), sep="\n  ")
    if options.pin_floors:
        floors = pinned(reached, floors, options.lower_floors)
        write(floors)
    faults = below(reached, floors)
    if faults:
        print(*faults, "Mend it, or lower them: --pin-floors --lower-floors", sep="\n", file=sys.stderr)
    return 1 if faults else 0


def _reached(judged: Judged, directory: Path) -> dict[str, float]:
    """nDCG@10 over all queries, by how they were typed."""
    engine, reached = open_engine(str(indexed(judged.articles, directory))), {}
    for typed, degrade in DEGRADED.items():
        run = {query: found(engine, degrade(q, query), DEEP) for query, q in judged.queries.items()}
        reached[typed] = mean(evaluate(judged.fair(run), judged.qrels)["nDCG@10"], judged.queries)
    return reached


def read() -> Table:
    """The floors; empty if the file does not exist yet."""
    return tomllib.loads(FLOORS.read_text("utf-8")) if FLOORS.exists() else {}


def write(floors: Table) -> None:
    """Rewrites the file."""
    tables = [
        f"\n[{collection}]\n" + "".join(f'"{typed}" = {floor:.4f}\n' for typed, floor in rows.items())
        for collection, rows in floors.items()
    ]
    FLOORS.write_text(HEAD + "".join(tables), "utf-8")


def below(reached: Table, floors: Table) -> list[str]:
    """A line for each figure that is under its floor, for people."""
    return [
        f"{collection}, {typed}: {value:.4f} is below its floor of {floors[collection][typed]:.4f}"
        for collection, rows in reached.items()
        for typed, value in rows.items()
        if value < floors.get(collection, {}).get(typed, -math.inf)
    ]


def pinned(reached: Table, floors: Table, lower: bool) -> Table:
    """Floors a margin below the measured figures, never below the old ones unless `lower`."""
    new = {collection: dict(rows) for collection, rows in floors.items()}
    for collection, rows in reached.items():
        of = new.setdefault(collection, {})
        for typed, value in rows.items():
            floor = round(value - MARGIN, 4)
            of[typed] = floor if lower else max(floor, of.get(typed, -math.inf))
    return new
