"""Reading speed of every format: articles and megabytes a second of processor time, of all processes together.

    python -m benchmarks.reading                    # invented articles as files of each format
    python -m benchmarks.reading --only html pdf    # some formats
    python -m benchmarks.reading --folder DIR       # each folder below DIR as it is, such as a set of real files

Guards that reading within limits, in a process apart, costs little. It prints the rows for docs/FORMATS.md; nothing is
indexed. Each row is the best of some runs, since other work on the machine only ever slows one down.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks.invented import invent
from benchmarks.mixed_files import KINDS, write
from kiosque.corpus.article import Article
from kiosque.corpus.walk.apart import end_all
from kiosque.corpus.walk.read_corpus import read_corpus

INVENTED, SEED = 500, 7


class Speed(NamedTuple):
    """What was read of a folder, and the processor seconds that it took."""

    name: str
    files: int
    articles: int
    size: int
    seconds: float

    @property
    def row(self) -> str:
        """The row of the table."""
        return (
            f"| {self.name} | {self.files:,} | {self.articles:,} | {self.size / self.files / 1000:,.1f} "
            f"| {self.articles / self.seconds:,.0f} | {self.size / self.seconds / 1e6:,.1f} |"
        )


def measured(name: str, folder: Path, runs: int) -> Speed:
    """The best of some readings of a folder. The first, which imports libraries, is not counted."""
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    read = [_read(folder) for _ in range(runs + 1)][1:]
    return Speed(name, len(sizes), read[0][0], sum(sizes), min(seconds for _, seconds in read))


def _read(folder: Path) -> tuple[int, float]:
    before = _processor()
    articles = sum(isinstance(item, Article) for item in read_corpus([folder]))
    end_all()  # what a process used is known when it has ended
    return articles, _processor() - before


def _processor() -> float:
    used = [getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _invented(options: argparse.Namespace, folder: Path) -> Iterator[tuple[str, Path]]:
    articles = list(invent(INVENTED, SEED))
    for kind in KINDS:
        name = kind.suffix[1:]
        if not options.only or name in options.only:
            write(kind, articles, max(1, options.articles // kind.articles), folder / name)
            yield name, folder / name


def main() -> int:
    """Prints a row for each folder."""
    options = _parser().parse_args()
    print("| Format | Files | Articles | kB a file | Articles/s | MB/s |\n|---|---|---|---|---|---|", flush=True)
    with TemporaryDirectory() as made:
        own = ((path.name, path) for path in sorted(options.folder.iterdir())) if options.folder else None
        for name, folder in own or _invented(options, Path(made)):
            print(measured(name, folder, options.runs).row, flush=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description=__doc__)
    parser.add_argument("--articles", type=int, default=INVENTED, help="of each format (%(default)s)")
    parser.add_argument("--only", nargs="+", default=[], metavar="FORMAT", help="suffixes without their dot")
    parser.add_argument("--folder", type=Path, help="a folder of folders to read instead")
    parser.add_argument("--runs", type=int, default=3, help="times that each is read (%(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
