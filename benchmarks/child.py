"""What runs in a process of its own: `python -m benchmarks.child build|open ENGINE ...`. People run speed.py."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import msgspec

from benchmarks.memory import Memory, memory_of
from benchmarks.peers import ENGINES, load
from benchmarks.queries import BenchQuery


class Opened(msgspec.Struct, frozen=True):
    open_ms: float
    first_page_ms: float
    memory: Memory
    """After all requested pages."""


def main() -> int:
    options = _parser().parse_args()
    peer = load(options.engine)
    if options.command == "build":
        peer.build(options.corpus, options.directory, options.jobs)
    else:
        queries = msgspec.json.decode(options.queries.read_bytes(), type=list[BenchQuery])
        sys.stdout.buffer.write(msgspec.json.encode(_open(options.engine, options.directory, queries)))
    return 0


def _open(engine: str, directory: Path, queries: list[BenchQuery]) -> Opened:
    peer = load(engine)
    peer.load()
    started = time.perf_counter()
    searchable = peer.open(directory)
    opened = time.perf_counter()
    searchable.page(searchable.prepare(queries[0]))
    answered = time.perf_counter()
    for query in queries[1:]:
        searchable.page(searchable.prepare(query))
    return Opened((opened - started) * 1000, (answered - opened) * 1000, memory_of())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.child", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    building, opening = commands.add_parser("build"), commands.add_parser("open")
    for command in (building, opening):
        command.add_argument("engine", choices=ENGINES)
    building.add_argument("corpus", type=Path)
    for command in (building, opening):
        command.add_argument("directory", type=Path)
    building.add_argument("--jobs", type=int, default=1)
    opening.add_argument("queries", type=Path)
    return parser


if __name__ == "__main__":
    sys.exit(main())
