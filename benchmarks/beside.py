"""Kiosque's ranking compared with its peers' in one table: all engines get the same articles and queries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.degraded import DEGRADED
from benchmarks.judged import Judged, held_back, in_order_of_hash
from benchmarks.metrics import MEASURES, Figures, evaluate, mean, p_value
from benchmarks.rankers import ENGINES, load
from benchmarks.rankers.ranker import Missing, Rank, Ranker

PLAIN, *MISTYPED = DEGRADED
FIRST, *_ = MEASURES
COLUMNS = (*MEASURES, "× Kiosque", "p", *(f"{FIRST} {name}" for name in MISTYPED))


def sample(judged: Judged, most: int) -> list[str]:
    """The held-out half of the queries, at most `most` unless 0; the same at each run."""
    held = [query for query in in_order_of_hash(judged.queries) if held_back(query)]
    return held[: most or None]


def beside(judged: Judged, queries: Sequence[str], folder: Path, engines: Sequence[str] = ENGINES) -> Iterator[str]:
    """The table, line by line. All engines are compared with the first, which must be present."""
    yield f"\n### {judged.name}: {len(queries)} held-back queries over {len(judged.articles)} articles\n"
    yield f"| | {' | '.join(COLUMNS)} | how |"
    yield "|" + "---|" * (len(COLUMNS) + 2)
    first: Figures | None = None
    for name in engines:
        for ranker in load(name):
            try:
                rank = ranker.index(judged.articles, folder / f"{judged.name} {ranker.name}")
            except Missing as missing:
                yield _left_out(ranker.name, missing)
                continue
            figures = [_figures(rank, judged, queries, degraded) for degraded in DEGRADED]
            first = first or figures[0]
            yield _row(ranker, figures, first, queries)


def _left_out(name: str, why: Missing) -> str:
    return f"| {name} |{' – |' * len(COLUMNS)} left out: {why} |"


def _figures(rank: Rank, judged: Judged, queries: Sequence[str], degraded: str) -> Figures:
    degrade = DEGRADED[degraded]
    run = rank({query: degrade(judged.queries[query], query) for query in queries})
    return evaluate(judged.fair(run), {query: judged.qrels[query] for query in queries})


def _row(ranker: Ranker, figures: Sequence[Figures], first: Figures, queries: Sequence[str]) -> str:
    plain, *mistyped = figures
    ratio = mean(plain[FIRST], queries) / mean(first[FIRST], queries)
    chance = "" if plain is first else f"{p_value(plain[FIRST], first[FIRST], queries):.2g}"
    cells = [f"{mean(plain[measure], queries):.4f}" for measure in MEASURES]
    cells += [f"{ratio:.3f}", chance, *(f"{mean(one[FIRST], queries):.4f}" for one in mistyped)]
    return f"| {ranker.name} | {' | '.join(cells)} | {ranker.how} |"
