"""The contract of an engine: what pages, API and commands may ask."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from kiosque.index.cluster.errors import BadClusterSetting
from kiosque.index.cluster.settings import ClusterSettings
from kiosque.index.compiled import FIRST_TIME, compiled_before
from kiosque.search.counts.trends import Trends, TrendsRequest
from kiosque.search.errors import EngineUnavailable
from kiosque.search.export import Export
from kiosque.search.model import ArticleView, Corpus, Explanation, Hit, SearchPage, SearchRequest, Stats, Suggestion
from kiosque.search.settings import SettingError, Settings
from kiosque.search.snippets import passages
from kiosque.search.snippets.compiling import passages_beside

EVERY_KERNEL = '"de la" OU le OU la OU zz* OU zz~1'
"""A query that runs every kernel."""


class Engine(Protocol):
    """Answers searches. Every method raises EngineUnavailable where no index can be read, and QueryTimeout after the
    setting `query_seconds`; the articles of an export are read in any time."""

    def search(self, request: SearchRequest) -> SearchPage:
        """The requested page. Raises RequestError where a parameter is out of its limits."""

    def article(self, id: str, q: str = "") -> ArticleView | None:
        """An article with the marks of `q`; None where the id is unknown."""

    def suggest(self, q: str, size: int = 8) -> list[Suggestion]:
        """Queries that complete the last word of `q`, likeliest first, then articles by the words of their titles.

        Raises RequestError where `size` is out of its limits, as `similar` does.
        """

    def similar(self, id: str, size: int = 5) -> list[Hit] | None:
        """The articles that share most of an article's telling terms, best first; None where the id is unknown."""

    def explain(self, request: SearchRequest) -> Explanation:
        """How the requested page was found and scored, for developers. Raises RequestError, as `search` does."""

    def export(self, request: SearchRequest) -> Export:
        """Every article of a result in its order, whatever `page` and `size`. Raises RequestError, as `search` does."""

    def trends(self, request: TrendsRequest) -> Trends:
        """How many articles match each query, by day, month or year. Raises RequestError, as `search` does."""

    def generation(self) -> str:
        """The name of the state of the index (letters, digits, dashes). While it is the same, so are the answers."""

    def trouble(self) -> str:
        """Why the newest commit is not used, with the repair; "" where it is."""

    def stats(self) -> Stats:
        """How many articles, sources and dates the index has."""

    def corpus(self) -> Corpus:
        """The articles of the index by source and year, and the report of their reading."""


def warm_up(engine: Engine) -> None:
    """Loads the kernels before the first request; compiles them if they never were, and says so.

    Does nothing without an index.
    """
    with suppress(EngineUnavailable):
        compile_kernels(engine)
        engine.search(SearchRequest(q=EVERY_KERNEL, size=1))
        engine.suggest("de")


def compile_kernels(engine: Engine) -> None:
    """Compiles the kernels in two processes, and says so, if they never were. Raises EngineUnavailable."""
    if not compiled_before(Path(passages.__file__)):
        print(FIRST_TIME, file=sys.stderr, flush=True)
        with passages_beside():
            engine.trends(TrendsRequest(queries=[EVERY_KERNEL]))


def open_engine(url: str, settings: Settings | None = None, served: bool = False) -> Engine:
    """The engine over the index folder at `url`, or over the cluster there. Commas separate addresses of one cluster.

    The index need not exist yet: answers say what to run. A `served` engine checks every byte of a folder before it
    answers from it (see ServedEngine). Settings default to those of the environment. Raises SettingError.
    """
    known = settings or Settings.read(os.environ)
    if url.startswith(("http://", "https://")):
        return _over_cluster(url, known)
    from kiosque.search.engines.embedded import EmbeddedEngine
    from kiosque.search.engines.served import ServedEngine

    return ServedEngine(url, known) if served else EmbeddedEngine(url, known)


def _over_cluster(url: str, settings: Settings) -> Engine:
    from kiosque.search.engines.opensearch import OpenSearchEngine

    try:
        return OpenSearchEngine(url, settings, ClusterSettings.read(os.environ))
    except BadClusterSetting as error:
        raise SettingError(str(error)) from error
