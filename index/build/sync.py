"""Brings an index up to date with its corpus: indexes only what changed, in one commit."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import msgspec

from kiosque.corpus.article import Article
from kiosque.corpus.settings import read_settings
from kiosque.corpus.walk.report import Report
from kiosque.index.build.batches import ArticleFilter, StaleCache
from kiosque.index.build.full_build import Progress, merged, read_into
from kiosque.index.build.removal import keep_unread
from kiosque.index.build.sync_cache import Digests, NullCache, SyncCache
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
"""With more segments, each of which a search visits, they are merged."""


class Changes(msgspec.Struct):
    """How many articles a sync added, replaced, removed and left unchanged.

    kept: those of a part of the corpus that could not be read, perhaps: see `removal`.
    """

    added: int = 0
    replaced: int = 0
    removed: int = 0
    unchanged: int = 0
    kept: int = 0


def sync(
    paths: Iterable[Path],
    directory: Path,
    progress: Progress = lambda report: None,
    jobs: int = 1,
    flush_bytes: int = FLUSH_BYTES,
    cache: SyncCache | None = None,
    removed_percent: int = 100,
) -> tuple[Report, Changes]:
    """Makes the index in `directory` what a build of `paths` would make it, reading only what changed into it.

    Articles are told apart by id and compared by digest. Where there is no index yet, it is a build. With the `cache`
    of the last sync of these paths, only the parts of the corpus that changed are read. Raises what `build` raises, and
    TooManyRemoved where more than `removed_percent` of the articles would go; if no article is read, the index is kept.
    """
    paths = list(paths)
    with write_lock(directory):
        work = _Sync(paths, directory, progress, jobs, flush_bytes, cache or SyncCache(), removed_percent)
        if cache is None:
            return work.run(None)
        known = list(map(read_settings, paths))  # before they are used: what changes meanwhile is read next time
        parts = cache.parts((_commit(directory), known))
        try:
            done = work.run(parts)
        except StaleCache:
            sweep(directory)
            parts = cache.parts(None)
            done = work.run(parts)
        cache.keep((_commit(directory), known), parts)
        cache.drop_digests_except([part.segment_id() for part in _segments(directory)])
        return done


class _Sync(NamedTuple):
    """The arguments of `sync`."""

    paths: list[Path]
    directory: Path
    progress: Progress
    jobs: int
    flush_bytes: int
    cache: SyncCache
    removed_percent: int

    def run(self, parts: NullCache | None) -> tuple[Report, Changes]:
        """Syncs. Raises what `sync` raises; StaleCache, before any commit, if `parts` must be read after all."""
        segments, report, places = _segments(self.directory), Report(), Places()
        difference = _Difference(self.directory, segments, self.cache)
        limits = self.jobs, self.flush_bytes
        written = read_into(self.directory, self.paths, report, places, self.progress, *limits, difference, parts)
        if not report.articles:
            raise EmptyCorpus(self.paths, report.refused() if report.refusals else [])
        before = places_of(self.directory, segments)
        changes = difference.finish(written, report, self.removed_percent)
        places.update({id: found for id, found in before.items() if id in difference.kept})
        known = places == before and _is_reported(self.directory, segments, report)
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
    """The segments to commit: merged into one if they are many, or one has lost many documents."""
    segments = [part for part in segments if part.doc_count()]
    worn = any(part.deleted_count() > SHARE_OF_DELETED * part.doc_count_all() for part in segments)
    if not worn and len(segments) <= MOST_SEGMENTS:
        return segments
    for part in segments:  # a merge writes new checksums, which would hide damage
        open_segment(directory, part.segment_id()).check(everything=True)
    return [merged(directory, segments)]


def _is_reported(directory: Path, segments: list[KiosqueSegment], report: Report) -> bool:
    """Whether the last commit has this report: then a reader would see no change."""
    return has_report(directory, latest_generation(directory), [part.segment_id() for part in segments], report)


class _Difference(ArticleFilter):
    """The digests that the index holds, by id. Wants the articles that are new or have another digest."""

    def __init__(self, directory: Path, segments: list[KiosqueSegment], cache: SyncCache) -> None:
        self._directory, self._segments = directory, segments
        self._known = {
            id: (digest, part, number)
            for part, segment in enumerate(segments)
            for number, (id, digest) in enumerate(cache.digests(segment.segment_id(), self._digests))
            if not segment.is_deleted(number)
        }
        self._seen: set[str] = set()
        self.kept: set[str] = set()

    def see(self, ids: Iterable[str]) -> None:
        """Keeps the ids of the corpus."""
        self._seen.update(ids)

    def wanted(self, articles: list[Article]) -> list[Article]:
        """The articles that are new or have changed."""
        return [article for article in articles if not self._holds(article)]

    def _holds(self, article: Article) -> bool:
        return article.id in self._known and self._known[article.id][0] == digest(stored(article))

    def finish(self, written: Iterable[KiosqueSegment], report: Report, removed_percent: int) -> Changes:
        """Deletes the replaced and the removed documents from their segments; counts the changes.

        Raises TooManyRemoved. `kept` are then the ids that were not read and stay.
        """
        read = set(self._seen)
        keep_unread(self._known.keys(), self._seen, report, removed_percent)
        self.kept = self._seen - read
        new = {id for segment in written for id, _ in self._digests(segment.segment_id())}
        replaced, removed = new & self._known.keys(), self._known.keys() - self._seen
        for id in replaced | removed:
            _, part, number = self._known[id]
            self._segments[part].delete_document(number)
        return Changes(len(new) - len(replaced), len(replaced), len(removed), len(read - new), len(self.kept))

    def _digests(self, segment: str) -> Digests:
        data = open_segment(self._directory, segment)
        return list(zip(data.ids(), data.digests(), strict=True))
