"""Builds an index on a cluster: a local build in a scratch folder, of which the documents and the words are sent.

What is sent goes into a new index, which is read back before the alias names it. Until then the old index answers; a
build that fails takes its new index away, one that is killed leaves it to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from kiosque.corpus.walk.report import Report
from kiosque.index.build.full_build import Progress, build
from kiosque.index.cluster.bulk import Loader, indexing
from kiosque.index.cluster.care import check_count, check_sample
from kiosque.index.cluster.client import Client
from kiosque.index.cluster.commit import (
    LEXICON,
    Commit,
    LexiconPart,
    describe,
    first_generation,
    leftovers,
    new_name,
    remove,
    send_report,
    show,
    shown_index,
)
from kiosque.index.cluster.copies import NO_COPIES, CopyFields, committed_copy_fields, signature_of
from kiosque.index.cluster.document import Documents
from kiosque.index.cluster.errors import ClusterProblem
from kiosque.index.cluster.lexicon import send_lexicon, write_lexicon
from kiosque.index.cluster.lock import Lock, write_lock
from kiosque.index.cluster.mapping import LEXICON_MAPPING, index_settings, lexicon_settings, loaded_settings, mapping
from kiosque.index.codec.whoosh_codec import segment_data
from kiosque.index.commit.reader import open_reader
from kiosque.index.segment.segment_data import SegmentData
from kiosque.index.segment.store import StoreReader

BATCH = 256
"""Articles that are made documents together: their tokens fit the processor's cache."""

Sent = Callable[[int, int], None]
"""Called with how many articles are sent, and of how many."""


def build_cluster(
    paths: Iterable[Path],
    client: Client,
    progress: Progress = lambda report: None,
    jobs: int = 1,
    sent: Sent = lambda done, of: None,
) -> Report:
    """Replaces the cluster's index by one of the articles under `paths`; gives what was read, guessed and refused.

    Raises what `full_build.build` raises, a ClusterProblem where the cluster cannot take it. The old index then stays.
    """
    client.check()
    with write_lock(client, client.settings.prefix) as lock:
        return build_locked(paths, client, lock, progress, jobs, sent)


def build_locked(
    paths: Iterable[Path], client: Client, lock: Lock, progress: Progress, jobs: int, sent: Sent
) -> Report:
    """As `build_cluster`; the caller holds the lock."""
    prefix = client.settings.prefix
    old = shown_index(client, prefix)
    remove(client, leftovers(client, prefix, old))
    with TemporaryDirectory(prefix="kiosque-") as scratch:
        report = build(paths, Path(scratch), progress, jobs)
        with open_reader(Path(scratch)) as reader, new_index(client, prefix) as index:
            [(leaf, _)] = reader.leaf_readers()
            load(client, prefix, index, segment_data(leaf), sent)
            send_report(client, index, report)
            lock.renew()
            show(client, prefix, index, old)
    remove(client, leftovers(client, prefix, shown_index(client, prefix)))
    return report


@contextmanager
def new_index(client: Client, prefix: str) -> Iterator[str]:
    """A new index with its companion; deleted if anything goes wrong."""
    settings, index = client.settings, new_name(prefix)
    try:
        client.call("PUT", index, {"settings": index_settings(settings), "mappings": mapping()})
        client.call("PUT", index + LEXICON, {"settings": lexicon_settings(settings), "mappings": LEXICON_MAPPING})
        yield index
    except BaseException:
        with suppress(ClusterProblem):  # the next build sweeps what cannot be deleted now
            remove(client, [index, index + LEXICON])
        raise


def load(client: Client, prefix: str, index: str, data: SegmentData, sent: Sent) -> None:
    """Sends a whole segment into an empty index, and reads back whether it is there."""
    documents, store = data.manifest.documents, store_of(data)
    send_documents(client, index, data, sent, committed_copy_fields(data, store))
    parts = [send_words(client, index, data)]
    client.call("PUT", f"{index}/_settings", {"index": loaded_settings(client.settings)})
    client.call("POST", f"{index}/_refresh", repeatable=True)
    check_count(client, index, documents)
    check_sample(client, index, store, documents)
    commit = Commit(index=index, generation=first_generation(prefix, index), documents=documents, lexicon=parts)
    describe(client, commit)


def send_documents(
    client: Client,
    index: str,
    data: SegmentData,
    sent: Sent,
    said: CopyFields = NO_COPIES,
    wanted: Callable[[str, str], bool] = lambda id, digest: True,
) -> None:
    """Sends the documents of a segment whose name and digest are wanted, each with what is said of its copies.

    All are acknowledged when it returns.
    """
    store, documents, made = store_of(data), data.manifest.documents, Documents()
    with Loader(client, index) as loader:
        for first in range(0, documents, BATCH):
            last = min(first + BATCH, documents)
            numbers = range(first, last)
            for number, (id, document) in zip(numbers, made.of([store[each] for each in numbers]), strict=True):
                if wanted(id, document["digest"]):
                    loader.add(indexing(id, document | signature_of(data, number) | said.get(id, {})))
            sent(last, documents)


def send_words(client: Client, index: str, data: SegmentData) -> LexiconPart:
    """Sends the words of a segment to the companion of an index."""
    with TemporaryDirectory(prefix="kiosque-") as scratch:
        segment = write_lexicon(data, Path(scratch))
        return send_lexicon(client, index + LEXICON, Path(scratch), segment)


def store_of(data: SegmentData) -> StoreReader:
    """The stored articles of a segment."""
    return StoreReader(*(data[name] for name in ("store", "store_bounds", "store_dictionaries")))
