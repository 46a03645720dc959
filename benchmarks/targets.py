"""The floors that the project has set itself (issue 2), each with what this run measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeVar

from benchmarks.building import Built
from benchmarks.child import Opened
from benchmarks.result import EVERYTHING, Result

Part = TypeVar("Part")


class Target(NamedTuple):
    text: str
    floor: float
    measure: Callable[[Result], float]
    at_most: bool = False

    def reached(self, value: float) -> bool:
        return value <= self.floor if self.at_most else value >= self.floor


def build_ratio(peer: str) -> Callable[[Result], float]:
    """How many times as many articles a second as a peer."""
    return lambda result: _built(result, "kiosque").speed / _built(result, peer).speed


def page_ratio(peer: str, percent: float) -> Callable[[Result], float]:
    """The peer's milliseconds over Kiosque's, over all classes."""
    return lambda result: _ratio(result, peer, EVERYTHING, percent)


def worst_class(peer: str) -> Callable[[Result], float]:
    """The smallest such ratio of any class, at p50 and p95."""
    return lambda result: min(_ratio(result, peer, kind, percent) for kind in result.classes() for percent in (50, 95))


def _ratio(result: Result, peer: str, kind: str, percent: float) -> float:
    return result.latency(peer, kind, percent) / result.latency("kiosque", kind, percent)


class NotMeasured(LookupError):
    """Raised if this run did not measure it."""


def _measured(part: Part | None) -> Part:
    if part is None:
        raise NotMeasured
    return part


def _built(result: Result, engine: str) -> Built:
    return _measured(result.engines[engine].built)


def _opened(result: Result) -> Opened:
    return _measured(result.engines["kiosque"].opened)


TARGETS = (
    Target("build: times tantivy's articles/s", 3, build_ratio("tantivy")),
    Target("build: times Whoosh's articles/s", 30, build_ratio("whoosh")),
    Target("page p50: times faster than tantivy", 3, page_ratio("tantivy", 50)),
    Target("page p95: times faster than tantivy", 3, page_ratio("tantivy", 95)),
    Target("page p50: times faster than FTS5", 20, page_ratio("fts5", 50)),
    Target("page p95: times faster than FTS5", 20, page_ratio("fts5", 95)),
    Target("page, the worst class: times faster than tantivy", 1, worst_class("tantivy")),
    Target("index size over tantivy's", 1.25, lambda result: size_ratio(result, "tantivy"), at_most=True),
    Target(
        "peak memory of the build, MB", 4000, lambda result: _built(result, "kiosque").memory.resident, at_most=True
    ),
    Target("opening, ms", 50, lambda result: _opened(result).open_ms, at_most=True),
    Target("at rest beside the page cache, MB", 400, lambda result: resting(result), at_most=True),
    Target("first use, s", 20, lambda result: _measured(result.first_use).compiling, at_most=True),
)


def size_ratio(result: Result, peer: str) -> float:
    """Kiosque's bytes an article over the peer's."""
    ours, theirs = _built(result, "kiosque"), _built(result, peer)
    return (ours.megabytes / ours.articles) / (theirs.megabytes / theirs.articles)


def resting(result: Result) -> float:
    return _opened(result).memory.anonymous


def compared(result: Result) -> Iterator[tuple[Target, float]]:
    """The targets that this run measured, with the figures."""
    for target in TARGETS:
        try:
            yield target, target.measure(result)
        except LookupError:
            continue  # that engine, or that part, was not run
