"""tantivy, through tantivy-py: French stems, fast fields for the facets, its own snippets.

As its docs advise: one commit, `wait_merging_threads`, fast fields for aggregations, a raw tokenizer for what is not
text. Stems are taken before accents are folded, as in Kiosque. Tried and kept: terms aggregations over fast fields of
years, months and days (its date histogram knows no months); filters as terms of the query, a facet that ignores its
own filter as a second aggregation (a filter aggregation in one pass was no faster).
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import tantivy
from tantivy import Document, FieldType, Filter, Index, Occur, Query, SchemaBuilder, SnippetGenerator, Tokenizer

from benchmarks.article import BenchArticle, read_articles
from benchmarks.days import NAMES, span
from benchmarks.peers.peer import SIZE, SNIPPET, TITLE_WEIGHT, Facts, child
from benchmarks.queries import BenchQuery
from benchmarks.tree import TANTIVY

HEAP = 1_000_000_000
"""Bytes for the indexing threads together; its default is 128 MB."""

TEXTS = ["title", "body"]
KEYS = ("id", "date", "url")
UNITS = ("year", "month", "day")
MOST_BUCKETS = 100_000


def _schema() -> tantivy.Schema:
    builder = SchemaBuilder()
    for name in TEXTS:
        builder.add_text_field(name, stored=True, tokenizer_name="french", index_option="position")
    for name in KEYS:
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("source", stored=True, fast=True, tokenizer_name="raw", index_option="basic")
    for name in UNITS:
        builder.add_unsigned_field(name, indexed=name == "day", fast=True)
    return builder.build()


def french_analyzer() -> tantivy.TextAnalyzer:
    """Snowball stems, then without accents."""
    builder = tantivy.TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(64)).filter(Filter.lowercase())
    return builder.filter(Filter.stemmer("french")).filter(Filter.ascii_fold()).build()


def _document(article: BenchArticle, schema: tantivy.Schema) -> Document:
    fields = {name: getattr(article, name) for name in (*TEXTS, *KEYS, "source", "month", "day")}
    if article.date:
        fields["year"] = int(article.date[:4])
    return Document.from_dict({name: value for name, value in fields.items() if value is not None}, schema)


class Asked(NamedTuple):
    text: str
    source: str | None
    days: tuple[int, int] | None
    unit: str


class Answer(NamedTuple):
    total: int
    hits: list[dict[str, Any]]
    snippets: list[str]
    sources: list[dict[str, Any]]
    dates: list[dict[str, Any]]
    unit: str


class OpenTantivy:
    def __init__(self, directory: Path) -> None:
        self._index = Index.open(str(directory))
        self._index.register_tokenizer("french", french_analyzer())
        self._schema, self._searcher = self._index.schema, self._index.searcher()

    def prepare(self, query: BenchQuery) -> Asked:
        days = span(query.months) if query.months else None
        return Asked(TANTIVY.write(query.tree), query.source, days, query.unit)

    def page(self, asked: Asked) -> Answer:
        text = self._parse(asked.text)
        wanted = _narrowed(text, list(self._filters(asked)))
        found = self._searcher.search(wanted, SIZE, count=True)
        documents = [self._searcher.doc(address) for _, address in found.hits]
        sources, dates = self._facets(text, wanted, asked)
        hits = [document.to_dict() for document in documents]
        return Answer(found.count, hits, self._snippets(text, documents), sources, dates, asked.unit)

    def _parse(self, text: str) -> Query:
        return self._index.parse_query(text, TEXTS, field_boosts={"title": TITLE_WEIGHT}, conjunction_by_default=True)

    def _filters(self, asked: Asked) -> Iterator[Query]:
        if asked.source:
            yield Query.term_query(self._schema, "source", asked.source)
        if asked.days:
            yield Query.range_query(self._schema, "day", FieldType.Unsigned, *asked.days)

    def _facets(self, text: Query, wanted: Query, asked: Asked) -> tuple[list[Any], list[Any]]:
        """The buckets of both facets: each ignores its own filter."""
        of_source, of_date = {"source": _terms("source")}, {"date": _terms(asked.unit)}
        if not (asked.source or asked.days):
            found = self._searcher.aggregate(text, of_source | of_date)
        else:
            found = self._searcher.aggregate(text if asked.source else wanted, of_source)
            found |= self._searcher.aggregate(text if asked.days else wanted, of_date)
        return found["source"]["buckets"], found["date"]["buckets"]

    def _snippets(self, text: Query, documents: list[Document]) -> list[str]:
        generator = SnippetGenerator.create(self._searcher, text, self._schema, "body")
        generator.set_max_num_chars(SNIPPET)
        found = [generator.snippet_from_doc(document).to_html() for document in documents]
        # Where only the title matches there is no fragment: the beginning stands in, as in Kiosque.
        return [html or _beginning(document) for html, document in zip(found, documents, strict=True)]

    def facts(self, answer: Answer) -> Facts:
        name = NAMES[answer.unit]
        return Facts(
            total=answer.total,
            hits=len(answer.hits),
            snippets=sum(map(bool, answer.snippets)),
            sources={bucket["key"]: bucket["doc_count"] for bucket in answer.sources},
            dates={name(int(bucket["key"])): bucket["doc_count"] for bucket in answer.dates},
        )

    def describe(self) -> str:
        return f"{self._searcher.num_docs} articles in {self._searcher.num_segments} segments"


def _beginning(document: Document) -> str:
    return escape(document.get_first("body")[:SNIPPET])


def _narrowed(text: Query, filters: list[Query]) -> Query:
    if not filters:
        return text
    unscored = [(Occur.Must, Query.const_score_query(query, 0.0)) for query in filters]
    return Query.boolean_query([(Occur.Must, text), *unscored])


def _terms(field: str) -> dict[str, Any]:
    return {"terms": {"field": field, "size": MOST_BUCKETS, "segment_size": MOST_BUCKETS}}


class Tantivy:
    name = "tantivy"
    differs = (
        "its tokens are runs of letters and digits, so an elided article is a word: `l’ONU` is two, `O.N.U.` three",
        "stems by its own Snowball French, of another version; a word typed without accents finds only what its own "
        "stem gives (Kiosque looks up every accented form)",
        "function words in a query are not dropped (none is drawn, save inside phrases)",
        "titles are not marked; forms of a word are not kept, so `=mot` is not possible",
    )

    def version(self) -> str:
        return f"tantivy-py {version('tantivy')}"

    def command(self, corpus: Path, directory: Path, jobs: int) -> list[str]:
        return child("build", self.name, corpus, directory, "--jobs", jobs)

    def build(self, corpus: Path, directory: Path, jobs: int) -> None:
        schema = _schema()
        index = Index(schema, str(directory), reuse=False)
        index.register_tokenizer("french", french_analyzer())
        writer = index.writer(HEAP, jobs)
        for article in read_articles(corpus):
            writer.add_document(_document(article, schema))
        writer.commit()
        writer.wait_merging_threads()

    def load(self) -> None:
        """The imports above are all."""

    def open(self, directory: Path) -> OpenTantivy:
        return OpenTantivy(directory)


PEER = Tantivy()
