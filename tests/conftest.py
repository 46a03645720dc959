"""What several folders of tests share: indexes made of a few articles."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import settings

from corpus.article import Article
from index.bulk import BulkWriter
from index.codec import KiosqueSegment
from index.commit import NAME, commit_segments, write_lock
from index.schema import schema

Commit = Callable[[Path, Iterable[Article]], None]


def commit_articles(directory: Path, articles: Iterable[Article]) -> None:
    """Makes these articles the whole index in `directory`, in one more commit."""
    articles = list(articles)
    with write_lock(directory):
        segment = KiosqueSegment(NAME, len(articles))
        writer = BulkWriter(directory)
        writer.add(articles)
        writer.flush(segment.segment_id())
        commit_segments(directory, schema(), [segment])


settings.register_profile("kiosque", deadline=None)  # a slow machine is no bug
settings.load_profile("kiosque")


@pytest.fixture(scope="session")
def commit() -> Commit:
    return commit_articles
