"""Requests and answers: all that passes between an engine and pages, API and commands.

Every answer is a msgspec Struct whose JSON form is the API's (docs/API.md).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from kiosque.corpus.article import Article as Article  # exported from here
from kiosque.corpus.article import Confidence, Precision
from kiosque.corpus.article import Cut as Cut
from kiosque.corpus.article import Place as Place
from kiosque.index.care.stats import Stats as Stats
from kiosque.index.commit.reports import Summary as Summary

Sort = Literal["relevance", "newest", "oldest"]
Match = Literal["all", "any"]
Copies = Literal["grouped", "all"]
"""Whether near copies that match are one hit, or one each."""

Unit = Literal["year", "month", "day"]
Span = tuple[int, int]
"""Start and end (exclusive) of a mark, counted in code points of the text beside it."""


class SearchRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A search. `since` and `until` are ISO dates of day, month or year precision, both inclusive."""

    q: str = ""
    sources: list[str] = []
    sections: list[str] = []
    since: str | None = None
    until: str | None = None
    undated: bool = False
    """Only articles without a date; `since` and `until` are then ignored."""
    sort: Sort = "relevance"
    page: int = 1
    size: int = 10
    match: Match = "all"
    copies: Copies = "grouped"


class Note(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the engine did with a query, for its author, in French.

    `position` is the offset in the query; `query` is a mended query to offer as a link.
    """

    kind: str
    message: str
    position: int | None = None
    query: str | None = None


class Snippet(msgspec.Struct, frozen=True, kw_only=True):
    """One to three passages of an article with "…" between them; `html` is `text` escaped, then marked with <mark>."""

    text: str
    marks: list[Span]
    html: str


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """An article that is a near copy of another."""

    id: str
    title: str
    source: str | None
    date: str | None


class CopyGroup(msgspec.Struct, frozen=True, kw_only=True):
    """The near copies of an article in the whole index, whether they match the search or not.

    `first` is the id of the one published first, perhaps this one. `titles` is how many other sources have it.
    `others` are in the order of publication, only the first few in a hit; `count` is how many there are.
    """

    first: str
    titles: int
    count: int
    others: list[Copy]


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One article of a result, ranked from 1 over all pages. `copies` is given where copies are grouped."""

    id: str
    rank: int
    score: float
    title: str
    title_html: str
    url: str | None
    source: str | None
    date: str | None
    snippet: Snippet
    reading_minutes: int = 0
    copies: CopyGroup | None = None


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody may be typing: a query with its last word completed, or an article by its title.

    `id` is an article's. `count` is how many articles have the completed word, where the query is that word alone.
    """

    text: str
    kind: Literal["query", "article"]
    id: str | None = None
    count: int | None = None


class ValueCount(msgspec.Struct, frozen=True, kw_only=True):
    """One bucket of a facet of values."""

    value: str
    count: int
    selected: bool = False


class DateBucket(msgspec.Struct, frozen=True, kw_only=True):
    """The articles whose date overlaps the days from `since` to `until` (ISO, of the facet's unit)."""

    since: str = msgspec.field(name="from")
    until: str = msgspec.field(name="to")
    count: int
    selected: bool = False


class DateFacet(msgspec.Struct, frozen=True, kw_only=True):
    """A histogram without holes: one bucket a year, month or day. `undated` counts articles without a date."""

    unit: Unit
    buckets: list[DateBucket]
    undated: int


class Facets(msgspec.Struct, frozen=True, kw_only=True):
    """Disjunctive counts: each facet ignores its own selection and obeys the others'. One field a facet_table row."""

    source: list[ValueCount]
    date: DateFacet
    section: list[ValueCount] = []
    """The 1,000 sections that have most articles, and the selected ones."""
    sources: int = 0
    """How many sources have articles; `source` lists those that have most, 10,000 of them, and the selected ones."""


class SearchPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of results. `total` is exact; `pages` is 0 where nothing was found.

    `regrouped` of these articles are not hits: a near copy of each is one.
    """

    query: str
    total: int
    took_ms: float
    page: int
    pages: int
    size: int
    sort: Sort
    match: Match
    hits: list[Hit]
    facets: Facets
    notes: list[Note]
    copies: Copies = "all"
    regrouped: int = 0


class ArticleView(msgspec.Struct, frozen=True, kw_only=True):
    """An article with the marks of a query, and how far its date and source can be trusted.

    `places` are where else the same article was found: it is kept once. `copies` are its near copies.
    """

    article: Article
    title_marks: list[Span]
    body_marks: list[Span]
    date_precision: Precision | None
    date_confidence: Confidence | None
    source_confidence: Confidence | None
    places: list[Place] = []
    copies: CopyGroup | None = None


def view_of(article: Article, title_marks: list[Span], body_marks: list[Span]) -> ArticleView:
    """The view of an article with these marks."""
    return ArticleView(
        article=article,
        title_marks=title_marks,
        body_marks=body_marks,
        date_precision=article.precision,
        date_confidence=article.date_confidence,
        source_confidence=article.source_confidence,
    )


class SourceYears(msgspec.Struct, frozen=True, kw_only=True):
    """The articles of one source, or of those without one (None), by year in order, without empty years."""

    source: str | None
    total: int
    undated: int
    years: dict[str, int]


class Corpus(msgspec.Struct, frozen=True, kw_only=True):
    """The articles of the index by source and year, most frequent sources first, and how they were read.

    Beyond 10,000 sources, `others` is how many more there are, and `rest` counts them together. `reading` is None where
    the index has no report. `refusals` is the name of the file beside the index with every refusal.
    """

    all: SourceYears
    sources: list[SourceYears]
    reading: Summary | None
    refusals: str | None
    others: int = 0
    rest: SourceYears | None = None


class TermScore(msgspec.Struct, frozen=True, kw_only=True):
    """The score of a term in one field of a document.

    score = weight * (1 + bonus) * idf * (k1 + 1) * frequency / (frequency + norm)
    norm = k1 * (1 - b + b * length / average length)

    weight: of the field, times that of a synonym. bonus: of the form as it was typed, where the document has it.
    """

    field: str
    term: str
    frequency: float
    length: int
    norm: float
    idf: float
    weight: float
    bonus: float
    score: float


class LeafScore(msgspec.Struct, frozen=True, kw_only=True):
    """A leaf of the plan that has the document. What scores by itself, or through Whoosh's matchers, has no terms."""

    leaf: str
    score: float
    terms: list[TermScore] = []


class HitScore(msgspec.Struct, frozen=True, kw_only=True):
    """A hit with its score, which is `base` and the sum of its parts. A cluster keeps the parts to itself."""

    id: str
    title: str
    rank: int
    score: float
    base: float
    parts: list[LeafScore]


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """A node of the query tree."""

    name: str
    children: list[Node] = []


class PlanView(msgspec.Struct, frozen=True, kw_only=True):
    """A plan: a match is in a leaf of each group, in none that excludes, and passes the filters.

    without_kernel: the leaves that run through Whoosh's matchers.
    """

    groups: list[list[str]]
    excluded: list[str]
    filters: list[str]
    without_kernel: list[str]


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """How a query was answered. The tree is that of the attempt that was good, which the notes tell."""

    query: str
    total: int
    notes: list[Note]
    tree: Node
    plan: PlanView
    hits: list[HitScore]
