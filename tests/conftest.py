"""What several folders of tests share: indexes made of a few articles."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from whoosh.index import create_in, exists_in, open_dir
from whoosh.writing import CLEAR

from corpus.article import Article
from index.schema import document, schema

Commit = Callable[[Path, Iterable[Article]], None]


def commit_articles(directory: Path, articles: Iterable[Article]) -> None:
    """Makes these articles the whole index in `directory`, in one more commit."""
    directory.mkdir(exist_ok=True)
    index = open_dir(str(directory)) if exists_in(str(directory)) else create_in(str(directory), schema())
    writer = index.writer()
    for article in articles:
        writer.add_document(**document(article))
    writer.commit(mergetype=CLEAR)


@pytest.fixture(scope="session")
def commit() -> Commit:
    return commit_articles
