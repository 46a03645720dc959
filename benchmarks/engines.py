"""Sends the same requests to a folder and a cluster over the same articles, and compares answers and times.

    python -m benchmarks.engines --index DIR --engine URL [--queries 300]

Guards docs/SCALE.md: totals, facets and notes must be equal; how far the rankings differ, and both times, are printed.
Times are of pages of ten hits, as their engines say (`took_ms`), once each after a first round.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from itertools import combinations, islice
from statistics import mean, quantiles
from typing import NamedTuple

import msgspec

from benchmarks.drawn_searches import drawn
from kiosque.search import Engine, SearchPage, SearchRequest, open_engine

SEED = 1
SAMPLED = 5000
"""Articles that the words of the queries are drawn from."""


class Compared(NamedTuple):
    """One query: whether all but the ranking is equal, the overlap of the first ten, and their rank correlation."""

    request: SearchRequest
    equal: bool
    overlap: float
    kendall: float | None
    folder_ms: float
    cluster_ms: float


def compared(folder: Engine, cluster: Engine, requests: Sequence[SearchRequest]) -> Iterator[Compared]:
    """Each request, sent to both a second time."""
    for request in requests:
        folder.search(request), cluster.search(request)
        one, other = folder.search(request), cluster.search(request)
        first, second = ([hit.id for hit in page.hits] for page in (one, other))
        overlap = len({*first} & {*second}) / len(first) if first else 1.0
        yield Compared(
            request, _plain(one) == _plain(other), overlap, kendall(first, second), one.took_ms, other.took_ms
        )


def _plain(page: SearchPage) -> SearchPage:
    return msgspec.structs.replace(page, hits=[], took_ms=0.0)


def kendall(first: Sequence[str], second: Sequence[str]) -> float | None:
    """Kendall's tau of the articles that two rankings share; None for fewer than two."""
    places = {id: place for place, id in enumerate(second)}
    common = [places[id] for id in first if id in places]
    signs = [1 if before < behind else -1 for before, behind in combinations(common, 2)]
    return mean(signs) if signs else None


def _requests(folder: Engine, count: int) -> list[SearchRequest]:
    articles = list(islice(folder.export(SearchRequest(sort="newest")).articles, SAMPLED))
    asked = drawn(articles, count, SEED)
    return [msgspec.structs.replace(request, size=10, sort="relevance") for request in asked]


def _lines(found: Sequence[Compared]) -> Iterator[str]:
    unequal = [each.request for each in found if not each.equal]
    taus = [each.kendall for each in found if each.kendall is not None]
    yield f"{len(found)} queries, totals, facets and notes equal in {len(found) - len(unequal)}"
    yield from (f"  differs: {request}" for request in unequal)
    yield f"overlap of the first ten {mean(each.overlap for each in found):.3f}, Kendall's tau {mean(taus):.3f}"
    yield _times("folder", [each.folder_ms for each in found])
    yield _times("cluster", [each.cluster_ms for each in found])


def _times(name: str, times: Sequence[float]) -> str:
    cuts = quantiles(times, n=20)
    return f"{name:8} median {cuts[9]:8.2f} ms, 95th percentile {cuts[18]:8.2f} ms"


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the comparison. Exit code 1 if more than the ranking differs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engines")
    parser.add_argument("--index", required=True, metavar="DIR")
    parser.add_argument("--engine", required=True, metavar="URL")
    parser.add_argument("--queries", type=int, default=300)
    options = parser.parse_args(argv)
    folder, cluster = open_engine(options.index), open_engine(options.engine)
    found = list(compared(folder, cluster, _requests(folder, options.queries)))
    print("\n".join(_lines(found)))
    return int(not all(each.equal for each in found))


if __name__ == "__main__":
    sys.exit(main())
