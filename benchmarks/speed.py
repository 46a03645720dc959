"""Kiosque beside tantivy, SQLite FTS5 and Whoosh, in one run: build, memory, size, opening, pages.

docs/BENCHMARKS.md says how each thing is measured and how the engines differ.
"""

from __future__ import annotations

import argparse
import shlex
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from benchmarks.agreement import answers, faults, same_facets, with_units
from benchmarks.article import read_articles
from benchmarks.building import build
from benchmarks.corpus import BenchCorpus, first_articles, prepare, recipe
from benchmarks.first_use import first_use
from benchmarks.latency import Patience, measure
from benchmarks.machine import keep_to_cores, machine
from benchmarks.opening import opening
from benchmarks.peers import ENGINES, load
from benchmarks.peers.peer import Peer
from benchmarks.queries import draw_queries, sample
from benchmarks.result import Measured, Result
from benchmarks.running import ROOT, RunFailed
from benchmarks.tables import markdown

WORK = ROOT / "var" / "bench"


def main(argv: Sequence[str] | None = None) -> int:
    """Runs it; the exit code: 1 where an engine failed, 2 where nothing could be measured."""
    options = _parser().parse_args(argv)
    try:
        result = Benchmark(options).run()
    except KeyboardInterrupt:
        return 130
    except (OSError, ValueError) as error:
        say(f"benchmark: {error}")
        return 2
    _write(result, options)
    return 1 if any(engine.failure and engine.version for engine in result.engines.values()) else 0


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


class Benchmark:
    """One run; each method is a part of it, in the order of `run`."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._peers: dict[str, Peer] = {}
        """The engines that are installed and have not failed."""

    def run(self) -> Result:
        started, options = time.perf_counter(), self._options
        keep_to_cores(options.jobs)
        here = machine()
        corpus = prepare(recipe(options.corpus, options.scale, options.seed), options.work, say)
        say(f"{corpus.articles:,} articles, {corpus.megabytes:,.0f} MB; load {here.load:.2f}")
        result = Result(here, corpus, _command(), queries=[], engines=self._engines())
        for part in (self._build, self._draw, self._open, self._pages, self._first_use):
            part(result)
        result.seconds = time.perf_counter() - started
        return result

    def _engines(self) -> dict[str, Measured]:
        found = {}
        for name in dict.fromkeys(self._options.engines):
            try:
                peer = load(name)
                found[name] = Measured(version=peer.version(), differs=peer.differs)
                self._peers[name] = peer
            except ImportError as error:
                found[name] = Measured(failure=f"left out: {error}")
                say(f"{name} is left out: {error}")
        return found

    def _build(self, result: Result) -> None:
        for name, peer in list(self._peers.items()):
            corpus, directory = self._corpus(name, result), self._directory(name, result)
            result.engines[name].subset = corpus is not result.corpus
            if self._options.reuse and directory.exists():
                say(f"{name}: {directory} is used as it is")
                continue
            with self._failing(name, result, f"building {corpus.articles:,} articles"):
                built = build(peer, corpus, directory, self._options.jobs, self._options.build_limit)
                result.engines[name].built = built
                say(f"{name}: {built.speed:,.0f} articles/s, {built.memory.resident:,.0f} MB of memory")

    def _corpus(self, name: str, result: Result) -> BenchCorpus:
        """What an engine indexes: everything; Whoosh the first articles only."""
        return first_articles(result.corpus, self._options.whoosh_articles) if name == "whoosh" else result.corpus

    def _directory(self, name: str, result: Result) -> Path:
        work: Path = self._options.work
        return work / f"{self._corpus(name, result).path.stem}-{name}"

    def _draw(self, result: Result) -> None:
        say("drawing queries")
        seed = self._options.seed
        result.queries = draw_queries(sample(read_articles(result.corpus.path), seed), self._options.queries, seed)
        if not result.queries:
            raise ValueError("this corpus gives no query; take a larger one")

    def _open(self, result: Result) -> None:
        for name in list(self._peers):
            with self._failing(name, result, "opening"):
                found = opening(name, self._directory(name, result), result.queries)
                result.engines[name].opened = found
                say(f"{name}: open in {found.open_ms:.1f} ms, first page in {found.first_page_ms:.1f} ms")

    def _pages(self, result: Result) -> None:
        engines = {name: peer.open(self._directory(name, result)) for name, peer in self._peers.items()}
        if not engines:
            raise ValueError("no engine is left")
        say(f"warming up with {len(result.queries)} queries, and comparing what is found")
        queries = result.queries = with_units(result.queries, engines)
        found = answers(engines, queries)
        wrong = faults(found, queries)
        for name, engine in engines.items():
            measured = result.engines[name]
            measured.index, measured.faults = engine.describe(), wrong[name]
            measured.totals = [page.total for page in found[name]]
            if "kiosque" in found and not measured.subset:
                measured.same_facets = same_facets(found[name], found["kiosque"])
        result.times = measure(engines, queries, Patience(self._options.repeat, self._options.patience), _round)

    def _first_use(self, result: Result) -> None:
        if "kiosque" in self._peers and self._options.first_use:
            with self._failing("kiosque", result, "first use, with an empty kernel cache"):
                result.first_use = first_use(result.corpus, self._options.jobs)

    @contextmanager
    def _failing(self, name: str, result: Result, what: str) -> Iterator[None]:
        """Announces a step. An engine that fails is left out of later steps, and the report says why."""
        say(f"{name}: {what}")
        try:
            yield
        except RunFailed as error:
            result.engines[name].failure = f"{what} failed: {error}"
            del self._peers[name]
            say(f"{name}: {result.engines[name].failure}")


def _round(done: int, rounds: int) -> None:
    say(f"pages: round {done} of {rounds}")


def _command() -> str:
    return f"python -m benchmarks.speed {shlex.join(sys.argv[1:])}".strip()


def _write(result: Result, options: argparse.Namespace) -> None:
    """The report on the terminal, and in the files that were asked for."""
    report = markdown(result)
    print(report)
    if options.markdown:
        options.markdown.write_text(report, encoding="utf-8")
    if options.json:
        options.json.write_bytes(msgspec.json.format(msgspec.json.encode(result)))


def _engines(text: str) -> list[str]:
    names = text.split(",")
    unknown = [name for name in names if name not in ENGINES]
    if unknown:
        raise argparse.ArgumentTypeError(f"no engine {unknown[0]!r}; there are {', '.join(ENGINES)}")
    return names


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.speed", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--corpus", type=Path, metavar="FILE", help="a .jsonl or .jsonl.gz of articles (default: the shared one)")
    add("--scale", type=_positive, metavar="N", help="generate N articles by mixing those of the corpus")
    add("--engines", type=_engines, default=list(ENGINES), metavar="A,B", help=f"default: {','.join(ENGINES)}")
    add("--queries", type=_positive, default=200, metavar="N", help="at least so many (default: 200)")
    add("--seed", type=int, default=1, help="of the articles and of the queries (default: 1)")
    add("--jobs", type=_positive, default=2, metavar="N", help="cores that the whole run keeps to (default: 2)")
    add("--repeat", type=_positive, default=5, metavar="R", help="timed answers to each query (default: 5)")
    add("--patience", type=float, default=2.0, metavar="S", help="seconds on one query after which it is not repeated")
    add("--whoosh-articles", type=_positive, default=5000, metavar="N", help="Whoosh's subset (default: 5000)")
    add("--build-limit", type=float, default=7200, metavar="S", help="seconds that a build may take (default: 7200)")
    add("--reuse", action="store_true", help="do not build where an index of this corpus is there; only pages count")
    add("--no-first-use", dest="first_use", action="store_false", help="do not measure the compiling of the kernels")
    add("--work", type=Path, default=WORK, metavar="DIR", help="for corpora and indexes (default: var/bench)")
    add("--markdown", type=Path, metavar="FILE", help="write the report there too")
    add("--json", type=Path, metavar="FILE", help="write everything that was measured there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
