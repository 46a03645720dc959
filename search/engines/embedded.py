"""The engine over an index folder on this machine."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
from whoosh.query import Query

from kiosque.corpus.article import Article
from kiosque.index.commit.reader import latest_commit, open_reader
from kiosque.index.commit.reports import read_report
from kiosque.index.errors import IndexProblem
from kiosque.search.counts.corpus import corpus_of
from kiosque.search.engines.answering import AnsweringEngine
from kiosque.search.engines.damage import damage_of
from kiosque.search.errors import EngineUnavailable, RequestError
from kiosque.search.execute.copy_groups import copies_of
from kiosque.search.execute.deep_paging import FIRST
from kiosque.search.execute.executor import execute
from kiosque.search.execute.explanation import score_parts
from kiosque.search.execute.occurrences import all_occurrences
from kiosque.search.execute.search_result import Filters, SearchResult
from kiosque.search.execute.searchable import Searchable
from kiosque.search.execute.snapshot import Snapshot
from kiosque.search.execute.terms import Terms
from kiosque.search.export import Export
from kiosque.search.leaves.leaf import MarkTargets
from kiosque.search.model import CopyGroup, Corpus, LeafScore, SearchRequest, Sort
from kiosque.search.ranking import RANKINGS
from kiosque.search.relax.attempts import Answer
from kiosque.search.settings import Settings
from kiosque.search.snippets.passages import Found
from kiosque.search.suggest.context import Context

SETTLED = 1_000_000_000
"""Nanoseconds after which a folder's time of change can be relied on; file systems count in steps of up to 10 ms."""


Commit = tuple[int, int, int] | None
"""What `latest_commit` tells."""


class Folder(Snapshot, Searchable):
    """A commit in a folder, searched by the kernels; its documents are numbers.

    `damage` says what was found wrong with it while it was open.
    """

    damage = ""

    def execute(self, tree: Query, filters: Filters, sort: Sort, rows: range, grouped: bool = False) -> SearchResult:
        """See Searchable."""
        outcome = execute(self, tree, filters, sort, rows.stop, grouped=grouped)
        return replace(outcome, best=outcome.best[rows.start :])

    def best(self, tree: Query, count: int) -> list[tuple[int, float]]:
        """See Searchable."""
        return execute(self, tree, Filters(), "relevance", count).best

    def score_parts(self, tree: Query, document: int) -> list[LeafScore]:
        """See Searchable."""
        return score_parts(self, tree, document)

    def all_of(self, tree: Query, filters: Filters, sort: Sort) -> Export:
        """See Searchable."""
        outcome = execute(self, tree, filters, sort, self.documents)
        articles: Iterator[Article] = (self.article(number) for number, _ in outcome.best)
        return Export(outcome.total, articles)

    def find(self, id: str) -> int | None:
        """See Searchable."""
        return self.number_of(id)

    def copies_of(self, documents: Sequence[int], most: int | None = None) -> list[CopyGroup | None]:
        """See Searchable."""
        return [copies_of(self, document, most) for document in documents]

    def occurrences(self, terms: Terms, asked: list[MarkTargets], documents: Sequence[int]) -> Found | None:
        """See Searchable."""
        return all_occurrences(self, terms, asked, documents)

    def together(self, words: Sequence[Sequence[str]], terms: Sequence[str]) -> tuple[int, list[int]]:
        """See Searchable. Some hundred articles are looked at."""
        contexts = [Context(view.data, words) for view in self.views]
        seen = sum(map(len, contexts))
        return seen, [sum(context.count(term) for context in contexts) if seen else 0 for term in terms]


class EmbeddedEngine(AnsweringEngine):
    """Answers from the last commit in a folder: its arrays stay mapped until the last request lets go of them."""

    def __init__(self, directory: str, settings: Settings | None = None) -> None:
        super().__init__(settings or Settings())
        self._directory, self._path = Path(directory), directory
        self._lock = threading.Lock()
        self._current: Folder | None = None
        self._commit: Commit = None
        self._generation = ""
        self._looked_at: int | None = None

    def recovers(self, error: Exception) -> bool:
        """See AnsweringEngine. A commit that is damaged is asked no more; any other error is our own, and stays what
        it is: whatever wrong numbers lead to, IndexError, ValueError, OverflowError..."""
        state = self._current
        expected = isinstance(error, (EngineUnavailable, RequestError))
        if not expected and state is not None and (found := damage_of(state.segments)):
            state.damage = str(found)
            raise EngineUnavailable(state.damage) from error
        return False

    def _on_page(self, state: Searchable, request: SearchRequest, filters: Filters) -> Answer:
        """As for any engine; a page deep inside is cut from the whole order, which is cached."""
        if request.page * request.size <= FIRST or not isinstance(state, Folder):
            return super()._on_page(state, request, filters)
        first, every = (request.page - 1) * request.size, range(state.documents)
        asked = msgspec.json.encode(msgspec.structs.replace(request, page=1, size=1))
        whole: Answer = state.orders.get(asked, lambda: self._answer(state, request, filters, every))
        return replace(whole, result=replace(whole.result, best=whole.result.best[first : first + request.size]))

    def generation(self) -> str:
        """See Engine.generation."""
        self._state()
        return self._generation

    def corpus(self) -> Corpus:
        """See Engine.corpus."""
        return corpus_of(self._state())

    def _state(self) -> Folder:
        """The last commit, opened once. A fresh reader each time: Whoosh's refresh() gives duplicate hits."""
        changed, state = _changed(self._path), self._current
        if state is None or changed != self._looked_at:
            try:
                state = self._latest(changed)
            except IndexProblem as error:
                raise EngineUnavailable(str(error)) from error
        if state.damage:
            raise EngineUnavailable(state.damage)
        return state

    def _latest(self, changed: int) -> Folder:
        with self._lock:
            commit = latest_commit(self._directory)
            if self._current is None or self._commit != commit:
                self._take_up(commit)
            # What changes within one tick of the file system's clock leaves the same time behind: look again then.
            self._looked_at = changed if time.time_ns() - changed > SETTLED else None
            assert self._current is not None
            return self._current

    def _take_up(self, commit: Commit) -> None:
        """Opens a new commit, which answers from now on. Holds the lock."""
        self._answer_from(commit, self._opened(self._settings.check_all))

    def _opened(self, check_all: bool) -> Folder:
        reader = open_reader(self._directory, check_all)
        return Folder(reader, RANKINGS[self._settings.ranking], read_report(self._directory, reader))

    def _answer_from(self, commit: Commit, folder: Folder) -> None:
        self._current, self._commit = folder, commit
        self._generation = "-".join(f"{part:x}" for part in commit or ())


def _changed(directory: str) -> int:
    """When names in the folder last changed, in nanoseconds; 0 where there is no folder."""
    try:
        return os.stat(directory).st_mtime_ns  # noqa: PTH116  a Path costs as much as the call
    except OSError:
        return 0
