"""The progress bar of a build. Silent where nobody watches."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from index.silent import Silent


@contextmanager
def progress_bar(paths: Sequence[Path], quiet: bool) -> Iterator[Silent]:
    """What to tell the progress to; on a terminal it draws a bar."""
    if quiet or not sys.stderr.isatty():
        yield Silent()
        return
    from index.bar import bar  # it takes a tenth of a second to load, which a build that nobody watches can spare

    with bar(paths) as drawn:
        yield drawn
