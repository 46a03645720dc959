"""Brings the index on a cluster up to date with its corpus: only what changed is sent.

Documents are told apart by name and compared by digest. Their words come as one more segment of the lexicon; where the
segments have become many, or count many articles that are gone, the whole corpus is analysed for a new one. Copies are
grouped anew over all articles, and those of which something else is to be said are sent again.

Readers see what was sent when all of it is there: the index is refreshed at the end. A cluster may refresh a shard by
itself when it moves it or restarts; then some articles are seen a little before the rest, and their new words are not
completed or corrected yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

import msgspec

from kiosque.corpus.article import Article
from kiosque.corpus.walk.report import Report
from kiosque.index.build.batches import ArticleFilter
from kiosque.index.build.full_build import Progress, merged, read_into
from kiosque.index.build.removal import keep_unread
from kiosque.index.build.sync import MOST_SEGMENTS, SHARE_OF_DELETED, Changes
from kiosque.index.build.watch import Follower, Tell
from kiosque.index.build.workers import FLUSH_BYTES
from kiosque.index.cluster.build import BATCH, Sent, build_locked, send_documents, send_words, store_of
from kiosque.index.cluster.bulk import Loader, deleting, indexing
from kiosque.index.cluster.care import check_count
from kiosque.index.cluster.client import Client
from kiosque.index.cluster.commit import Commit, describe, read_commit, send_report
from kiosque.index.cluster.copies import (
    CopyFields,
    candidates_in,
    candidates_on,
    computed_copy_fields,
    packed,
    packed_by_name,
    unpacked,
)
from kiosque.index.cluster.document import Documents, document_id, record_of
from kiosque.index.cluster.errors import MissingClusterIndex
from kiosque.index.cluster.lexicon import forget_lexicon
from kiosque.index.cluster.lock import Lock, write_lock
from kiosque.index.cluster.scanning import scan
from kiosque.index.codec.whoosh_codec import open_segment
from kiosque.index.commit.copies import Places
from kiosque.index.errors import EmptyCorpus
from kiosque.index.segment.schema import stored
from kiosque.index.segment.segment_data import SegmentData
from kiosque.index.segment.store import digest


def sync_cluster(
    paths: Iterable[Path],
    client: Client,
    progress: Progress = lambda report: None,
    jobs: int = 1,
    sent: Sent = lambda done, of: None,
    removed_percent: int = 100,
) -> tuple[Report, Changes]:
    """Makes the cluster's index what a build of `paths` would make it. Where there is none yet, it is a build.

    Raises what `build_cluster` raises, ForeignClusterIndex, and TooManyRemoved as `build.sync` does. If it fails
    midway, the next sync continues.
    """
    client.check()
    prefix = client.settings.prefix
    with write_lock(client, prefix) as lock:
        try:
            commit = read_commit(client, prefix)
        except MissingClusterIndex:
            report = build_locked(paths, client, lock, progress, jobs, sent)
            return report, Changes(added=report.articles)
        return _synced(list(paths), client, lock, commit, progress, jobs, sent, removed_percent)


def _synced(
    paths: list[Path],
    client: Client,
    lock: Lock,
    commit: Commit,
    progress: Progress,
    jobs: int,
    sent: Sent,
    removed_percent: int,
) -> tuple[Report, Changes]:
    client.call("POST", f"{commit.index}/_refresh", repeatable=True)  # a sync that failed may have sent something
    report, places = Report(), Places()
    digests, known_places = _known(client, commit.index)
    difference = Difference(digests, _is_worn(commit))
    with TemporaryDirectory(prefix="kiosque-") as name:
        scratch = Path(name)
        segments = read_into(scratch, paths, report, places, progress, jobs, FLUSH_BYTES, difference)
        if not report.articles:
            raise EmptyCorpus(paths, report.refused() if report.refusals else [])
        data = open_segment(scratch, merged(scratch, segments).segment_id()) if segments else None
        kept = keep_unread(digests.keys(), difference.seen, report, removed_percent)
        changes = difference.changes(data)
        changes = msgspec.structs.replace(changes, kept=kept, unchanged=changes.unchanged - kept)
        moved = packed_by_name(places) != known_places
        if changes.added or changes.replaced or changes.removed or moved or commit.unfinished:
            lock.renew()
            _send(client, commit, difference, changes, data, places, sent)
            send_report(client, commit.index, report)
    return report, changes


def _is_worn(commit: Commit) -> bool:
    """Whether to rebuild the lexicon; after a failed sync it may lack words."""
    many = len(commit.lexicon) >= MOST_SEGMENTS
    return many or commit.unfinished or commit.deleted > SHARE_OF_DELETED * (commit.documents + commit.deleted)


def _known(client: Client, index: str) -> tuple[dict[str, str], dict[str, str]]:
    """The digest of each document, by name, and where exact copies of some stood."""
    digests, places = {}, {}
    for row in scan(client, index, ["digest", "places"]):
        name, fields = row["_id"], row["fields"]
        digests[name] = fields["digest"][0]
        if "places" in fields:
            places[name] = packed(unpacked(fields["places"][0]))
    return digests, places


def _send(
    client: Client,
    commit: Commit,
    difference: Difference,
    changes: Changes,
    data: SegmentData | None,
    places: Places,
    sent: Sent,
) -> None:
    """Sends what changed, then what names the new state."""
    describe(client, msgspec.structs.replace(commit, unfinished=True))
    said, stale = _copies(client, commit.index, difference, data, places)
    if data:
        send_documents(client, commit.index, data, sent, said, difference.lacks)
    _send_again(client, commit.index, stale, said)
    with Loader(client, commit.index) as loader:
        for id in difference.gone():
            loader.add(deleting(id))
    parts = [] if difference.all else commit.lexicon
    following = msgspec.structs.replace(
        commit,
        generation=commit.next_generation(),
        documents=len(difference.seen),
        deleted=0 if difference.all else commit.deleted + changes.replaced + changes.removed,
        lexicon=[*parts, send_words(client, commit.index, data)] if data else parts,
        unfinished=False,
    )
    client.call("POST", f"{commit.index},{commit.lexicon_index}/_refresh", repeatable=True)
    check_count(client, commit.index, following.documents)
    describe(client, following)
    if difference.all:
        forget_lexicon(client, following)


def _copies(
    client: Client, index: str, difference: Difference, data: SegmentData | None, places: Places
) -> tuple[CopyFields, dict[str, bytes]]:
    """What is to be said of copies, and the signatures of the documents that stay and of which that is something else,
    by name."""
    new = difference.new(data)
    stays = difference.seen - new
    kept = [each for each in candidates_on(client, index) if each[0].name in stays]
    read = [held for held in candidates_in(data, store_of(data)) if held.name in new] if data else []
    said = computed_copy_fields([*(held for held, _ in kept), *read], places)
    return said, {held.name: held.signature for held, before in kept if said.get(held.name, {}) != before}


def _send_again(client: Client, index: str, signatures: Mapping[str, bytes], said: CopyFields) -> None:
    """Sends documents as the cluster has them but for what is said of their copies."""
    made, names = Documents(), list(signatures)
    with Loader(client, index) as loader:
        for first in range(0, len(names), BATCH):
            ids = names[first : first + BATCH]
            answer = client.call("POST", f"{index}/_mget", {"ids": ids}, {"stored_fields": "record"}, repeatable=True)
            for id, document in made.of([record_of(row) for row in answer["docs"]]):
                signature = {"signature": packed(signatures[id])} if signatures[id] else {}
                loader.add(indexing(id, document | signature | said.get(id, {})))


class Difference(ArticleFilter):
    """What the cluster holds, by name and digest: of the articles that are read, those are wanted that it lacks.

    Where `all` is set all are wanted, for their words; only what it lacks is sent all the same.
    """

    def __init__(self, known: dict[str, str], all: bool) -> None:  # noqa: A002
        self._known, self.all = known, all
        self.seen: set[str] = set()

    def see(self, ids: Iterable[str]) -> None:
        """Keeps what the corpus has."""
        self.seen.update(map(document_id, ids))

    def wanted(self, articles: list[Article]) -> list[Article]:
        """Those articles that the cluster does not hold as they are, or all."""
        if self.all:
            return articles
        return [article for article in articles if self.lacks(document_id(article.id), digest(stored(article)).hex())]

    def lacks(self, id: str, digest: str) -> bool:
        """Whether the cluster holds no such document."""
        return self._known.get(id) != digest

    def gone(self) -> list[str]:
        """The names of the documents that the corpus no longer has."""
        return sorted(self._known.keys() - self.seen)

    def changes(self, data: SegmentData | None) -> Changes:
        """The changes to make, once all articles have been seen and the wanted ones are in this segment."""
        new = self.new(data)
        replaced = len(new & self._known.keys())
        return Changes(len(new) - replaced, replaced, len(self.gone()), len(self.seen - new))

    def new(self, data: SegmentData | None) -> set[str]:
        """The names of those documents of this segment that the cluster lacks."""
        held = zip(data.ids(), data.digests(), strict=True) if data else ()
        return {name for id, digest in held if self.lacks(name := document_id(id), digest.hex())}


class ClusterFollower(Follower):
    """Keeps the cluster's index what a build of `paths` would make it."""

    def __init__(
        self,
        paths: Sequence[Path],
        client: Client,
        tell: Tell,
        stop: Event,
        jobs: int = 1,
        removed_percent: int = 100,
    ) -> None:
        super().__init__(paths, Path(client.settings.prefix), tell, stop, jobs, removed_percent)
        self._client = client

    def sync_once(self) -> tuple[Report, Changes]:
        """See Follower."""
        return sync_cluster(self._paths, self._client, jobs=self._jobs, removed_percent=self._removed_percent)
