"""The progress bar of a build. Silent where nobody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from corpus.report import Report


@contextmanager
def progress_bar(paths: Sequence[Path], quiet: bool) -> Iterator[Callable[[Report], None]]:
    """A function to call with the report after each item, which draws a bar on a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda report: None
        return
    from index.bar import bar  # it takes a tenth of a second to load, which a build that nobody watches can spare

    with bar(paths) as draw:
        yield draw
