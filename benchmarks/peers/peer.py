"""The interface of an engine in the benchmark."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Protocol

import msgspec

from benchmarks.queries import BenchQuery

SIZE = 10
"""Hits on a page, each with a snippet."""

SNIPPET = 280
"""Code points of a snippet, as near as an engine lets one say it: Kiosque's own length."""

TITLE_WEIGHT = 2.0
"""The weight of a word in the title, relative to the body: Kiosque's own."""


class Facts(msgspec.Struct):
    """What can be compared of two pages. Dates are named by the unit: "2020", "2020-05" or "2020-05-17"."""

    total: int
    hits: int
    snippets: int
    sources: dict[str, int]
    dates: dict[str, int]


class Searchable(Protocol):
    """An open index. Only `page` is timed."""

    def prepare(self, query: BenchQuery) -> Any:
        """The query as a caller of this engine writes it: text and filters."""

    def page(self, asked: Any) -> Any:
        """Parse, top 10 with their stored fields, exact total, both facets, 10 snippets: all of it, in Python."""

    def facts(self, answer: Any) -> Facts:
        """What a page says."""

    def describe(self) -> str:
        """Notes on this index."""


class Peer(Protocol):
    """An engine."""

    name: str
    differs: tuple[str, ...]
    """How it differs from Kiosque, one sentence each."""

    def version(self) -> str:
        """Name and version of what answers."""

    def command(self, corpus: Path, directory: Path, jobs: int) -> list[str]:
        """The command that builds the index, from the articles to a visible commit."""

    def build(self, corpus: Path, directory: Path, jobs: int) -> None:
        """The work of that command, for engines without a program."""

    def load(self) -> None:
        """Imports everything that opening needs."""

    def open(self, directory: Path) -> Searchable:
        """The index, really open."""


def child(*arguments: object) -> list[str]:
    """The command line of a subprocess of the benchmark."""
    return [sys.executable, "-m", "benchmarks.child", *map(str, arguments)]
