"""An engine over a list of articles, without an index: exact enough to test pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from html import escape

import msgspec
from flask.testing import FlaskClient

from kiosque.corpus.article import Article, Origin
from kiosque.search import EngineUnavailable, RequestError, SearchPage, SearchRequest
from kiosque.search.counts.trends import SourceTrend, Trend, Trends, TrendsRequest
from kiosque.search.export import Export
from kiosque.search.facet_table import wanted_values
from kiosque.search.model import (
    ArticleView,
    Corpus,
    DateBucket,
    DateFacet,
    Explanation,
    Facets,
    Hit,
    HitScore,
    Node,
    Note,
    PlanView,
    Snippet,
    SourceYears,
    Span,
    Stats,
    Suggestion,
    Summary,
    ValueCount,
    view_of,
)
from kiosque.search.snippets.snippet import reading_minutes
from kiosque.web.app import create_app


def spans(text: str, q: str) -> list[Span]:
    words = [re.escape(word) for word in q.split()]
    return [match.span() for match in re.finditer("|".join(words), text, re.IGNORECASE)] if words else []


def html(text: str, marks: Sequence[Span]) -> str:
    out, end = "", 0
    for start, stop in marks:
        out += f"{escape(text[end:start])}<mark>{escape(text[start:stop])}</mark>"
        end = stop
    return out + escape(text[end:])


def in_range(article: Article, request: SearchRequest) -> bool:
    if request.undated:
        return article.date is None
    since, until = request.since or "", request.until or "9"
    if article.date is None:
        return not (request.since or request.until)
    return article.date[: len(since)] >= since[: len(article.date)] and article.date[: len(until)] <= until


def wanted(article: Article, request: SearchRequest, but: str = "") -> bool:
    """Whether the article has a selected value of each facet, except of the facet `but`."""
    picked = wanted_values(request).items()
    return all(getattr(article, column) in values for column, values in picked if values and column != but)


class FakeEngine:
    """Finds the articles that contain every word of the query; counts dates by month."""

    reading: Summary | None = None

    def __init__(self, articles: Sequence[Article], notes: Sequence[Note] = ()) -> None:
        self.articles = list(articles)
        self.notes = list(notes)
        self.requests: list[SearchRequest] = []

    def search(self, request: SearchRequest) -> SearchPage:
        self.requests.append(request)
        if len(request.q) > 1000:
            raise RequestError("q", "La requête dépasse 1 000 caractères.")
        if request.size > 100:
            raise RequestError("size", "« size » ne dépasse pas 100.")
        words = request.q.lower().split()
        said = [a for a in self.articles if all(word in f"{a.title} {a.body}".lower() for word in words)]
        dated = [a for a in said if in_range(a, request)]
        found = [a for a in dated if wanted(a, request)]
        if request.sort != "relevance":
            found.sort(key=lambda a: a.date or "", reverse=request.sort == "newest")
        first = (request.page - 1) * request.size
        return SearchPage(
            query=request.q,
            total=len(found),
            took_ms=0.93,
            page=request.page,
            pages=-(-len(found) // request.size),
            size=request.size,
            sort=request.sort,
            match=request.match,
            hits=[self.hit(a, first + i, request.q) for i, a in enumerate(found[first : first + request.size], 1)],
            facets=self.facets(said, dated, request),
            notes=self.notes,
        )

    def hit(self, article: Article, rank: int, q: str) -> Hit:
        text = article.body[:160]
        marks = spans(text, q)
        return Hit(
            id=article.id,
            rank=rank,
            score=1.0 / rank,
            title=article.title,
            title_html=html(article.title, spans(article.title, q)),
            url=article.url,
            source=article.source,
            date=article.date,
            snippet=Snippet(text=text, marks=marks, html=html(text, marks)),
            reading_minutes=reading_minutes(len(article.body.encode(errors="replace"))),
        )

    def facets(self, said: Sequence[Article], dated: Sequence[Article], request: SearchRequest) -> Facets:
        dates = Facets(source=[], date=self.dates(said, request))
        return msgspec.structs.replace(dates, **self.values(dated, request))

    def values(self, articles: Sequence[Article], request: SearchRequest) -> dict[str, list[ValueCount]]:
        picked = wanted_values(request)
        found = {}
        for column, own in picked.items():
            kept = (getattr(a, column) for a in articles if wanted(a, request, but=column))
            counts = Counter(value for value in kept if value)
            found[column] = [ValueCount(value=v, count=n, selected=v in own) for v, n in counts.most_common()]
        return found

    def dates(self, articles: Sequence[Article], request: SearchRequest) -> DateFacet:
        kept = [a for a in articles if wanted(a, request)]
        months = Counter(a.date[:7] for a in kept if a.date)
        buckets = [
            DateBucket(since=m, until=m, count=n, selected=(request.since, request.until) == (m, m))
            for m, n in sorted(months.items())
        ]
        return DateFacet(unit="month", buckets=buckets, undated=sum(a.date is None for a in kept))

    def article(self, id: str, q: str = "") -> ArticleView | None:
        for found in self.articles:
            if found.id == id:
                marks = spans(found.title, q), spans(found.body, q)
                return view_of(found, *marks)
        return None

    def suggest(self, q: str, size: int = 8) -> list[Suggestion]:
        words = {word for a in self.articles for word in a.title.lower().split() if word.startswith(q)}
        return [Suggestion(text=word, kind="query") for word in sorted(words)][:size]

    def similar(self, id: str, size: int = 5) -> list[Hit] | None:
        if all(a.id != id for a in self.articles):
            return None
        return [self.hit(a, rank, "") for rank, a in enumerate(self.articles, 1) if a.id != id][:size]

    def export(self, request: SearchRequest) -> Export:
        page = self.search(msgspec.structs.replace(request, page=1, size=100))
        by_id = {a.id: a for a in self.articles}
        return Export(page.total, (by_id[hit.id] for hit in page.hits))

    def trends(self, request: TrendsRequest) -> Trends:
        """Counts by month; each source gets the counts of all."""
        periods = sorted({a.date[:7] for a in self.articles if a.date and len(a.date) > 4})
        asked = SearchRequest(q="", sources=request.sources, sections=request.sections)
        pages = [self.search(msgspec.structs.replace(asked, q=query)) for query in request.queries]
        return Trends(
            unit="month",
            periods=periods,
            corpus=[sum((a.date or "").startswith(period) for a in self.articles) for period in periods],
            series=[self.trend(page, periods, request.by_source) for page in pages],
        )

    def trend(self, page: SearchPage, periods: Sequence[str], by_source: bool) -> Trend:
        found = {bucket.since: bucket.count for bucket in page.facets.date.buckets}
        counts = [found.get(period, 0) for period in periods]
        named = [SourceTrend(source=s.value, total=sum(counts), counts=counts) for s in page.facets.source]
        return Trend(
            query=page.query,
            total=sum(counts),
            counts=counts,
            imprecise=0,
            undated=page.facets.date.undated,
            sources=named if by_source else [],
        )

    def generation(self) -> str:
        return "1"

    def corpus(self) -> Corpus:
        groups: dict[str | None, list[Article]] = {}
        for found in self.articles:
            groups.setdefault(found.source, []).append(found)
        rows = sorted((self.years(*group) for group in groups.items()), key=lambda row: -row.total)
        name = "refusals.1.tsv" if self.reading else None
        return Corpus(all=self.years(None, self.articles), sources=rows, reading=self.reading, refusals=name)

    def years(self, source: str | None, articles: Sequence[Article]) -> SourceYears:
        years = Counter(a.date[:4] for a in articles if a.date)
        undated = sum(a.date is None for a in articles)
        return SourceYears(source=source, total=len(articles), undated=undated, years=dict(sorted(years.items())))

    def explain(self, request: SearchRequest) -> Explanation:
        page, nothing = self.search(request), PlanView(groups=[], excluded=[], filters=[], without_kernel=[])
        hits = [HitScore(id=h.id, title=h.title, rank=h.rank, score=h.score, base=0, parts=[]) for h in page.hits]
        return Explanation(
            query=page.query, total=page.total, notes=page.notes, tree=Node(name="And"), plan=nothing, hits=hits
        )

    def trouble(self) -> str:
        return ""

    def stats(self) -> Stats:
        dates = sorted(a.date for a in self.articles if a.date)
        return Stats(
            articles=len(self.articles),
            sources=len({a.source for a in self.articles if a.source}),
            undated=len(self.articles) - len(dates),
            first=dates[0] if dates else None,
            last=dates[-1] if dates else None,
            generation=1,
        )


class NoIndex(FakeEngine):
    """An engine whose index was never built."""

    def __init__(self) -> None:
        super().__init__([])

    def search(self, request: SearchRequest) -> SearchPage:
        raise EngineUnavailable("Pas d’index dans var/index. Lancez : make index")

    def generation(self) -> str:
        raise EngineUnavailable("Pas d’index dans var/index. Lancez : make index")

    def export(self, request: SearchRequest) -> Export:
        raise EngineUnavailable("Pas d’index dans var/index. Lancez : make index")

    def article(self, id: str, q: str = "") -> ArticleView | None:
        raise EngineUnavailable("Pas d’index dans var/index. Lancez : make index")

    def suggest(self, q: str, size: int = 8) -> list[Suggestion]:
        raise EngineUnavailable("Pas d’index dans var/index. Lancez : make index")

    def similar(self, id: str, size: int = 5) -> list[Hit] | None:
        raise EngineUnavailable("Pas d’index dans var/index. Lancez : make index")

    def corpus(self) -> Corpus:
        raise EngineUnavailable("Pas d’index dans var/index. Lancez : make index")

    def stats(self) -> Stats:
        raise EngineUnavailable("Pas d’index dans var/index. Lancez : make index")


def article(id: str, title: str = "Un titre", body: str = "Un corps.", **fields: str) -> Article:
    origins = {f"{name}_origin": Origin.METADATA for name in ("source", "date") if name in fields}
    return msgspec.structs.replace(Article(id=id, title=title, body=body), **origins, **fields)


ARTICLES = [
    article(
        "kiev-1",
        "L’Allemagne livre 5 000 casques à l’Ukraine",
        "Berlin annonce une aide militaire.\nLes casques partiront bientôt.",
        source="Le Courrier du Rhin",
        date="2022-01",
        url="https://exemple.fr/casques",
    ),
    article("kiev-2", "Une aide militaire en débat", "Le parlement en discute.", source="AFP", date="2022-02-03"),
    article("greve", "La grève des retraites", "Aucun train ce jeudi.", source="AFP", date="2023-03-07"),
    article("sans-date", "Un fait divers sans date", "On ne sait quand.", source="La Gazette"),
]


def visit(*articles: Article, engine: FakeEngine | None = None) -> FlaskClient:
    """A test client of the app over `articles`, or over an engine."""
    return create_app({"ENGINE": engine or FakeEngine(articles or ARTICLES)}).test_client()
