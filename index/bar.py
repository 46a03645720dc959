"""The bar itself: articles, articles a second, remaining time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from corpus.counting import count_articles
from corpus.numerals import number
from corpus.report import Report

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


@contextmanager
def bar(paths: Sequence[Path]) -> Iterator[Callable[[Report], None]]:
    """Draws while it is open; gives the function to call with the report."""
    columns = (TextColumn("Indexation"), BarColumn(), Done(), Speed(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=count_articles(paths))
        drawn = 0

        def draw(report: Report) -> None:
            nonlocal drawn
            if report.articles >= drawn + STEP:
                drawn = report.articles
                progress.update(task, completed=drawn)

        yield draw
