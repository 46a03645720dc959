"""What all engines share: each checks, parses, tries and pages alike. They differ in the state that they search."""

from __future__ import annotations

import dataclasses
import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

import msgspec
from msgspec.structs import replace
from whoosh.query import NullQuery

from kiosque.corpus.french import typeset
from kiosque.index.care.stats import Stats
from kiosque.search.counts.facets import facets_of
from kiosque.search.counts.trends import Trends, TrendsRequest, trends_of
from kiosque.search.dates import Days, parameter_days
from kiosque.search.deadline import bounded
from kiosque.search.engines.hits import hits_of, with_copies
from kiosque.search.errors import RequestError
from kiosque.search.execute.deep_paging import FIRST
from kiosque.search.execute.explanation import node_of, plan_view
from kiosque.search.execute.plan import plan
from kiosque.search.execute.search_result import Filters, SearchResult
from kiosque.search.execute.searchable import Searchable
from kiosque.search.execute.terms import Terms
from kiosque.search.export import Export
from kiosque.search.facet_table import wanted_values
from kiosque.search.lexicon.synonyms import read_synonyms
from kiosque.search.model import (
    ArticleView,
    Corpus,
    Explanation,
    Facets,
    Hit,
    HitScore,
    Match,
    Note,
    SearchPage,
    SearchRequest,
    Suggestion,
    view_of,
)
from kiosque.search.parameters import MOST_HITS, MOST_OFFERED
from kiosque.search.query.parse import ParsedQuery, parse
from kiosque.search.query.words import Words
from kiosque.search.ranking import ranked
from kiosque.search.relax.attempts import LADDER, Answer, Question, as_typed
from kiosque.search.relax.date_coverage import outside
from kiosque.search.settings import Settings
from kiosque.search.snippets.marker import Marker
from kiosque.search.snippets.marks import spans, targets_of
from kiosque.search.suggest.completions import suggestions
from kiosque.search.suggest.similar import similar

Given = ParamSpec("Given")
Returned = TypeVar("Returned")


def attended(
    ask: Callable[Concatenate[AnsweringEngine, Given], Returned],
) -> Callable[Concatenate[AnsweringEngine, Given], Returned]:
    """On an exception asks `recovers()`; retries once if it says so."""

    @wraps(ask)
    def asked(self: AnsweringEngine, /, *args: Given.args, **kwargs: Given.kwargs) -> Returned:
        try:
            return ask(self, *args, **kwargs)
        except Exception as error:
            if not self.recovers(error):
                raise
            return ask(self, *args, **kwargs)

    return asked


class AnsweringEngine(ABC):
    """Answers from a state. A request keeps the state that it began with; the next one opens a new commit."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._synonyms = settings, read_synonyms(settings.synonyms_file)
        self._marker = Marker()

    @abstractmethod
    def _state(self) -> Searchable:
        """The last commit. Raises EngineUnavailable where none can be read."""

    def recovers(self, error: Exception) -> bool:
        """Whether to retry after this error. Raises EngineUnavailable where the index is to blame."""
        return False

    @abstractmethod
    def corpus(self) -> Corpus:
        """See Engine.corpus."""

    @abstractmethod
    def generation(self) -> str:
        """See Engine.generation."""

    @attended
    @bounded
    def search(self, request: SearchRequest) -> SearchPage:
        """See Engine.search."""
        started = time.perf_counter()
        filters, state = checked(request, self._settings), self._state()
        answer = self._on_page(state, request, filters)
        parsed, result = answer.parsed, answer.result
        rank = (request.page - 1) * request.size + 1
        most = self._settings.passages
        hits = hits_of(state, self._marker, parsed.tree, result.terms, result.best, rank, most)
        if request.copies == "grouped":
            hits = with_copies(state, hits, result.best)
        facets = facets_of(result.counts, state.statistics.values, filters)
        notes = parsed.notes
        if not result.total:
            notes = notes + outside(parsed.tree, filters.days, state.statistics.dates)
        return _page(request, notes, result, hits, facets, (time.perf_counter() - started) * 1000)

    def _on_page(self, state: Searchable, request: SearchRequest, filters: Filters) -> Answer:
        """The answer with the best on the requested page; one deep inside is cut from the whole order, if cached."""
        first = (request.page - 1) * request.size
        rows = range(first, first + request.size)
        if state.orders is None or rows.stop <= FIRST:
            return self._answer(state, request, filters, rows)
        key, every = msgspec.json.encode(replace(request, page=1, size=1)), range(state.statistics.documents)
        whole: Answer = state.orders.get(key, lambda: self._answer(state, request, filters, every))
        best = whole.result.best[rows.start : rows.stop]
        return dataclasses.replace(whole, result=dataclasses.replace(whole.result, best=best))

    def _answer(self, state: Searchable, request: SearchRequest, filters: Filters, rows: range) -> Answer:
        """Runs the query as typed; then, rung after rung, the attempts until one is good."""
        question = Question(request.q, request.match, self._words(state), state.statistics.dictionary)
        parsed = as_typed(question)
        answer = Answer(parsed, _run(state, parsed, request, filters, rows))
        for rung in LADDER:
            for attempt in rung(question, answer):
                result = _run(state, attempt.parsed, request, filters, rows)
                if attempt.accepts(result, answer.result):
                    answer = attempt.replacing(answer, result)
                    break
        return answer

    def _parsed(self, state: Searchable, q: str, match: Match = "all") -> ParsedQuery:
        return parse(q, self._words(state), match)

    def _words(self, state: Searchable) -> Words:
        return state.statistics.words(self._settings, self._synonyms)

    @attended
    @bounded
    def article(self, id: str, q: str = "") -> ArticleView | None:
        """See Engine.article."""
        state = self._state()
        document = state.find(id)
        if document is None:
            return None
        article, tree = state.article(document), self._parsed(state, q[: self._settings.longest_query]).tree
        title, body = self._marker.marks([article.title, article.body], list(targets_of(tree).values()))
        view = view_of(article, spans(title), spans(body))
        [copies] = state.copies_of([document])
        return replace(view, places=state.places(document), copies=copies)

    @attended
    @bounded
    def suggest(self, q: str, size: int = 8) -> list[Suggestion]:
        """See Engine.suggest."""
        _check_most(size)
        return suggestions(self._state(), q, size)

    @attended
    @bounded
    def similar(self, id: str, size: int = 5) -> list[Hit] | None:
        """See Engine.similar."""
        _check_most(size)
        state = self._state()
        document = state.find(id)
        if document is None:
            return None
        rows = similar(state, document, size)
        return hits_of(state, self._marker, NullQuery, Terms(state.statistics, NullQuery), rows, 1)

    @attended
    @bounded
    def explain(self, request: SearchRequest) -> Explanation:
        """See Engine.explain."""
        filters, state = checked(request, self._settings), self._state()
        answer = self._on_page(state, request, filters)
        tree = ranked(answer.parsed.tree, state.statistics.ranking)
        asked = plan(tree)
        cards = [(state.card(document), document, score) for document, score in answer.result.best]
        first = (request.page - 1) * request.size + 1
        return Explanation(
            query=request.q,
            total=answer.result.total,
            notes=answer.parsed.notes,
            tree=node_of(answer.parsed.tree),
            plan=plan_view(asked, list(filters.chosen)),
            hits=[
                HitScore(
                    id=card.id,
                    title=card.title,
                    rank=rank,
                    score=score,
                    base=asked.base,
                    parts=state.score_parts(tree, document),
                )
                for rank, (card, document, score) in enumerate(cards, first)
            ],
        )

    @attended
    @bounded
    def export(self, request: SearchRequest) -> Export:
        """See Engine.export."""
        filters, state = checked(request, self._settings), self._state()
        answer = self._answer(state, request, filters, range(0))
        return state.all_of(ranked(answer.parsed.tree, state.statistics.ranking), filters, request.sort)

    @attended
    @bounded
    def trends(self, request: TrendsRequest) -> Trends:
        """See Engine.trends."""
        for query in request.queries:
            checked(SearchRequest(q=query), self._settings)
        state = self._state()
        return trends_of(state, request, lambda query: self._parsed(state, query, request.match).tree)

    def trouble(self) -> str:
        """See Engine.trouble."""
        return ""

    @attended
    def stats(self) -> Stats:
        """See Engine.stats."""
        return self._state().stats


def _run(state: Searchable, parsed: ParsedQuery, request: SearchRequest, filters: Filters, rows: range) -> SearchResult:
    grouped = request.copies == "grouped"
    return state.execute(ranked(parsed.tree, state.statistics.ranking), filters, request.sort, rows, grouped)


def checked(request: SearchRequest, settings: Settings) -> Filters:
    """The filters of a request. Raises RequestError, which names the parameter that is out of its limits."""
    if len(request.q) > settings.longest_query:
        longest = settings.longest_query
        raise RequestError("q", f"La requête est trop longue : {longest} caractères au plus.", longest)
    if not 1 <= request.size <= MOST_HITS:
        raise RequestError("size", f"« size » va de 1 à {MOST_HITS}.")
    if request.page < 1:
        raise RequestError("page", "Les pages sont numérotées à partir de 1.")
    days: Days = (None, None) if request.undated else parameter_days(request.since, request.until)
    return Filters.selected(wanted_values(request), days, request.undated)


def _check_most(size: int) -> None:
    if not 1 <= size <= MOST_OFFERED:
        raise RequestError("size", f"« size » va de 1 à {MOST_OFFERED}.")


def _page(
    request: SearchRequest, notes: list[Note], result: SearchResult, hits: list[Hit], facets: Facets, took_ms: float
) -> SearchPage:
    pages = math.ceil((result.total - result.regrouped) / request.size)
    if request.page > max(pages, 1):
        past = typeset(f"Cette page n’existe pas : la dernière est la page {pages}.")
        notes = [*notes, Note(kind="past_end", message=past)]
    return SearchPage(
        query=request.q,
        total=result.total,
        took_ms=round(took_ms, 2),
        page=request.page,
        pages=pages,
        size=request.size,
        sort=request.sort,
        match=request.match,
        hits=hits,
        facets=facets,
        notes=notes,
        copies=request.copies,
        regrouped=result.regrouped,
    )
