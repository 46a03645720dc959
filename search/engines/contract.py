"""The engine's contract: what every face may ask, whoever answers."""

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
"""A query whose answer takes all of them."""


class Engine(Protocol):
    """Answers searches. Every method raises EngineUnavailable where no index can be read, and all but `export`
    QueryTimeout where the setting `query_seconds` does not suffice."""

    def search(self, request: SearchRequest) -> SearchPage:
        """The page that was asked for; RequestError where a parameter is out of its limits."""

    def article(self, id: str, q: str = "") -> ArticleView | None:
        """An article with the marks of `q`; None where the id is unknown."""

    def suggest(self, q: str, size: int = 8) -> list[Suggestion]:
        """Queries that complete the last word of `q`, likeliest first, then articles by the words of their titles.

        RequestError where `size` is out of its limits; so does `similar`.
        """

    def similar(self, id: str, size: int = 5) -> list[Hit] | None:
        """The articles that share most of an article's telling terms, best first; None where the id is unknown."""

    def explain(self, request: SearchRequest) -> Explanation:
        """How the page that was asked for was found and scored; RequestError as `search`. For people who develop."""

    def export(self, request: SearchRequest) -> Export:
        """Every article of a result in its order, `page` and `size` aside; RequestError as `search`."""

    def trends(self, request: TrendsRequest) -> Trends:
        """How many articles answer some queries, by day, month or year; RequestError as `search`."""

    def generation(self) -> str:
        """What names the state of the index: answers are the same while it is (letters, digits, dashes)."""

    def trouble(self) -> str:
        """What keeps a newer state of the index from being answered from, with the repair; "" where nothing does."""

    def stats(self) -> Stats:
        """What the index holds."""

    def corpus(self) -> Corpus:
        """What the index holds by source and year, and the report of its reading."""


def warm_up(engine: Engine) -> None:
    """Has the kernels loaded before somebody waits for an answer; compiled first, if they never were, which is said.

    Does nothing where there is no index yet.
    """
    with suppress(EngineUnavailable):
        compile_kernels(engine)
        engine.search(SearchRequest(q=EVERY_KERNEL, size=1))
        engine.suggest("de")


def compile_kernels(engine: Engine) -> None:
    """In two processes, and says so, if they never were compiled; raises EngineUnavailable."""
    if not compiled_before(Path(passages.__file__)):
        print(FIRST_TIME, file=sys.stderr, flush=True)
        with passages_beside():
            engine.trends(TrendsRequest(queries=[EVERY_KERNEL]))


def open_engine(url: str, settings: Settings | None = None, served: bool = False) -> Engine:
    """The engine over the index folder at `url`, or over the cluster there; it need not exist yet: answers say what to
    run. Several addresses of one cluster are separated by commas.

    One that is `served` reads every byte of a folder before it answers from it: see ServedEngine. Settings that are not
    given are those of the environment. Raises SettingError where one cannot be used.
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
