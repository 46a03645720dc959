"""Whoosh with its own codec, on a subset: it takes in hundreds of articles a second.

As its docs advise: a large `limitmb`, one process a core, sortable columns for what is grouped, `chars` with the
PinpointFragmenter so that highlighting need not analyse articles again.
"""

from __future__ import annotations

from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from whoosh.analysis import CharsetFilter, LanguageAnalyzer
from whoosh.fields import ID, NUMERIC, STORED, TEXT, Schema
from whoosh.highlight import PinpointFragmenter
from whoosh.index import create_in, open_dir
from whoosh.qparser import MultifieldParser
from whoosh.query import NumericRange, Query, Term
from whoosh.sorting import Count, FieldFacet
from whoosh.support.charset import accent_map

from benchmarks.article import BenchArticle, read_articles
from benchmarks.days import NAMES, span
from benchmarks.peers.peer import SIZE, SNIPPET, TITLE_WEIGHT, Facts, child
from benchmarks.queries import BenchQuery
from benchmarks.tree import WHOOSH

MEMORY_MB = 256
UNITS = ("year", "month", "day")


def _schema() -> Schema:
    analyzer = LanguageAnalyzer("fr") | CharsetFilter(accent_map)
    return Schema(
        id=ID(stored=True),
        title=TEXT(analyzer, stored=True, chars=True, field_boost=TITLE_WEIGHT),
        body=TEXT(analyzer, stored=True, chars=True),
        source=ID(stored=True, sortable=True),
        date=STORED,
        url=STORED,
        **{unit: NUMERIC(int, sortable=True, default=0) for unit in UNITS},
    )


def _fields(article: BenchArticle) -> dict[str, Any]:
    year = int(article.date[:4]) if article.date else None
    fields = {name: getattr(article, name) for name in ("id", "title", "body", "source", "date", "url", "month", "day")}
    return {name: value for name, value in {**fields, "year": year}.items() if value is not None}


class Asked(NamedTuple):
    text: str
    source: Query | None
    days: Query | None
    unit: str


class Answer(NamedTuple):
    total: int
    hits: list[dict[str, Any]]
    snippets: list[str]
    sources: dict[str, int]
    dates: dict[int, int]
    unit: str


class OpenWhoosh:
    def __init__(self, directory: Path) -> None:
        index = open_dir(str(directory))
        self._searcher = index.searcher()
        self._parser = MultifieldParser(["title", "body"], index.schema)

    def prepare(self, query: BenchQuery) -> Asked:
        source = Term("source", query.source) if query.source else None
        days = NumericRange("day", *span(query.months)) if query.months else None
        return Asked(WHOOSH.write(query.tree), source, days, query.unit)

    def page(self, asked: Asked) -> Answer:
        text = self._parser.parse(asked.text)
        found = self._found(text, asked.source or asked.days, ("source", asked.unit))
        found.fragmenter = PinpointFragmenter(maxchars=SNIPPET, surround=SNIPPET // 2)
        best = found[:SIZE]  # grouping has switched the limit off
        hits = [hit.fields() for hit in best]
        snippets = [hit.highlights("body", top=1) or escape(hit["body"][:SNIPPET]) for hit in best]
        sources, dates = found.groups("source"), found.groups(asked.unit)
        if asked.source:  # each facet ignores its own filter
            sources = self._found(text, None, ("source",)).groups("source")
        if asked.days:
            dates = self._found(text, None, (asked.unit,)).groups(asked.unit)
        return Answer(len(found), hits, snippets, sources, dates, asked.unit)

    def _found(self, text: Query, narrowing: Query | None, groups: tuple[str, ...]) -> Any:
        facets = {name: FieldFacet(name, maptype=Count) for name in groups}
        return self._searcher.search(text, limit=SIZE, filter=narrowing, groupedby=facets)

    def facts(self, answer: Answer) -> Facts:
        name = NAMES[answer.unit]
        return Facts(
            total=answer.total,
            hits=len(answer.hits),
            snippets=sum(map(bool, answer.snippets)),
            sources={source: count for source, count in answer.sources.items() if source},
            dates={name(number): count for number, count in answer.dates.items() if number and count},
        )

    def describe(self) -> str:
        return f"{self._searcher.doc_count()} articles"


class Whoosh:
    name = "whoosh"
    differs = (
        "runs on the first articles only, so its build, pages and totals are those of a smaller index",
        "drops its own stop words when indexing; stems by its own French, and a stemmed word is folded after that",
        "grouping switches its top-k limit off, so every match is scored and sorted",
        "titles are not marked",
    )

    def version(self) -> str:
        return f"whoosh3 {version('whoosh3')}, its own codec"

    def command(self, corpus: Path, directory: Path, jobs: int) -> list[str]:
        return child("build", self.name, corpus, directory, "--jobs", jobs)

    def build(self, corpus: Path, directory: Path, jobs: int) -> None:
        writer = create_in(str(directory), _schema()).writer(limitmb=MEMORY_MB, procs=jobs)
        for article in read_articles(corpus):
            writer.add_document(**_fields(article))
        writer.commit()

    def load(self) -> None:
        """The imports above are all."""

    def open(self, directory: Path) -> OpenWhoosh:
        return OpenWhoosh(directory)


PEER = Whoosh()
