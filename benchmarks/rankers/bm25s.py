"""bm25s, with French Snowball stems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import bm25s
import Stemmer

from benchmarks.metrics import DEPTH
from benchmarks.rankers.ranker import Rank
from kiosque.corpus.article import Article


class Bm25s:
    name = "bm25s"
    how = "its words and its French stop words, Snowball stems, accents kept; title and body as one text"

    def index(self, articles: Sequence[Article], folder: Path) -> Rank:
        ids, ranker = [article.id for article in articles], bm25s.BM25()
        ranker.index(_tokens([f"{article.title}\n{article.body}" for article in articles]), show_progress=False)

        def found(tokens: list[str]) -> list[str]:
            scores = ranker.get_scores(tokens) if tokens else []
            best = sorted((-score, ids[at]) for at, score in enumerate(scores) if score > 0)
            return [id for _, id in best[:DEPTH]]

        def rank(queries: Mapping[str, str]) -> dict[str, list[str]]:
            return dict(zip(queries, map(found, _tokens(list(queries.values()))), strict=True))

        return rank


def _tokens(texts: list[str]) -> list[list[str]]:
    stemmer = Stemmer.Stemmer("french")
    options = {"stopwords": "fr", "stemmer": stemmer, "return_ids": False, "show_progress": False}
    tokens: list[list[str]] = bm25s.tokenize(texts, **options)
    return tokens


RANKERS = [Bm25s()]
