"""Brings an index up to date with its corpus: only what changed since is read into it, in one commit."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import msgspec

from kiosque.corpus.article import Article
from kiosque.corpus.settings import read_settings
from kiosque.corpus.walk.report import Report
from kiosque.index.build.batches import Everything, Outdated
from kiosque.index.build.full_build import Progress, merged, read_into
from kiosque.index.build.sync_cache import Digests, Recall, SyncCache
from kiosque.index.build.workers import FLUSH_BYTES
from kiosque.index.codec.whoosh_codec import KiosqueSegment, open_segment
from kiosque.index.commit.copies import Places, places_of
from kiosque.index.commit.reader import latest_generation
from kiosque.index.commit.reports import has_report
from kiosque.index.commit.storage import open_index
from kiosque.index.commit.transaction import commit_segments, sweep, write_lock
from kiosque.index.errors import EmptyCorpus, MissingIndex
from kiosque.index.segment.schema import schema, stored
from kiosque.index.segment.store import digest

SHARE_OF_DELETED = 0.2
"""A segment that has lost more than this share of its documents is merged with the others."""

MOST_SEGMENTS = 8
"""Segments that a search goes through one by one; with more, they are merged."""


class Changes(msgspec.Struct):
    """What a sync did to the index: how many articles it added, replaced, removed and left as they were."""

    added: int = 0
    replaced: int = 0
    removed: int = 0
    unchanged: int = 0


def sync(
    paths: Iterable[Path],
    directory: Path,
    progress: Progress = lambda report: None,
    jobs: int = 1,
    flush_bytes: int = FLUSH_BYTES,
    memory: SyncCache | None = None,
) -> tuple[Report, Changes]:
    """Makes the index in `directory` what a build of `paths` would make it, reading only what changed into it.

    Articles are told apart by id and compared by a hash of what is stored of them. Where there is no index yet, it is
    a build. With the `memory` of the last sync of these paths, only parts of the corpus that changed are read at all.
    Raises what `build` raises; where not one article is read, the index is kept.
    """
    paths = list(paths)
    with write_lock(directory):
        work = _Sync(paths, directory, progress, jobs, flush_bytes, memory or SyncCache())
        if memory is None:
            return work.done(None)
        known = list(map(read_settings, paths))  # before they are used: what changes meanwhile is read next time
        recall = memory.recall((_commit(directory), known))
        try:
            done = work.done(recall)
        except Outdated:
            sweep(directory)
            recall = memory.recall(None)
            done = work.done(recall)
        memory.keep((_commit(directory), known), recall)
        memory.forget([part.segment_id() for part in _segments(directory)])
        return done


class _Sync(NamedTuple):
    """The arguments of `sync`."""

    paths: list[Path]
    directory: Path
    progress: Progress
    jobs: int
    flush_bytes: int
    memory: SyncCache

    def done(self, recall: Recall | None) -> tuple[Report, Changes]:
        """Does it. Raises what `sync` raises; Outdated where `recall` is of no use, and nothing was committed."""
        segments, report, places = _segments(self.directory), Report(), Places()
        difference = _Difference(self.directory, segments, self.memory)
        limits = self.jobs, self.flush_bytes
        written = read_into(self.directory, self.paths, report, places, self.progress, *limits, difference, recall)
        if not report.articles:
            raise EmptyCorpus(self.paths, report.refused() if report.refusals else [])
        changes = difference.finish(written)
        known = places == places_of(self.directory, segments) and _is_reported(self.directory, segments, report)
        if written or changes.removed or not known:
            commit_segments(self.directory, schema(), _kept(self.directory, [*segments, *written]), report, places)
        return report, changes


def _commit(directory: Path) -> tuple[int, list[str]]:
    segments = [part.segment_id() for part in _segments(directory)]
    return latest_generation(directory) if segments else 0, segments


def _segments(directory: Path) -> list[KiosqueSegment]:
    try:
        return list(open_index(directory)._segments())
    except MissingIndex:
        return []


def _kept(directory: Path, segments: list[KiosqueSegment]) -> list[KiosqueSegment]:
    """The segments that a commit keeps: one in the place of all where they are many or full of deletions."""
    segments = [part for part in segments if part.doc_count()]
    worn = any(part.deleted_count() > SHARE_OF_DELETED * part.doc_count_all() for part in segments)
    if not worn and len(segments) <= MOST_SEGMENTS:
        return segments
    for part in segments:  # what is copied gets a new checksum, which would make damage look well
        open_segment(directory, part.segment_id()).check(everything=True)
    return [merged(directory, segments)]


def _is_reported(directory: Path, segments: list[KiosqueSegment], report: Report) -> bool:
    """Whether the last commit has this report already: nothing that a reader sees would change."""
    return has_report(directory, latest_generation(directory), [part.segment_id() for part in segments], report)


class _Difference(Everything):
    """What the index holds, by id: of the articles that are read, those are wanted that it does not hold so."""

    def __init__(self, directory: Path, segments: list[KiosqueSegment], memory: SyncCache) -> None:
        self._directory, self._segments = directory, segments
        self._known = {
            id: (digest, part, number)
            for part, segment in enumerate(segments)
            for number, (id, digest) in enumerate(memory.digests(segment.segment_id(), self._digests))
            if not segment.is_deleted(number)
        }
        self._seen: set[str] = set()

    def see(self, ids: Iterable[str]) -> None:
        """Keeps what the corpus has."""
        self._seen.update(ids)

    def wanted(self, articles: list[Article]) -> list[Article]:
        """Those articles that the index does not hold, or holds otherwise."""
        return [article for article in articles if not self._holds(article)]

    def _holds(self, article: Article) -> bool:
        return article.id in self._known and self._known[article.id][0] == digest(stored(article))

    def finish(self, written: Iterable[KiosqueSegment]) -> Changes:
        """Marks as deleted what was written anew and what the corpus no longer has; gives all that changed."""
        new = {id for segment in written for id, _ in self._digests(segment.segment_id())}
        replaced, removed = new & self._known.keys(), self._known.keys() - self._seen
        for id in replaced | removed:
            _, part, number = self._known[id]
            self._segments[part].delete_document(number)
        return Changes(len(new) - len(replaced), len(replaced), len(removed), len(self._seen - new))

    def _digests(self, segment: str) -> Digests:
        data = open_segment(self._directory, segment)
        return list(zip(data.ids(), data.digests(), strict=True))
