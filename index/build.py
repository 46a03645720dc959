"""Builds an index from a corpus: walk -> batches -> workers -> segments -> one commit.

The commit replaces everything by renaming one table of contents, so a reader sees the old state or the new one,
and a build that dies leaves the old one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from corpus.article import Article
from corpus.report import Report
from corpus.walk import Refusal, read_corpus
from index.codec import KiosqueSegment, open_segment
from index.commit import NAME, commit_segments, write_lock
from index.errors import EmptyCorpus
from index.merge import merge
from index.schema import schema, stored
from index.workers import FLUSH_TOKENS, write_segments

Progress = Callable[[Report], None]
"""Called after each item, with what was read so far."""

BATCH = 256
"""Articles that are handed on together: enough to make handing on cheap, few enough to stay in the cache."""


def build(
    paths: Iterable[Path],
    directory: Path,
    progress: Progress = lambda report: None,
    jobs: int = 1,
    flush_tokens: int = FLUSH_TOKENS,
) -> Report:
    """Replaces the index in `directory` by one of the articles under `paths`, in one commit, with `jobs` processes.

    Returns what was read, guessed and refused. Raises CorpusNotFound, EmptyCorpus where not one article was read
    (the previous index is kept), BusyIndex where another build holds the folder, UnusableFolder, FailedWorker,
    OSError where the disk fails.
    """
    paths = list(paths)
    items, report = read_corpus(paths), Report()
    with write_lock(directory):
        batches = _batches(counted(items, report, progress))
        segments = write_segments(directory, batches, jobs, flush_tokens)
        if not report.articles:
            raise EmptyCorpus(", ".join(f"« {path} »" for path in paths))
        commit_segments(directory, schema(), [merged(directory, segments)])
    return report


def counted(items: Iterable[Article | Refusal], report: Report, progress: Progress) -> Iterator[Article]:
    """The articles among `items`; everything is counted in `report` while it passes."""
    for item in items:
        report.add(item)
        progress(report)
        if isinstance(item, Article):
            yield item


def _batches(articles: Iterator[Article]) -> Iterator[list[bytes]]:
    while batch := [stored(article) for article in islice(articles, BATCH)]:
        yield batch


def merged(directory: Path, segments: list[KiosqueSegment]) -> KiosqueSegment:
    """One segment in the place of several; the files of those go with the next commit."""
    if len(segments) == 1 and not segments[0].deleted_count():
        return segments[0]
    result = KiosqueSegment(NAME)
    sources = [(open_segment(directory, part.segment_id()), set(part.deleted_docs())) for part in segments]
    result.set_doc_count(merge(directory, sources, result.segment_id()))
    return result
