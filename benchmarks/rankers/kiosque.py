"""Kiosque itself, through its own door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.metrics import DEPTH
from benchmarks.rankers.ranker import Rank
from kiosque.corpus.article import Article
from kiosque.index.codec.whoosh_codec import KiosqueSegment
from kiosque.index.commit.transaction import NAME, commit_segments, write_lock
from kiosque.index.invert.bulk import BulkWriter
from kiosque.index.segment.schema import schema
from kiosque.search import Engine, SearchRequest, open_engine

BATCH = 256


class Kiosque:
    name = "Kiosque"
    how = "as it searches, corrections and synonyms included"

    def index(self, articles: Sequence[Article], folder: Path) -> Rank:
        engine = open_engine(str(indexed(articles, folder)))

        def rank(queries: Mapping[str, str]) -> dict[str, list[str]]:
            return {query: found(engine, q) for query, q in queries.items()}

        return rank


def indexed(articles: Sequence[Article], directory: Path) -> Path:
    """An index of one segment in a new folder."""
    directory.mkdir()
    with write_lock(directory):
        segment, writer = KiosqueSegment(NAME, len(articles)), BulkWriter(directory)
        for first in range(0, len(articles), BATCH):
            writer.add(articles[first : first + BATCH])
        writer.flush(segment.segment_id())
        commit_segments(directory, schema(), [segment])
    return directory


def found(engine: Engine, q: str, size: int = DEPTH) -> list[str]:
    """The ids of the best articles; any word is enough."""
    return [hit.id for hit in engine.search(SearchRequest(q=q, match="any", size=size, copies="all")).hits]


RANKERS = [Kiosque()]
