"""The engine over an index folder on this machine."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from whoosh.query import Query
from whoosh.reading import IndexReader
from whoosh.scoring import BM25F
from whoosh.searching import Searcher

from corpus.article import Article
from index.accents import accented_terms
from index.analysis import fold, term_of, tokenize
from index.errors import IndexProblem
from index.reader import latest_commit, open_reader
from index.schema import TEXTS, article_of
from index.stats import Stats, stats_of
from search.dates import Days, parameter_days
from search.errors import EngineUnavailable, RequestError
from search.execute import Columns, Filters, Outcome, execute
from search.facets import date_facet, source_facet
from search.marks import Wanted, marks, spans, wanted
from search.model import ArticleView, Facets, Hit, Note, SearchPage, SearchRequest
from search.query import ParsedQuery, parse
from search.snippets import highlight, snippet

LONGEST_QUERY = 2000
"""Code points of a query."""

MOST_HITS = 100
"""Hits on one page."""


class EmbeddedEngine:
    """Answers from the last commit in a folder; a new commit is taken up by the next request."""

    def __init__(self, directory: str) -> None:
        self._directory = Path(directory)
        self._lock = threading.Lock()
        self._current: Snapshot | None = None
        self._commit: tuple[int, int, int] | None = None

    def search(self, request: SearchRequest) -> SearchPage:
        """See Engine.search."""
        started = time.perf_counter()
        filters = checked(request)
        with self._lock:
            snapshot = self._snapshot()
            parsed, outcome = snapshot.run(request, filters)
            hits = snapshot.hits(parsed.tree, outcome, request)
        return _page(request, parsed.notes, outcome, hits, filters, (time.perf_counter() - started) * 1000)

    def article(self, id: str, q: str = "") -> ArticleView | None:
        """See Engine.article."""
        with self._lock:
            snapshot = self._snapshot()
            article = snapshot.article(id)
            tree = parse(q[:LONGEST_QUERY], snapshot).tree
        if article is None:
            return None
        found = {name: spans(marks(getattr(article, name), wanted(tree, name))) for name in TEXTS}
        return ArticleView(article=article, title_marks=found["title"], body_marks=found["body"])

    def stats(self) -> Stats:
        """See Engine.stats."""
        with self._lock:
            return self._snapshot().stats()

    def _snapshot(self) -> Snapshot:
        """The last commit, opened once. A fresh reader each time: Whoosh's refresh() gives duplicate hits."""
        try:
            commit = latest_commit(self._directory)
            if self._current is None or self._commit != commit:
                self._current, self._commit = Snapshot(open_reader(self._directory)), commit
            return self._current
        except IndexProblem as error:
            raise EngineUnavailable(str(error)) from error


@dataclass
class Snapshot:
    """One committed state of the index. It is the parser's Lexicon too."""

    reader: IndexReader

    @property
    def generation(self) -> int:
        """The number of the commit."""
        return int(self.reader.generation())

    @cached_property
    def searcher(self) -> Searcher:
        """Whoosh's searcher, ranking by BM25 over the fields."""
        return Searcher(self.reader, weighting=BM25F())

    @cached_property
    def columns(self) -> Columns:
        """The columns, read once."""
        return Columns(self.reader)

    @cached_property
    def source_names(self) -> list[str]:
        """Every source, sorted."""
        return sorted({source for source, _, _ in self.columns.rows if source})

    def terms(self, surface: str) -> list[str]:
        """See Lexicon. A word typed with accents means itself; one typed without, all that it can be."""
        own = term_of(surface)
        accented = accented_terms(self.reader, surface) if surface.isascii() else []
        known = [term for term in (own, *accented) if any((name, term) in self.reader for name in TEXTS)]
        return known or [own]

    def sources(self, name: str) -> list[str]:
        """See Lexicon: the sources so named, whatever the case and accents; else those whose names have the words."""
        exact = [source for source in self.source_names if _words(source) == _words(name)]
        return exact or [source for source in self.source_names if f" {_words(name)} " in f" {_words(source)} "]

    def run(self, request: SearchRequest, filters: Filters) -> tuple[ParsedQuery, Outcome]:
        """Parses and executes. Where no article has all the words, those that have some are the answer."""
        parsed = parse(request.q, self, request.match)
        outcome = self._execute(parsed, request, filters)
        if outcome.matched or request.match == "any":
            return parsed, outcome
        relaxed = parse(request.q, self, "any")
        some = self._execute(relaxed, request, filters)
        if not some.total:
            return parsed, outcome
        message = "Aucun article n’a tous ces mots : voici ceux qui en ont une partie."
        return ParsedQuery(relaxed.tree, [*relaxed.notes, Note(kind="some_words", message=message)]), some

    def _execute(self, parsed: ParsedQuery, request: SearchRequest, filters: Filters) -> Outcome:
        best = min(request.page * request.size, self.reader.doc_count_all())
        return execute(self.searcher, self.columns, parsed.tree, filters, request.sort, best)

    def hits(self, tree: Query, outcome: Outcome, request: SearchRequest) -> list[Hit]:
        """The hits of the page that was asked for."""
        first = (request.page - 1) * request.size
        asked = {name: wanted(tree, name) for name in TEXTS}
        rows = enumerate(outcome.best[first : first + request.size], first + 1)
        return [_hit(self._read(number), rank, score, asked) for rank, (number, score) in rows]

    def article(self, id: str) -> Article | None:
        """The article of that id."""
        number = self.searcher.document_number(id=id)
        return None if number is None else self._read(number)

    def _read(self, number: int) -> Article:
        return article_of(self.reader.stored_fields(number))

    def stats(self) -> Stats:
        """What the commit holds."""
        return stats_of(self.reader)


def checked(request: SearchRequest) -> Filters:
    """The filters of a request within its limits; RequestError names the parameter that is not."""
    if len(request.q) > LONGEST_QUERY:
        raise RequestError("q", f"La requête est trop longue : {LONGEST_QUERY} caractères au plus.")
    if not 1 <= request.size <= MOST_HITS:
        raise RequestError("size", f"« size » va de 1 à {MOST_HITS}.")
    if request.page < 1:
        raise RequestError("page", "Les pages sont numérotées à partir de 1.")
    days: Days = (None, None) if request.undated else parameter_days(request.since, request.until)
    return Filters(frozenset(request.sources), days, request.undated)


def _words(name: str) -> str:
    return " ".join(fold(token.surface) for token in tokenize(name))


def _hit(article: Article, rank: int, score: float, asked: dict[str, Wanted]) -> Hit:
    return Hit(
        id=article.id,
        rank=rank,
        score=round(score, 4),
        title=article.title,
        title_html=highlight(article.title, spans(marks(article.title, asked["title"]))),
        url=article.url,
        source=article.source,
        date=article.date,
        snippet=snippet(article.body, asked["body"]),
    )


def _page(
    request: SearchRequest, notes: list[Note], outcome: Outcome, hits: list[Hit], filters: Filters, took_ms: float
) -> SearchPage:
    return SearchPage(
        query=request.q,
        total=outcome.total,
        took_ms=round(took_ms, 2),
        page=request.page,
        pages=math.ceil(outcome.total / request.size),
        size=request.size,
        sort=request.sort,
        match=request.match,
        hits=hits,
        facets=Facets(
            source=source_facet(outcome.sources, filters.sources),
            date=date_facet(outcome.days, filters.days),
        ),
        notes=notes,
    )
