"""tantivy, with its French Snowball stems."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import tantivy

from benchmarks.metrics import DEPTH
from benchmarks.peers.tantivy import HEAP, TEXTS, french_analyzer
from benchmarks.rankers.ranker import Rank
from kiosque.corpus.article import Article


class Tantivy:
    name = "tantivy french"
    how = "Snowball stems, then folded; BM25 of title and body added up"

    def index(self, articles: Sequence[Article], folder: Path) -> Rank:
        folder.mkdir()
        index = tantivy.Index(_schema(), str(folder), reuse=False)
        index.register_tokenizer("french", french_analyzer())
        writer = index.writer(HEAP // 4, 1)
        for article in articles:
            writer.add_document(tantivy.Document(id=article.id, title=article.title, body=article.body))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        searcher = index.searcher()

        def found(q: str) -> list[str]:
            hits = searcher.search(index.parse_query(_words(q), TEXTS), DEPTH).hits
            return [searcher.doc(address).get_first("id") for _, address in hits]

        def rank(queries: Mapping[str, str]) -> dict[str, list[str]]:
            return {query: found(q) for query, q in queries.items()}

        return rank


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder().add_text_field("id", stored=True, tokenizer_name="raw")
    for name in TEXTS:
        builder.add_text_field(name, tokenizer_name="french")
    return builder.build()


def _words(q: str) -> str:
    """Only words: colons, quotes and capital ORs are syntax to its parser."""
    return " ".join(re.findall(r"\w+", q.lower()))


RANKERS = [Tantivy()]
