"""Do all engines answer the same question? Totals side by side, and whether each page is whole.

This pass is also the warm-up: every engine answers every query once before anything is timed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from benchmarks.peers.kiosque import OpenKiosque
from benchmarks.peers.peer import SIZE, Facts, Searchable
from benchmarks.queries import BenchQuery

Answers = dict[str, list[Facts]]


def with_units(queries: Sequence[BenchQuery], engines: Mapping[str, Searchable]) -> list[BenchQuery]:
    """The queries with the unit that Kiosque chooses for each histogram, so that all engines count the same buckets."""
    kiosque = engines.get("kiosque")
    if not isinstance(kiosque, OpenKiosque):
        return list(queries)
    units = [kiosque.unit(kiosque.page(kiosque.prepare(query))) for query in queries]
    return [msgspec.structs.replace(query, unit=unit) for query, unit in zip(queries, units, strict=True)]


def answers(engines: Mapping[str, Searchable], queries: Sequence[BenchQuery]) -> Answers:
    """Each engine's answer to each query."""
    return {
        name: [engine.facts(engine.page(engine.prepare(query))) for query in queries]
        for name, engine in engines.items()
    }


def faults(found: Answers, queries: Sequence[BenchQuery]) -> dict[str, list[str]]:
    """What is missing from each engine's pages."""
    return {
        name: [fault for page, query in zip(pages, queries, strict=True) for fault in fault_of(page, query)]
        for name, pages in found.items()
    }


def same_facets(theirs: Sequence[Facts], ours: Sequence[Facts]) -> tuple[int, int]:
    """Of the pages that find as many articles as Kiosque's: how many have the same counts, and how many there are.

    Kiosque draws dates around the selected ones only, so the buckets that it draws are compared.
    """
    pairs = [(their, our) for their, our in zip(theirs, ours, strict=True) if their.total == our.total]
    return sum(_same(*pair) for pair in pairs), len(pairs)


def _same(theirs: Facts, ours: Facts) -> bool:
    dates = {name: count for name, count in theirs.dates.items() if name in ours.dates}
    return theirs.sources == ours.sources and dates == ours.dates


def fault_of(page: Facts, query: BenchQuery) -> list[str]:
    """What is wrong with a page, in words; the undated and those without a source are in no bucket."""
    wrong = []
    if page.hits != min(SIZE, page.total):
        wrong.append(f"{page.hits} hits of {page.total}")
    if page.snippets != page.hits:
        wrong.append(f"{page.snippets} snippets for {page.hits} hits")
    if not query.source and sum(page.sources.values()) > page.total:
        wrong.append("the sources sum to more than the total")
    if query.source and page.sources.get(query.source, 0) != page.total:
        wrong.append("the count of the selected source is not the total")
    if not query.months and sum(page.dates.values()) > page.total:
        wrong.append("the dates sum to more than the total")
    return [f"{query.kind}: {words}" for words in wrong]
