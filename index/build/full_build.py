"""Builds an index from a corpus: parts -> articles -> segments, in one process or several -> one commit.

The commit replaces everything by renaming one table of contents, so a reader sees the old state or the new one,
and a build that dies leaves the old one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from kiosque.corpus.article import Article
from kiosque.corpus.sources.source_table import read_source_table
from kiosque.corpus.walk.read_corpus import Duplicate, Refusal, cut_corpus, read_corpus
from kiosque.corpus.walk.report import Report
from kiosque.corpus.walk.unify import Changes, Unifier
from kiosque.index.build.batches import ArticleFilter, ReadBatch, Unify, next_batch
from kiosque.index.build.sync_cache import NullCache
from kiosque.index.build.workers import FLUSH_BYTES, read_segments, write_segments
from kiosque.index.codec.whoosh_codec import KiosqueSegment, open_segment
from kiosque.index.commit.copies import Places
from kiosque.index.commit.transaction import NAME, commit_segments, discard, write_lock
from kiosque.index.errors import EmptyCorpus
from kiosque.index.merge.merge_segments import merge
from kiosque.index.segment.schema import schema

EVERY_ARTICLE = ArticleFilter()

Progress = Callable[[Report], None]
"""Called with what was read so far: after each item, or after each batch if several processes read."""


def build(
    paths: Iterable[Path],
    directory: Path,
    progress: Progress = lambda report: None,
    jobs: int = 1,
    flush_bytes: int = FLUSH_BYTES,
) -> Report:
    """Replaces the index in `directory` by one of the articles under `paths`, in one commit, with `jobs` processes.

    Returns what was read, guessed and refused. Raises CorpusNotFound, BadSettings, EmptyCorpus where not one article
    was read (the previous index is kept), BusyIndex where another build holds the folder, UnusableFolder, FailedWorker,
    OSError where the disk fails.
    """
    paths = list(paths)
    report, places = Report(), Places()
    with write_lock(directory):
        segments = read_into(directory, paths, report, places, progress, jobs, flush_bytes)
        if not report.articles:
            raise EmptyCorpus(paths, report.refused() if report.refusals else [])
        whole = merged(directory, segments)
        for part in segments:
            if part is not whole:
                discard(directory, part)
        commit_segments(directory, schema(), [whole], report, places)
    return report


def read_into(
    directory: Path,
    paths: list[Path],
    report: Report,
    places: Places,
    progress: Progress,
    jobs: int,
    flush_bytes: int,
    wanted: ArticleFilter = EVERY_ARTICLE,
    parts: NullCache | None = None,
) -> list[KiosqueSegment]:
    """Writes segments, without a commit, of the articles under `paths` that `wanted` wants; skips the parts in `parts`.

    Counts all articles in `report`, and adds the places of exact copies to `places`. Raises what `build` raises but
    EmptyCorpus; StaleCache if the parts in `parts` must be read after all.
    """
    if jobs == 1 and parts is None:
        articles = _counted(read_corpus(paths, report.meet), report, places, progress)
        return write_segments(directory, _taken(articles, wanted), flush_bytes)
    unify = _unifying(Unifier(read_source_table(paths)), report, places, progress, wanted)
    return read_segments(directory, cut_corpus(paths), jobs, unify, flush_bytes, wanted, parts or NullCache())


def _counted(
    items: Iterable[Article | Duplicate | Refusal], report: Report, places: Places, progress: Progress
) -> Iterator[Article]:
    """The articles among `items`. Counts each item in `report`; adds copies to `places`."""
    for item in items:
        report.add(item)
        progress(report)
        if isinstance(item, Article):
            yield item
        elif isinstance(item, Duplicate):
            places[item.of].append(item.place)


def _taken(articles: Iterator[Article], wanted: ArticleFilter) -> Iterator[list[Article]]:
    """The wanted articles, in batches."""
    last = False
    while not last:
        batch, last = next_batch(articles)
        wanted.see(article.id for article in batch)
        yield wanted.wanted(batch)


def _unifying(unifier: Unifier, report: Report, places: Places, progress: Progress, wanted: ArticleFilter) -> Unify:
    """Does for the batches of the workers what `_counted` does, and what `read_corpus` does to ids and sources."""

    def unify(read: ReadBatch) -> Changes:
        changes = unifier.changes(read.ids, read.sources, read.texts)
        read.report.rename(changes.sources)
        report.absorb(read.report)
        report.copies += len(changes.copies)
        for of, place in changes.places(read.ids, read.texts):
            places[of].append(place)
        progress(report)
        kept = ((place, id) for place, id in enumerate(read.ids) if place not in changes.copies)
        wanted.see(changes.ids.get(place, id) for place, id in kept)
        return changes

    return unify


def merged(directory: Path, segments: list[KiosqueSegment]) -> KiosqueSegment:
    """One segment instead of several, whose files the next commit removes."""
    if len(segments) == 1 and not segments[0].deleted_count():
        return segments[0]
    result = KiosqueSegment(NAME)
    sources = [(open_segment(directory, part.segment_id()), set(part.deleted_docs())) for part in segments]
    result.set_doc_count(merge(directory, sources, result.segment_id()))
    return result
