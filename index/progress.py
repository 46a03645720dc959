"""Progress of a build: a bar where a terminal is watching, nothing elsewhere."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kiosque.corpus.french import number
from kiosque.corpus.readers.formats import format_of, suffix_of
from kiosque.corpus.refusal import Refusal
from kiosque.corpus.settings import read_settings
from kiosque.corpus.walk.read_corpus import files
from kiosque.corpus.walk.report import Report

if TYPE_CHECKING:
    from rich.progress import Progress, Task, TaskID

STEP = 100
"""Articles between two updates of the bar: drawing costs more than reading."""

BLOCK = 1 << 20


class Silent:
    """Shows nothing."""

    def __call__(self, report: Report) -> None:
        """Called after each item with what was read so far."""

    def sent(self, done: int, of: int) -> None:
        """Called with how many articles were sent to a cluster, and of how many."""


class Bar(Silent):
    """Draws articles read, and in a second row articles sent to a cluster."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._drawn = progress, 0
        self._reading = progress.add_task("Indexation", total=total)
        self._sending: TaskID | None = None

    def __call__(self, report: Report) -> None:
        """Draws every STEP articles."""
        if report.articles >= self._drawn + STEP:
            self._drawn = report.articles
            self._progress.update(self._reading, completed=self._drawn)

    def sent(self, done: int, of: int) -> None:
        """Draws each time: it is called once for some hundreds of articles."""
        if self._sending is None:
            self._sending = self._progress.add_task("Envoi", total=of)
        self._progress.update(self._sending, completed=done)


@contextmanager
def progress_bar(paths: Sequence[Path], quiet: bool) -> Iterator[Silent]:
    """What to report progress to; on a terminal it draws a bar. Raises BadSettings."""
    if quiet or not sys.stderr.isatty():
        yield Silent()
        return
    with _columns() as progress:
        yield Bar(progress, count_articles(paths))


def _columns() -> Progress:
    # Imported here: rich takes a tenth of a second to load, which a build without a terminal can spare.
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Done(ProgressColumn):
        def render(self, task: Task) -> Text:
            done, total = number(int(task.completed)), number(int(task.total or 0))
            return Text(
                f"{done} / {total} articles  {number(round(task.finished_speed or task.speed or 0))} articles/s"
            )

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        Done(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )


def count_articles(paths: Iterable[Path]) -> int:
    """About how many articles there are: one a file, of JSON lines one a line; what cannot be read counts nothing.

    Lines are counted without parsing. Raises BadSettings.
    """
    found = (path for root in paths for path in files(root, read_settings(root)))
    return sum(_count(path) for path in found if not isinstance(path, Refusal))


def _count(path: Path) -> int:
    suffix = suffix_of(path.name)
    if suffix is None or not path.is_file():  # opening a named pipe would block for ever
        return 0
    if not format_of(suffix).line_based:
        return 1
    try:
        with gzip.open(path) if suffix.endswith("gz") else path.open("rb") as stream:
            return sum(block.count(b"\n") for block in iter(lambda: stream.read(BLOCK), b""))
    except (OSError, EOFError, zlib.error):
        return 0
