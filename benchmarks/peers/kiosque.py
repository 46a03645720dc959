"""Kiosque, through its contracts only: `python -m index build` and `open_engine`."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

from benchmarks.peers.peer import SIZE, Facts
from benchmarks.queries import BenchQuery
from benchmarks.tree import KIOSQUE
from kiosque.search import SearchRequest, open_engine
from kiosque.search.errors import EngineUnavailable
from kiosque.search.model import SearchPage
from kiosque.search.settings import Settings

NOWHERE = "/nonexistent/kiosque-index"


class OpenKiosque:
    def __init__(self, directory: Path) -> None:
        self._engine = open_engine(str(directory), Settings(synonyms=False))  # the peers have none
        self._engine.stats()  # open_engine alone opens nothing yet

    def prepare(self, query: BenchQuery) -> SearchRequest:
        since, until = query.months or (None, None)
        sources = [query.source] if query.source else []
        typed = KIOSQUE.write(query.tree)
        return SearchRequest(q=typed, sources=sources, since=since, until=until, size=SIZE, copies="all")

    def page(self, asked: SearchRequest) -> SearchPage:
        return self._engine.search(asked)

    def facts(self, answer: SearchPage) -> Facts:
        return Facts(
            total=answer.total,
            hits=len(answer.hits),
            snippets=sum(bool(hit.snippet.html) for hit in answer.hits),
            sources={row.value: row.count for row in answer.facets.source if row.count},
            dates={bucket.since: bucket.count for bucket in answer.facets.date.buckets if bucket.count},
        )

    def unit(self, answer: SearchPage) -> str:
        """The unit that it chose for the histogram."""
        return answer.facets.date.unit

    def describe(self) -> str:
        return f"{self._engine.stats().articles} articles"


class Kiosque:
    name = "kiosque"
    differs = ()

    def version(self) -> str:
        return "Kiosque (this tree)"

    def command(self, corpus: Path, directory: Path, jobs: int) -> list[str]:
        program = [sys.executable, "-m", "index", "build", str(corpus)]
        return [*program, "--index", str(directory), "--jobs", str(jobs), "--quiet"]

    def build(self, corpus: Path, directory: Path, jobs: int) -> None:
        raise NotImplementedError("`python -m index build` is the program")

    def load(self) -> None:
        with suppress(EngineUnavailable):
            open_engine(NOWHERE).search(SearchRequest(q="import"))  # what is imported late is imported now

    def open(self, directory: Path) -> OpenKiosque:
        return OpenKiosque(directory)


PEER = Kiosque()
