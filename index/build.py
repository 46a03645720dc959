"""Builds an index from a corpus: walk -> documents -> one commit.

The commit replaces everything by renaming one table of contents, so a reader sees the old state or the new one,
and a build that dies leaves the old one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from whoosh.index import EmptyIndexError, FileIndex, LockError, create_in, open_dir
from whoosh.writing import CLEAR, IndexWriter

from corpus.article import Article
from corpus.report import Report
from corpus.walk import Refusal, read_corpus
from index.errors import BusyIndex, EmptyCorpus, UnusableFolder
from index.schema import document, schema

Progress = Callable[[Report], None]
"""Called after each item, with what was read so far."""

MEMORY_MB = 512
"""Postings kept in memory before they spill to disk."""


def build(paths: Iterable[Path], directory: Path, progress: Progress = lambda report: None) -> Report:
    """Replaces the index in `directory` by one of the articles under `paths`, in one commit.

    Returns what was read, guessed and refused. Raises CorpusNotFound, EmptyCorpus where not one article was read
    (the previous index is kept), BusyIndex where another build holds the folder.
    """
    paths = list(paths)
    items = read_corpus(paths)
    writer = _writer(directory)
    try:
        report = _add_all(writer, items, progress)
        if not report.articles:
            raise EmptyCorpus(", ".join(f"« {path} »" for path in paths))
    except BaseException:
        writer.cancel()
        raise
    writer.commit(mergetype=CLEAR)
    return report


def _writer(directory: Path) -> IndexWriter:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnusableFolder(directory, error.strerror) from error
    try:
        writer = _open_or_create(directory).writer(limitmb=MEMORY_MB)
    except LockError as error:
        raise BusyIndex(directory) from error
    for leftover in directory.glob("_MAIN_*.toc.*"):  # of a build that was killed just before its commit
        leftover.unlink()
    return writer


def _open_or_create(directory: Path) -> FileIndex:
    """The index in `directory` with today's schema. One that cannot be read is begun anew: it answers nobody."""
    try:
        return open_dir(str(directory), schema=schema())
    except EmptyIndexError:
        return create_in(str(directory), schema())
    except Exception:  # Whoosh raises TypeError, struct.error, UnpicklingError... on a damaged table of contents
        return create_in(str(directory), schema())


def _add_all(writer: IndexWriter, items: Iterable[Article | Refusal], progress: Progress) -> Report:
    report = Report()
    for item in items:
        if isinstance(item, Article):
            writer.add_document(**document(item))
        report.add(item)
        progress(report)
    return report
