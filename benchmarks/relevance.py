"""How well articles are ranked: judged queries, one row an idea, with half of the queries held back.

docs/RELEVANCE.md says what the collections are and what the figures decided. Without options, a plain scorer runs ideas
that no engine need know; `--engine` ranks with the engine as it is, `--peers` with other engines beside it, `--floors`
fails where the engine ranks worse than the figures that are pinned in floors.toml. `words` judges what a word finds
(`python -m benchmarks.matching` has more to say on it).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks import matching
from benchmarks.beside import beside, sample
from benchmarks.degraded import DEGRADED
from benchmarks.experiments import EXPERIMENTS, PLAIN
from benchmarks.floors import hold
from benchmarks.judged import FOLDER, Judged, held_back, piaf, titles
from benchmarks.metrics import DEPTH, MEASURES, Figures, evaluate, mean, p_value
from benchmarks.rankers.kiosque import found, indexed
from benchmarks.scorer import Recipe, Scorer
from benchmarks.stories import press, stories
from kiosque.index.commit.reader import open_reader
from kiosque.search import open_engine
from kiosque.search.execute.snapshot import Snapshot


def main(argv: Sequence[str] | None = None) -> int:
    """Prints a table for each collection; 1 where the engine is below its floors, 2 where there are no collections."""
    options = _parser().parse_args(argv)
    if not FOLDER.is_dir():
        print(f"No judged collections at {FOLDER}.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.floors or options.pin_floors:
            words = [(matching.NAME, judged.figures) for judged in _words(folder, options.collections)]
            return hold(folder, [make() for make in _judged(options.collections)], options, dict(words))
        for line in _tables(folder, options):
            print(line, flush=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.relevance", description=__doc__)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--engine", action="store_true", help="the engine, also with queries that have errors")
    what.add_argument("--peers", action="store_true", help="the engine beside its peers, on held-back queries")
    what.add_argument("--floors", action="store_true", help="check the engine against its floors; 1 where it is below")
    what.add_argument("--pin-floors", action="store_true", help="raise the floors to what the engine reaches")
    parser.add_argument("--lower-floors", action="store_true", help="with --pin-floors: lower them too")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="N queries for the peers, not all")
    parser.add_argument("--only", default="", metavar="TEXT", help="rows whose name has this, beside the first")
    parser.add_argument("collections", nargs="*", default=["titles", "piaf", "stories", "words"])
    return parser


def _tables(folder: Path, options: argparse.Namespace) -> Iterator[str]:
    if options.peers:
        for make in _judged(options.collections):
            judged = make()
            yield from beside(judged, sample(judged, options.sample), folder)
        return
    for judged, directory in _collections(folder, options.collections):
        yield from _engine_lines(judged, directory) if options.engine else _lines(judged, directory, options.only)
    for words in _words(folder, options.collections):
        yield "\n### words: what they find, judged by a lexicon\n"
        yield from words.table()


def _words(folder: Path, names: Sequence[str]) -> Iterator[matching.Judged]:
    """The verdicts on words of the titles, if they are asked for."""
    if "words" in names:
        yield matching.Judged(matching.built(folder))


def _judged(names: Sequence[str]) -> list[Callable[[], Judged]]:
    """The collections that need no index to be made."""
    return [make for name, make in (("titles", titles), ("piaf", piaf)) if name in names]


def _collections(folder: Path, names: Sequence[str]) -> Iterator[tuple[Judged, Path]]:
    for judged in (make() for make in _judged(names)):
        yield judged, indexed(judged.articles, folder / judged.name)
    if "stories" in names:
        articles = press()
        directory = indexed(articles, folder / "stories")
        yield stories(articles, Snapshot(open_reader(directory))), directory


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
    return judged.fair({query: _best(scorer.scores(q, recipe), ids) for query, q in judged.queries.items()})


def _best(scores: np.ndarray, ids: Sequence[str]) -> list[str]:
    """The best articles in the engine's order: score, then id."""
    most = min(2 * DEPTH, len(scores) - 1)
    candidates = np.argpartition(-scores, most)[:most] if most else np.arange(len(scores))
    best = sorted((-scores[one], ids[one]) for one in candidates.tolist() if scores[one] > 0)
    return [id for _, id in best[: DEPTH + 1]]


def _engine_lines(judged: Judged, directory: Path) -> Iterator[str]:
    """The engine with the queries as they are, and with errors."""
    engine, plain = open_engine(str(directory)), None
    yield from _heading(judged)
    for name, degrade in DEGRADED.items():
        run = {query: found(engine, degrade(q, query)) for query, q in judged.queries.items()}
        figures = evaluate(judged.fair(run), judged.qrels)
        plain = plain or figures
        yield _row(name, figures, plain)


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
