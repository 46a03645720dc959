"""Memory of a build by the number of articles read: `python -m benchmarks.growth PATH... --jobs N`.

The last rows have the merge and the commit too. Needs Linux.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from threading import Event, Thread

from benchmarks.memory import own_of
from kiosque.corpus.walk.report import Report
from kiosque.index.build.full_build import build
from kiosque.index.build.workers import FLUSH_BYTES

EVERY = 0.2
"""Seconds between two samples of all processes."""


class Growth:
    """Peak memory of this process and its children, by the number of articles read."""

    def __init__(self, step: int) -> None:
        self.most: defaultdict[int, float] = defaultdict(float)
        self._step, self._articles, self._over = step, 0, Event()
        self._thread = Thread(target=self._watch)

    def __enter__(self) -> Growth:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def __call__(self, report: Report) -> None:
        """Receives the progress of the build."""
        self._articles = report.articles

    def _watch(self) -> None:
        while not self._over.wait(EVERY):
            reached = self._articles // self._step * self._step
            self.most[reached] = max(self.most[reached], own_of(os.getpid()))


def main() -> int:
    options = _parser().parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder, Growth(options.step) as growth:
        report = build(options.paths, Path(folder), growth, options.jobs, options.flush_bytes)
    print("| articles from | MB |\n|---|---|")
    for articles, megabytes in sorted(growth.most.items()):
        print(f"| {articles:,} | {megabytes:.0f} |")
    print(f"{report.articles:,} articles")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("paths", type=Path, nargs="+")
    parser.add_argument("--jobs", type=int, default=2, help="processes (%(default)s)")
    parser.add_argument("--step", type=int, default=10_000, help="articles of a row (%(default)s)")
    parser.add_argument("--flush-bytes", type=int, default=FLUSH_BYTES, help="of a segment (%(default)s)")
    parser.add_argument("--folder", type=Path, help="where the index is written meanwhile")
    return parser


if __name__ == "__main__":
    sys.exit(main())
