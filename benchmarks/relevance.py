"""How well articles are ranked: judged queries, one row an idea, with half of the queries held back.

docs/RELEVANCE.md says what the collections are and what the figures decided. `--engine` ranks with the engine as it
is; without it, with a plain scorer that knows ideas which no engine runs yet.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.degraded import DEGRADED
from benchmarks.experiments import EXPERIMENTS, PLAIN
from benchmarks.judged import FOLDER, Judged, held_back, piaf, titles
from benchmarks.metrics import DEPTH, MEASURES, Figures, evaluate, mean, p_value
from benchmarks.scorer import Recipe, Scorer
from benchmarks.stories import press, stories
from corpus.article import Article
from index.bulk import BulkWriter
from index.codec import KiosqueSegment
from index.commit import NAME, commit_segments, write_lock
from index.reader import open_reader
from index.schema import schema
from search import Engine, SearchRequest, open_engine
from search.snapshot import Snapshot

BATCH = 256


def main(argv: Sequence[str] | None = None) -> int:
    """Prints a table for each collection; 2 where there are none."""
    options = _parser().parse_args(argv)
    if not FOLDER.is_dir():
        print(f"No judged collections at {FOLDER}.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        for judged, directory in _collections(Path(folder), options.collections):
            lines = _engine_lines(judged, directory) if options.engine else _lines(judged, directory, options.only)
            for line in lines:
                print(line, flush=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.relevance", description=__doc__)
    parser.add_argument("--engine", action="store_true", help="the engine, also with queries that have errors")
    parser.add_argument("--only", default="", metavar="TEXT", help="rows whose name has this, beside the first")
    parser.add_argument("collections", nargs="*", default=["titles", "piaf", "stories"])
    return parser


def _collections(folder: Path, names: Sequence[str]) -> Iterator[tuple[Judged, Path]]:
    for judged in (make() for name, make in (("titles", titles), ("piaf", piaf)) if name in names):
        yield judged, _indexed(judged.articles, folder / judged.name)
    if "stories" in names:
        articles = press()
        directory = _indexed(articles, folder / "stories")
        yield stories(articles, Snapshot(open_reader(directory))), directory


def _indexed(articles: list[Article], directory: Path) -> Path:
    """An index of one segment."""
    directory.mkdir()
    with write_lock(directory):
        segment, writer = KiosqueSegment(NAME, len(articles)), BulkWriter(directory)
        for first in range(0, len(articles), BATCH):
            writer.add(articles[first : first + BATCH])
        writer.flush(segment.segment_id())
        commit_segments(directory, schema(), [segment])
    return directory


def _lines(judged: Judged, directory: Path, only: str) -> Iterator[str]:
    """The table of the experiments."""
    scorer, first = Scorer(Snapshot(open_reader(directory))), next(iter(EXPERIMENTS))
    plain = evaluate(_run(judged, scorer, EXPERIMENTS[first]), judged.qrels)
    yield from _heading(judged)
    titled = any(article.title for article in judged.articles)
    for name, recipe in EXPERIMENTS.items():
        untold = not titled and recipe != EXPERIMENTS[first] and replace(recipe, title=PLAIN.title) == PLAIN
        if name == first or (only in name and not untold):
            figures = evaluate(_run(judged, scorer, recipe), judged.qrels)
            yield _row(name, figures, plain)


def _run(judged: Judged, scorer: Scorer, recipe: Recipe) -> dict[str, list[str]]:
    ids = [article.id for article in judged.articles]
    return {
        query: _best(scorer.scores(q, recipe), ids, judged.without.get(query)) for query, q in judged.queries.items()
    }


def _best(scores: np.ndarray, ids: Sequence[str], without: str | None) -> list[str]:
    """The best articles in the engine's order: score, then id."""
    most = min(2 * DEPTH, len(scores) - 1)
    candidates = np.argpartition(-scores, most)[:most] if most else np.arange(len(scores))
    found = sorted((-scores[one], ids[one]) for one in candidates.tolist() if scores[one] > 0)
    return [id for _, id in found if id != without][:DEPTH]


def _engine_lines(judged: Judged, directory: Path) -> Iterator[str]:
    """The engine with the queries as they are, and with errors."""
    engine, plain = open_engine(str(directory)), None
    yield from _heading(judged)
    for name, degrade in DEGRADED.items():
        queries = {query: degrade(q, query) for query, q in judged.queries.items()}
        figures = evaluate(
            {query: _found(engine, q, judged.without.get(query)) for query, q in queries.items()}, judged.qrels
        )
        plain = plain or figures
        yield _row(name, figures, plain)


def _found(engine: Engine, q: str, without: str | None) -> list[str]:
    page = engine.search(SearchRequest(q=q, match="any", size=DEPTH))
    return [hit.id for hit in page.hits if hit.id != without]


def _heading(judged: Judged) -> Iterator[str]:
    yield f"\n### {judged.name}: {len(judged.queries)} queries over {len(judged.articles)} articles\n"
    columns = [f"{name} {half}" for name in MEASURES for half in ("chosen by", "held back")]
    yield f"| | {' | '.join(columns)} | × plain, held back | p |"
    yield "|" + "---|" * (len(columns) + 3)


def _row(name: str, figures: Figures, plain: Figures) -> str:
    queries = next(iter(figures.values())).keys()
    halves = [[query for query in queries if held_back(query) is back] for back in (False, True)]
    cells = [f"{mean(figures[measure], half):.4f}" for measure in MEASURES for half in halves]
    main_measure = next(iter(MEASURES))
    ratio = mean(figures[main_measure], halves[1]) / mean(plain[main_measure], halves[1])
    chance = "" if figures == plain else f"{p_value(figures[main_measure], plain[main_measure], halves[1]):.2g}"
    return f"| {name} | {' | '.join(cells)} | {ratio:.3f} | {chance} |"


if __name__ == "__main__":
    sys.exit(main())
