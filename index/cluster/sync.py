"""Brings the index on a cluster up to date with its corpus: only what changed is sent.

Documents are told apart by name and compared by digest. Their words come as one more segment of the lexicon; where the
segments have become many, or count many articles that are gone, the whole corpus is analysed for a new one.

Readers see what was sent when all of it is there: the index is refreshed at the end. A cluster may refresh a shard by
itself when it moves it or restarts; then some articles are seen a little before the rest, and their new words are not
completed or corrected yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from corpus.article import Article
from corpus.report import Report
from corpus.walk import read_corpus
from index.build import Progress, batches_of, counted, merged
from index.cluster.build import Sent, build_locked, send_documents, send_words
from index.cluster.bulk import Loader, deleting
from index.cluster.checking import check_count
from index.cluster.client import Client
from index.cluster.commit import Commit, describe, read_commit
from index.cluster.document import digest, document_id
from index.cluster.errors import MissingClusterIndex
from index.cluster.lexicon import forget_lexicon
from index.cluster.lock import Lock, write_lock
from index.cluster.scanning import scan
from index.codec import open_segment
from index.errors import EmptyCorpus
from index.schema import stored
from index.segment import SegmentData
from index.sync import MOST_SEGMENTS, SHARE_OF_DELETED, Changes
from index.workers import write_segments


def sync_cluster(
    paths: Iterable[Path],
    client: Client,
    progress: Progress = lambda report: None,
    jobs: int = 1,
    sent: Sent = lambda done, of: None,
) -> tuple[Report, Changes]:
    """Makes the cluster's index what a build of `paths` would make it. Where there is none yet, it is a build.

    Raises what `build_cluster` raises, and ForeignClusterIndex. Where it fails on the way, the next sync goes on.
    """
    client.check()
    prefix = client.settings.prefix
    with write_lock(client, prefix) as lock:
        try:
            commit = read_commit(client, prefix)
        except MissingClusterIndex:
            report = build_locked(paths, client, lock, progress, jobs, sent)
            return report, Changes(added=report.articles)
        return _synced(list(paths), client, lock, commit, progress, jobs, sent)


def _synced(
    paths: list[Path], client: Client, lock: Lock, commit: Commit, progress: Progress, jobs: int, sent: Sent
) -> tuple[Report, Changes]:
    client.call("POST", f"{commit.index}/_refresh", repeatable=True)  # a sync that failed may have sent something
    report, renewing = Report(), _is_worn(commit)
    difference = Difference(_digests(client, commit.index))
    articles = difference.marked(counted(read_corpus(paths), report, progress))
    with TemporaryDirectory(prefix="kiosque-") as scratch:
        segments = write_segments(Path(scratch), batches_of(difference.new(articles, renewing)), jobs)
        if not report.articles:
            raise EmptyCorpus(paths, report.refused() if report.refusals else [])
        if difference.changed() or commit.unfinished:
            data = open_segment(Path(scratch), merged(Path(scratch), segments).segment_id()) if segments else None
            lock.renew()
            _send(client, commit, difference, data, renewing, sent)
    return report, difference.changes


def _is_worn(commit: Commit) -> bool:
    """Whether the lexicon is to be made anew; after a sync that failed it may lack words."""
    many = len(commit.lexicon) >= MOST_SEGMENTS
    return many or commit.unfinished or commit.deleted > SHARE_OF_DELETED * (commit.documents + commit.deleted)


def _digests(client: Client, index: str) -> dict[str, str]:
    """The digest of each document, by name."""
    return {row["_id"]: row["fields"]["digest"][0] for row in scan(client, index, ["digest"])}


def _send(
    client: Client, commit: Commit, difference: Difference, data: SegmentData | None, renewing: bool, sent: Sent
) -> None:
    """Sends what changed, then what names the new state."""
    describe(client, msgspec.structs.replace(commit, unfinished=True))
    gone = difference.gone()
    if data:
        send_documents(client, commit.index, data, sent, difference.wanted.__contains__)
    with Loader(client, commit.index) as loader:
        for id in gone:
            loader.add(deleting(id))
    parts = [] if renewing else commit.lexicon
    following = msgspec.structs.replace(
        commit,
        generation=commit.next_generation(),
        documents=len(difference.seen),
        deleted=0 if renewing else commit.deleted + difference.changes.replaced + len(gone),
        lexicon=[*parts, send_words(client, commit.index, data)] if data else parts,
        unfinished=False,
    )
    client.call("POST", f"{commit.index},{commit.lexicon_index}/_refresh", repeatable=True)
    check_count(client, commit.index, following.documents)
    describe(client, following)
    if renewing:
        forget_lexicon(client, following)


class Difference:
    """What the cluster holds, by name and digest, and what of it the corpus still has."""

    def __init__(self, known: dict[str, str]) -> None:
        self._known = known
        self.seen: set[str] = set()
        self.wanted: set[str] = set()
        self.changes = Changes()

    def marked(self, articles: Iterable[Article]) -> Iterator[tuple[Article, bool]]:
        """Each article, and whether the cluster lacks it as it is."""
        for article in articles:
            id = document_id(article.id)
            self.seen.add(id)
            known = self._known.get(id)
            changed = known != digest(stored(article))
            self.changes.added += known is None
            self.changes.replaced += changed and known is not None
            self.changes.unchanged += not changed
            if changed:
                self.wanted.add(id)
            yield article, changed

    def new(self, marked: Iterable[tuple[Article, bool]], renewing: bool) -> Iterator[Article]:
        """The articles that are to be analysed: those that the cluster lacks, or all."""
        return (article for article, changed in marked if changed or renewing)

    def gone(self) -> list[str]:
        """The names of the documents that the corpus no longer has."""
        return sorted(self._known.keys() - self.seen)

    def changed(self) -> bool:
        """Whether there is anything to send; counts what is gone. All articles have been seen."""
        self.changes.removed = len(self.gone())
        return bool(self.wanted) or self.changes.removed > 0
