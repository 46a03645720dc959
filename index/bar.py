"""The bar itself: articles, articles a second, remaining time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text

from corpus.counting import count_articles
from corpus.report import Report, number
from index.silent import Silent

STEP = 100
"""Articles between two looks at the bar: drawing costs more than reading."""


class Speed(ProgressColumn):
    """Articles a second."""

    def render(self, task: Task) -> Text:
        """The speed as French prints it."""
        return Text(f"{number(round(task.finished_speed or task.speed or 0))} articles/s")


class Done(ProgressColumn):
    """Articles read, of those that there are."""

    def render(self, task: Task) -> Text:
        """The two numbers as French prints them."""
        return Text(f"{number(int(task.completed))} / {number(int(task.total or 0))} articles")


class Bar(Silent):
    """Draws what was read; what is sent, where that is told, as a second row."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._drawn = progress, 0
        self._reading = progress.add_task("Indexation", total=total)
        self._sending: TaskID | None = None

    def __call__(self, report: Report) -> None:
        """Draws now and then."""
        if report.articles >= self._drawn + STEP:
            self._drawn = report.articles
            self._progress.update(self._reading, completed=self._drawn)

    def sent(self, done: int, of: int) -> None:
        """Draws each time: it is told after some hundreds."""
        if self._sending is None:
            self._sending = self._progress.add_task("Envoi", total=of)
        self._progress.update(self._sending, completed=done)


@contextmanager
def bar(paths: Sequence[Path]) -> Iterator[Bar]:
    """Draws while it is open."""
    columns = (TextColumn("{task.description}"), BarColumn(), Done(), Speed(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield Bar(progress, count_articles(paths))
