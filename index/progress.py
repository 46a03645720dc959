"""The progress bar of a build. Silent where nobody watches."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from corpus.report import Report


class Watched:
    """What a build tells of its progress; this one shows nothing."""

    def __call__(self, report: Report) -> None:
        """Called after each item with what was read so far."""

    def sent(self, done: int, of: int) -> None:
        """Called with how many articles were sent to a cluster, and of how many."""


@contextmanager
def progress_bar(paths: Sequence[Path], quiet: bool) -> Iterator[Watched]:
    """What to tell the progress to; on a terminal it draws a bar."""
    if quiet or not sys.stderr.isatty():
        yield Watched()
        return
    from index.bar import bar  # it takes a tenth of a second to load, which a build that nobody watches can spare

    with bar(paths) as drawn:
        yield drawn
