"""Whoosh with its own codec and its French analyzer, where there are few articles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from whoosh.analysis import LanguageAnalyzer
from whoosh.fields import ID, TEXT, Schema
from whoosh.index import create_in
from whoosh.query import Or, Term

from benchmarks.metrics import DEPTH
from benchmarks.peers.whoosh import MEMORY_MB
from benchmarks.rankers.ranker import Missing, Rank
from kiosque.corpus.article import Article

MOST = 5_000
"""Articles. With ten times as many, indexing and 100 answers a query would take longer than all other engines."""


class Whoosh:
    name = "Whoosh LanguageAnalyzer('fr')"
    how = "its stop words and its own French stems, accents kept; BM25F of title and body added up"

    def index(self, articles: Sequence[Article], folder: Path) -> Rank:
        if len(articles) > MOST:
            raise Missing(f"too slow for {len(articles):,} articles; it is measured where there are {MOST:,} at most")
        folder.mkdir()
        analyzer = LanguageAnalyzer("fr")
        index = create_in(str(folder), Schema(id=ID(stored=True), title=TEXT(analyzer), body=TEXT(analyzer)))
        writer = index.writer(limitmb=MEMORY_MB)
        for article in articles:
            writer.add_document(id=article.id, title=article.title, body=article.body)
        writer.commit()
        searcher = index.searcher()

        def found(q: str) -> list[str]:
            # Its parser would read operators, and a query analyzed by hand is the same otherwise.
            words = [token.text for token in analyzer(q, mode="query")]
            query = Or([Term(name, word) for word in words for name in ("title", "body")])
            return [hit["id"] for hit in searcher.search(query, limit=DEPTH)]

        def rank(queries: Mapping[str, str]) -> dict[str, list[str]]:
            return {query: found(q) for query, q in queries.items()}

        return rank


RANKERS = [Whoosh()]
