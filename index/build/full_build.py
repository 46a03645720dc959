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
from kiosque.index.build.batches import Everything, Found, Unify, take_batch
from kiosque.index.build.sync_cache import Recall
from kiosque.index.build.workers import FLUSH_BYTES, read_segments, write_segments
from kiosque.index.codec.whoosh_codec import KiosqueSegment, open_segment
from kiosque.index.commit.copies import Places
from kiosque.index.commit.transaction import NAME, commit_segments, discard, write_lock
from kiosque.index.errors import EmptyCorpus
from kiosque.index.merge.merge_segments import merge
from kiosque.index.segment.schema import schema

EVERYTHING = Everything()

Progress = Callable[[Report], None]
"""Called after each item, or after some where several processes read them, with what was read so far."""


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
    taking: Everything = EVERYTHING,
    recall: Recall | None = None,
) -> list[KiosqueSegment]:
    """Segments, not yet committed, of what `taking` wants of the articles under `paths`; all are counted in `report`,
    and where exact copies stood goes to `places`. Of the parts that `recall` knows nothing is wanted.

    Raises what `build` raises but EmptyCorpus; Outdated where `recall` is of no use.
    """
    if jobs == 1 and recall is None:
        articles = _counted(read_corpus(paths, report.meet), report, places, progress)
        return write_segments(directory, _taken(articles, taking), flush_bytes)
    unify = _unifying(Unifier(read_source_table(paths)), report, places, progress, taking)
    return read_segments(directory, cut_corpus(paths), jobs, unify, flush_bytes, taking, recall or Recall())


def _counted(
    items: Iterable[Article | Duplicate | Refusal], report: Report, places: Places, progress: Progress
) -> Iterator[Article]:
    """The articles among `items`; everything is counted in `report` while it passes, and copies go to `places`."""
    for item in items:
        report.add(item)
        progress(report)
        if isinstance(item, Article):
            yield item
        elif isinstance(item, Duplicate):
            places[item.of].append(item.place)


def _taken(articles: Iterator[Article], taking: Everything) -> Iterator[list[Article]]:
    """What is wanted of the articles, some at a time."""
    last = False
    while not last:
        batch, last = take_batch(articles)
        taking.see(article.id for article in batch)
        yield taking.wanted(batch)


def _unifying(unifier: Unifier, report: Report, places: Places, progress: Progress, taking: Everything) -> Unify:
    """As `_counted`, and what `read_corpus` does to identifiers and sources, for what the workers read."""

    def unify(found: Found) -> Changes:
        changes = unifier.changes(found.ids, found.sources, found.texts)
        found.report.rename(changes.sources)
        report.absorb(found.report)
        report.copies += len(changes.copies)
        for of, place in changes.places(found.ids, found.texts):
            places[of].append(place)
        progress(report)
        kept = ((place, id) for place, id in enumerate(found.ids) if place not in changes.copies)
        taking.see(changes.ids.get(place, id) for place, id in kept)
        return changes

    return unify


def merged(directory: Path, segments: list[KiosqueSegment]) -> KiosqueSegment:
    """One segment in the place of several; the files of those go with the next commit."""
    if len(segments) == 1 and not segments[0].deleted_count():
        return segments[0]
    result = KiosqueSegment(NAME)
    sources = [(open_segment(directory, part.segment_id()), set(part.deleted_docs())) for part in segments]
    result.set_doc_count(merge(directory, sources, result.segment_id()))
    return result
