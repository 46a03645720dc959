"""Brings an index up to date with its corpus: only what changed since is read into it, in one commit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path

import msgspec

from corpus.article import Article
from corpus.report import Report
from corpus.walk import read_corpus
from index.build import Progress, batches_of, counted, merged
from index.codec import KiosqueSegment, open_segment
from index.commit import commit_segments, write_lock
from index.copies import Places, places_of
from index.errors import EmptyCorpus, MissingIndex
from index.schema import article_of, schema, stored
from index.storage import open_index
from index.store import StoreReader
from index.workers import FLUSH_TOKENS, write_segments

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
    flush_tokens: int = FLUSH_TOKENS,
) -> tuple[Report, Changes]:
    """Makes the index in `directory` what a build of `paths` would make it, reading only what changed into it.

    Articles are told apart by id and compared by a hash of what is stored of them. Where there is no index yet, it is
    a build. Raises what `build` raises; where not one article is read, the index is kept.
    """
    paths = list(paths)
    items, report, places = read_corpus(paths), Report(), Places()
    with write_lock(directory):
        segments = _segments(directory)
        difference = _Difference(directory, segments)
        new = difference.new(counted(items, report, places, progress))
        written = write_segments(directory, batches_of(new), jobs, flush_tokens)
        if not report.articles:
            raise EmptyCorpus(paths, report.refused() if report.refusals else [])
        changes = difference.finish()
        if written or changes.removed or places != places_of(directory, segments):
            commit_segments(directory, schema(), _kept(directory, [*segments, *written]), places=places)
    return report, changes


def _segments(directory: Path) -> list[KiosqueSegment]:
    try:
        return list(open_index(directory)._segments())
    except MissingIndex:
        return []


def _kept(directory: Path, segments: list[KiosqueSegment]) -> list[KiosqueSegment]:
    """The segments that a commit keeps: one in the place of all where they are many or full of deletions."""
    segments = [part for part in segments if part.doc_count()]
    worn = any(part.deleted_count() > SHARE_OF_DELETED * part.doc_count_all() for part in segments)
    return [merged(directory, segments)] if worn or len(segments) > MOST_SEGMENTS else segments


def _digest(record: bytes) -> bytes:
    return blake2b(record, digest_size=16).digest()


class _Difference:
    """What the index holds, by id, and what of it the corpus still has."""

    def __init__(self, directory: Path, segments: list[KiosqueSegment]) -> None:
        self._known = {
            article_of(record).id: (_digest(record), segment, number)
            for segment in segments
            for number, record in _records(directory, segment)
        }
        self._seen: set[str] = set()
        self._changes = Changes()

    def new(self, articles: Iterable[Article]) -> Iterator[Article]:
        """Those articles that the index does not hold as they are; what they replace is marked as deleted."""
        for article in articles:
            self._seen.add(article.id)
            if article.id not in self._known:
                self._changes.added += 1
                yield article
            elif self._known[article.id][0] == _digest(stored(article)):
                self._changes.unchanged += 1
            else:
                self._changes.replaced += 1
                self._delete(article.id)
                yield article

    def finish(self) -> Changes:
        """Marks as deleted what the corpus no longer has; gives all that changed."""
        for id in self._known.keys() - self._seen:
            self._changes.removed += 1
            self._delete(id)
        return self._changes

    def _delete(self, id: str) -> None:
        _, segment, number = self._known[id]
        segment.delete_document(number)


def _records(directory: Path, segment: KiosqueSegment) -> Iterator[tuple[int, bytes]]:
    data = open_segment(directory, segment.segment_id())
    store = StoreReader(data["store"], data["store_bounds"], data["store_dictionaries"])
    return ((number, store[number]) for number in range(segment.doc_count_all()) if not segment.is_deleted(number))
