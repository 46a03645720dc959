"""The engine over an index folder on this machine."""

from __future__ import annotations

import math
import os
import threading
import time
from pathlib import Path

import msgspec
from whoosh.query import NullQuery

from index.errors import IndexProblem
from index.reader import latest_commit, open_reader
from index.reports import read_report
from index.stats import Stats
from search.corpus import corpus_of
from search.correcting import Answer, corrected
from search.dates import Days, parameter_days
from search.deadline import bounded
from search.deep import FIRST
from search.errors import EngineUnavailable, RequestError
from search.execute import Filters, Outcome, execute
from search.exporting import Export, export_of
from search.facets import date_facet, source_facet, sources_found
from search.hits import hits_of
from search.marker import Marker
from search.marks import spans, wanted
from search.missing import some_words
from search.model import (
    ArticleView,
    Corpus,
    Facets,
    Hit,
    Match,
    Note,
    SearchPage,
    SearchRequest,
    Suggestion,
    view_of,
)
from search.most_words import most_words
from search.outside import outside
from search.query import ParsedQuery, parse
from search.ranking import RANKINGS, ranked
from search.settings import Settings
from search.similar import similar
from search.snapshot import Snapshot
from search.suggest import suggestions
from search.synonyms import read_synonyms
from search.terms import Terms
from search.trends import Trends, TrendsRequest, trends_of
from search.words import Words

SETTLED = 1_000_000_000
"""Nanoseconds after which a folder's time of change can be relied on; file systems count in steps of up to 10 ms."""

MOST_HITS = 100
"""Hits on one page."""


MOST_OFFERED = 20
"""Suggestions, or similar articles, at a time."""


class EmbeddedEngine:
    """Answers from the last commit in a folder; a new commit is taken up by the next request.

    A request keeps the snapshot that it began with: its arrays stay mapped until the last request lets go of them.
    """

    def __init__(self, directory: str, settings: Settings | None = None) -> None:
        self._directory, self._path = Path(directory), directory
        self._settings = settings or Settings()
        self._synonyms = read_synonyms(self._settings.synonyms_file)
        self._lock = threading.Lock()
        self._marker = Marker()
        self._current: Snapshot | None = None
        self._commit: object = None
        self._generation = ""
        self._looked_at: int | None = None

    @bounded
    def search(self, request: SearchRequest) -> SearchPage:
        """See Engine.search."""
        started = time.perf_counter()
        filters, snapshot = checked(request, self._settings), self._snapshot()
        parsed, outcome = self._ranked(snapshot, request, filters)
        first = (request.page - 1) * request.size
        rows = outcome.best[first : first + request.size]
        hits = hits_of(snapshot, self._marker, parsed.tree, outcome.terms, rows, first + 1)
        facets = Facets(
            source=source_facet(outcome.source_counts, snapshot.sources.texts, filters.sources),
            date=date_facet(outcome.date_counts, snapshot.dates, filters.days),
            sources=sources_found(outcome.source_counts, snapshot.sources.texts),
        )
        notes = parsed.notes if outcome.total else parsed.notes + outside(parsed.tree, filters.days, snapshot.dates)
        return _page(request, notes, outcome, hits, facets, (time.perf_counter() - started) * 1000)

    def _ranked(self, snapshot: Snapshot, request: SearchRequest, filters: Filters) -> tuple[ParsedQuery, Outcome]:
        """The answer with its best as far as the page that is asked for, or all of them where that is deep inside."""
        best = request.page * request.size
        if best <= FIRST:
            return self._run(snapshot, request, filters, best)
        asked = msgspec.json.encode(msgspec.structs.replace(request, page=1, size=1))
        found: tuple[ParsedQuery, Outcome] = snapshot.orders.get(
            asked, lambda: self._run(snapshot, request, filters, snapshot.documents)
        )
        return found

    def _run(
        self, snapshot: Snapshot, request: SearchRequest, filters: Filters, best: int
    ) -> tuple[ParsedQuery, Outcome]:
        """Parses and executes. Words that no article has are mended; where still none has all the words, those that
        have most of them are the answer, else those that have some."""

        def answered(parsed: ParsedQuery) -> Answer:
            return Answer(parsed, execute(snapshot, ranked(parsed.tree, snapshot.ranking), filters, request.sort, best))

        def run(q: str, match: Match = request.match) -> Answer:
            return answered(self._parsed(snapshot, q, match))

        answer = corrected(request.q, request.match, run(request.q), snapshot.known_forms, run)
        if answer.outcome.matched or request.match == "any":
            return answer.parsed, answer.outcome
        fewer = (answered(answer.parsed._replace(tree=tree)) for tree in most_words(answer.parsed.tree))
        relaxed = next((one for one in fewer if one.outcome.total), None) or run(request.q, "any")
        if not relaxed.outcome.total:
            return answer.parsed, answer.outcome
        note = some_words(request.q, answer.parsed.words, self._words(snapshot).lexicon.frequency)
        return relaxed.parsed._replace(notes=[*relaxed.parsed.notes, note]), relaxed.outcome

    def _parsed(self, snapshot: Snapshot, q: str, match: Match = "all") -> ParsedQuery:
        return parse(q, self._words(snapshot), match)

    def _words(self, snapshot: Snapshot) -> Words:
        return snapshot.words(self._settings, self._synonyms)

    @bounded
    def article(self, id: str, q: str = "") -> ArticleView | None:
        """See Engine.article."""
        snapshot = self._snapshot()
        number = snapshot.number_of(id)
        if number is None:
            return None
        article, tree = snapshot.article(number), self._parsed(snapshot, q[: self._settings.longest_query]).tree
        title, body = self._marker.marks([article.title, article.body], list(wanted(tree).values()))
        return view_of(article, spans(title), spans(body))

    @bounded
    def suggest(self, q: str, size: int = 8) -> list[Suggestion]:
        """See Engine.suggest."""
        _check_most(size)
        return suggestions(self._snapshot(), q, size)

    @bounded
    def similar(self, id: str, size: int = 5) -> list[Hit] | None:
        """See Engine.similar."""
        _check_most(size)
        snapshot = self._snapshot()
        number = snapshot.number_of(id)
        if number is None:
            return None
        return hits_of(
            snapshot, self._marker, NullQuery, Terms(snapshot, NullQuery), similar(snapshot, number, size), 1
        )

    def export(self, request: SearchRequest) -> Export:
        """See Engine.export."""
        filters, snapshot = checked(request, self._settings), self._snapshot()
        _, outcome = self._run(snapshot, request, filters, snapshot.documents)
        return export_of(snapshot, outcome)

    @bounded
    def trends(self, request: TrendsRequest) -> Trends:
        """See Engine.trends."""
        for query in request.queries:
            checked(SearchRequest(q=query), self._settings)
        snapshot = self._snapshot()
        return trends_of(snapshot, request, lambda query: self._parsed(snapshot, query, request.match).tree)

    def generation(self) -> str:
        """See Engine.generation."""
        self._snapshot()
        return self._generation

    def stats(self) -> Stats:
        """See Engine.stats."""
        return self._snapshot().stats

    def corpus(self) -> Corpus:
        """See Engine.corpus."""
        return corpus_of(self._snapshot())

    def _snapshot(self) -> Snapshot:
        """The last commit, opened once. A fresh reader each time: Whoosh's refresh() gives duplicate hits."""
        changed = _changed(self._path)
        if self._current is not None and changed == self._looked_at:
            return self._current
        try:
            return self._latest(changed)
        except IndexProblem as error:
            raise EngineUnavailable(str(error)) from error

    def _latest(self, changed: int) -> Snapshot:
        with self._lock:
            commit = latest_commit(self._directory)
            if self._current is None or self._commit != commit:
                reader = open_reader(self._directory)
                report = read_report(self._directory, reader)
                self._current = Snapshot(reader, RANKINGS[self._settings.ranking], report)
                self._commit = commit
                self._generation = "-".join(f"{part:x}" for part in commit or ())
            # What changes within one tick of the file system's clock leaves the same time behind: look again then.
            self._looked_at = changed if time.time_ns() - changed > SETTLED else None
            return self._current


def _changed(directory: str) -> int:
    """When names in the folder last changed, in nanoseconds; 0 where there is no folder."""
    try:
        return os.stat(directory).st_mtime_ns  # noqa: PTH116  a Path costs as much as the call
    except OSError:
        return 0


def checked(request: SearchRequest, settings: Settings) -> Filters:
    """The filters of a request within its limits; RequestError names the parameter that is not."""
    if len(request.q) > settings.longest_query:
        longest = settings.longest_query
        raise RequestError("q", f"La requête est trop longue : {longest} caractères au plus.", longest)
    if not 1 <= request.size <= MOST_HITS:
        raise RequestError("size", f"« size » va de 1 à {MOST_HITS}.")
    if request.page < 1:
        raise RequestError("page", "Les pages sont numérotées à partir de 1.")
    days: Days = (None, None) if request.undated else parameter_days(request.since, request.until)
    return Filters(frozenset(request.sources), days, request.undated)


def _check_most(size: int) -> None:
    if not 1 <= size <= MOST_OFFERED:
        raise RequestError("size", f"« size » va de 1 à {MOST_OFFERED}.")


def _page(
    request: SearchRequest, notes: list[Note], outcome: Outcome, hits: list[Hit], facets: Facets, took_ms: float
) -> SearchPage:
    pages = math.ceil(outcome.total / request.size)
    if request.page > max(pages, 1):
        past = f"Cette page n’existe pas\u00a0: la dernière est la page {pages}."
        notes = [*notes, Note(kind="past_end", message=past)]
    return SearchPage(
        query=request.q,
        total=outcome.total,
        took_ms=round(took_ms, 2),
        page=request.page,
        pages=pages,
        size=request.size,
        sort=request.sort,
        match=request.match,
        hits=hits,
        facets=facets,
        notes=notes,
    )
