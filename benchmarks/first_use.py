"""How long the first use takes on a fresh machine: kernels compile once and are then cached.

Ten articles are built and one query is answered, by Kiosque's own programs, with an empty cache; then the same again.
The difference is the price of the first use.
"""

from __future__ import annotations

import sys
import tempfile
from itertools import islice
from pathlib import Path

import msgspec

from benchmarks.article import read_articles, write_articles
from benchmarks.corpus import BenchCorpus
from benchmarks.running import run
from benchmarks.words import content_words

ARTICLES = 10
LIMIT = 600.0


class FirstUse(msgspec.Struct, frozen=True):
    """Seconds."""

    cold: float
    warm: float

    @property
    def compiling(self) -> float:
        return self.cold - self.warm


def first_use(corpus: BenchCorpus, jobs: int) -> FirstUse:
    """Measures it. Raises RunFailed."""
    with tempfile.TemporaryDirectory(prefix="kiosque-first-use-") as name:
        folder = Path(name)
        articles = list(islice(read_articles(corpus.path), ARTICLES))
        write_articles(iter(articles), folder / "ten.jsonl")
        words = content_words(" ".join(article.body for article in articles))[:2]
        cold, warm = (_build_and_search(folder, " ".join(words), jobs) for _ in range(2))
        return FirstUse(cold, warm)


def _build_and_search(folder: Path, query: str, jobs: int) -> float:
    index, cache = str(folder / "index"), {"NUMBA_CACHE_DIR": str(folder / "kernels")}
    build = ["build", str(folder / "ten.jsonl"), "--index", index, "--jobs", str(jobs), "--quiet"]
    programs = (["-m", "index", *build], ["-m", "search", query, "--index", index])
    return sum(run([sys.executable, *program], LIMIT, cache).seconds for program in programs)
