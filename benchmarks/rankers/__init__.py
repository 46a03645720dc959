"""The engines whose ranking is judged beside Kiosque's, each in a file of its own behind one Protocol (ranker.py)."""

from __future__ import annotations

from importlib import import_module

from benchmarks.rankers.ranker import NotInstalled, Ranker

ENGINES = ("kiosque", "cluster", "tantivy", "bm25s", "whoosh", "opensearch")


def load(name: str) -> list[Ranker]:
    """An engine, once for each of its analyzers."""
    try:
        return import_module(f"benchmarks.rankers.{name}").RANKERS  # type: ignore[no-any-return]
    except ImportError as error:
        return [NotInstalled(name, f"{error.name} is not installed: it comes with the extra `bench`")]
