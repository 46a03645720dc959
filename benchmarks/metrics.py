"""nDCG@10, MRR@10 and recall@100 of a run by query, by ir-measures, and a paired test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import ir_measures
from ir_measures import RR, R, ScoredDoc, nDCG
from scipy import stats

MEASURES = {"nDCG@10": nDCG @ 10, "MRR@10": RR @ 10, "R@100": R @ 100}
DEPTH = 100

Run = Mapping[str, Sequence[str]]
"""The articles of each query, best first."""

Figures = dict[str, dict[str, float]]
"""By measure, then by query."""


def evaluate(run: Run, qrels: Mapping[str, Mapping[str, int]]) -> Figures:
    """Every measure of every query of `qrels`; a query without an answer counts 0."""
    judged = {query: dict(grades) for query, grades in qrels.items()}
    figures: Figures = {name: dict.fromkeys(judged, 0.0) for name in MEASURES}
    names = {measure: name for name, measure in MEASURES.items()}
    for found in ir_measures.iter_calc(list(MEASURES.values()), judged, list(_scored(run))):
        figures[names[found.measure]][found.query_id] = found.value
    return figures


def _scored(run: Run) -> Iterable[ScoredDoc]:
    """The rank is the score: ir-measures orders by score, and equal ones by name."""
    for query, articles in run.items():
        for rank, article in enumerate(articles[:DEPTH]):
            yield ScoredDoc(query, article, float(DEPTH - rank))


def mean(figures: Mapping[str, float], queries: Iterable[str]) -> float:
    """The mean over these queries."""
    values = [figures[query] for query in queries]
    return sum(values) / len(values)


def p_value(one: Mapping[str, float], other: Mapping[str, float], queries: Iterable[str]) -> float:
    """The p-value of the difference: a paired t-test over queries."""
    pairs = [(one[query], other[query]) for query in queries]
    return float(stats.ttest_rel(*zip(*pairs, strict=True)).pvalue)
