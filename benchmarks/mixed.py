"""Reads a corpus of mixed formats: articles a second by format, and memory as the corpus grows.

    python -m benchmarks.mixed                                 # 1,000 files of each format, one worker and two
    python -m benchmarks.mixed --mixed 25000 50000 100000      # a corpus of so many files instead, each in a run

Guards that reading stays parallel and that neither the parent nor a worker holds more of a bigger corpus. Times are
those of the whole program; processor time is given beside elapsed time, for a shared machine.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

import msgspec

from benchmarks.invented import invent
from benchmarks.mixed_files import KINDS, Kind, write
from benchmarks.running import run

INVENTED = 4_000
SEED = 7
LIMIT = 7_200.0


class Read(msgspec.Struct, frozen=True):
    name: str
    files: int
    articles: int
    jobs: int
    seconds: float
    processor: float
    """Seconds of all processes together."""
    megabytes: float
    """The most that all processes held together, without pages of files."""


def main() -> int:
    options = _parser().parse_args()
    articles = list(invent(INVENTED, SEED))
    print(
        "| corpus | files | articles | jobs | wall s | processor s | articles/s | a processor s | peak MB |", flush=True
    )
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    for name, files in _corpora(options):
        folder = options.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        count = sum(write(kind, articles, number, folder / kind.suffix[1:]) for kind, number in files)
        for jobs in options.jobs:
            print(_row(_read(name, folder, sum(number for _, number in files), count, jobs)), flush=True)
        shutil.rmtree(folder)
    return 0


def _corpora(options: argparse.Namespace) -> Iterator[tuple[str, list[tuple[Kind, int]]]]:
    """The name of each corpus, and how many files of which kind it has."""
    for size in options.mixed:
        yield f"mixed-{size}", [(kind, max(1, size * kind.share // 1000)) for kind in KINDS]
    if not options.mixed:
        for kind in KINDS:
            yield kind.suffix[1:], [(kind, max(1, options.articles // kind.articles))]


def _read(name: str, folder: Path, files: int, articles: int, jobs: int) -> Read:
    """Builds an index of the folder. Raises RunFailed."""
    directory = folder.with_name(f"{folder.name}-index")
    shutil.rmtree(directory, ignore_errors=True)
    before = _processor()
    command = [sys.executable, "-m", "index", "build", str(folder), "--index", str(directory), "--jobs", str(jobs)]
    done = run([*command, "--quiet"], LIMIT)
    shutil.rmtree(directory)
    return Read(name, files, articles, jobs, done.seconds, _processor() - before, done.memory.anonymous)


def _processor() -> float:
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _row(read: Read) -> str:
    return (
        f"| {read.name} | {read.files:,} | {read.articles:,} | {read.jobs} | {read.seconds:.1f} | {read.processor:.1f} "
        f"| {read.articles / read.seconds:,.0f} | {read.articles / read.processor:,.0f} | {read.megabytes:.0f} |"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mixed", description=__doc__)
    parser.add_argument("--mixed", type=int, nargs="+", default=[], metavar="FILES", help="mixed corpora of this size")
    parser.add_argument("--articles", type=int, default=1_000, help="of each format alone (%(default)s)")
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2], help="processes (%(default)s)")
    parser.add_argument("--folder", type=Path, default=Path("var/mixed"), help="where the files are written")
    return parser


if __name__ == "__main__":
    sys.exit(main())
