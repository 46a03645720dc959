"""More than the server can answer, for half an hour, while the index changes: `python -m benchmarks.load`.

    python -m benchmarks.load                              # 30 minutes; figures and plot into docs/
    python -m benchmarks.load --minutes 2 --docs var/load  # a look

Guards that a server under too much load answers what it can within a bound and refuses the rest with 503 and
Retry-After; that its memory and its open files stay flat while a sync commits every ten seconds and full rebuilds run
beside; and that each answer is of one state of the index, never of an older one than was committed when it was asked.
The sustainable rate is what a few clients get who ask again when they are answered; then requests come at twice that
rate whether they are answered or not. It uses the server's real processes and no network, and leaves nothing running.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.article import read_articles
from benchmarks.corpus import BenchCorpus, first_articles, prepare, recipe
from benchmarks.load_client import Answered, Asked, as_answered, at_a_rate
from benchmarks.load_corpus import ChangingCorpus
from benchmarks.load_judge import Judge
from benchmarks.load_mix import mix
from benchmarks.load_report import Load, failures, load_of, plot
from benchmarks.load_watch import Watch
from benchmarks.load_writers import Writers
from benchmarks.machine import machine
from benchmarks.queries import draw_queries

SEED: Final = 7
QUERIES: Final = 900
CLIENTS: Final = 4
TRIAL_SECONDS: Final = 30.0
OVER: Final = 2.0


@contextmanager
def server(index: Path) -> Iterator[tuple[int, int]]:
    """Its port and its process id."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "web", "--index", str(index), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            if not process.stdout.readline().startswith("Kiosque"):
                raise RuntimeError("the server did not start")
            yield port, process.pid
        finally:
            process.terminate()
            process.wait()


def corpus_of(options: argparse.Namespace) -> BenchCorpus:
    return first_articles(prepare(recipe(None, None, SEED), options.folder / "bench", print), options.articles)


def main() -> int:
    options = _parser().parse_args()
    shutil.rmtree(options.folder / "live", ignore_errors=True)
    articles = list(read_articles(corpus_of(options).path))
    folder, index = options.folder / "live" / "corpus", options.folder / "live" / "index"
    corpus = ChangingCorpus(folder, articles)
    asked = mix(corpus.lasting(), draw_queries(articles, QUERIES, SEED), SEED)
    writers = Writers(corpus, folder, index, options.rebuild)
    building = [sys.executable, "-m", "index", "build", str(folder), "--index", str(index), "--quiet"]
    subprocess.run(building, check=True)
    with server(index) as (port, pid):
        load = _measured(options, asked, writers, port, pid)
    options.docs.mkdir(parents=True, exist_ok=True)
    (options.docs / "load.json").write_bytes(msgspec.json.format(msgspec.json.encode(load), indent=1))
    plot(load, options.docs / "load.svg")
    print(*(found := failures(load)) or ["all promises held"], sep="\n")
    return 1 if found else 0


def _measured(options: argparse.Namespace, asked: Iterator[Asked], writers: Writers, port: int, pid: int) -> Load:
    where = machine()
    rate = options.rate or OVER * _sustainable(port, asked)
    print(f"{rate:.0f} requests a second for {options.minutes} minutes", flush=True)
    began = time.monotonic()
    judge, watch = Judge(began), Watch(pid, began)
    writers.committed = judge.committed
    watch.start()
    writers.start()
    try:
        asyncio.run(at_a_rate(port, asked, rate, options.minutes * 60, judge))
    finally:
        writers.stop()
        watch.stop()
    return load_of(where, rate, rate / OVER, began, judge, watch.samples, writers)


def _sustainable(port: int, asked: Iterator[Asked]) -> float:
    """Answers a second that CLIENTS get who ask again when they are answered, once all is loaded."""
    for seconds in (TRIAL_SECONDS / 3, TRIAL_SECONDS):
        answers = list[Answered]()
        asyncio.run(as_answered(port, asked, CLIENTS, seconds, answers.append))
    bad = [answer for answer in answers if answer.status not in (200, 503)]  # two may ask for an export at once
    if bad:
        raise RuntimeError(f"without too much load: {bad[0]}")
    return sum(answer.status == 200 for answer in answers) / TRIAL_SECONDS


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0, help="how long (%(default)s)")
    parser.add_argument("--rate", type=float, help="requests a second; twice what is sustainable otherwise")
    parser.add_argument("--articles", type=int, default=5_000, help="of the corpus (%(default)s)")
    parser.add_argument("--rebuild", type=float, default=240.0, help="seconds between full rebuilds (%(default)s)")
    parser.add_argument("--folder", type=Path, default=Path("var/load"), help="where it works (%(default)s)")
    parser.add_argument(
        "--docs", type=Path, default=Path("docs/measurements"), help="for load.json and load.svg (%(default)s)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
