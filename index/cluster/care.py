"""What the index on a cluster holds, as far as one can see: counted by the cluster, checked against what we wrote."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kiosque.corpus.french import number
from kiosque.index.care.stats import Stats
from kiosque.index.cluster.client import Client
from kiosque.index.cluster.commit import Commit, read_commit
from kiosque.index.cluster.document import document_id, record_of
from kiosque.index.cluster.errors import DamagedLexicon, IncompleteIndex
from kiosque.index.cluster.lexicon import fetch_lexicon
from kiosque.index.cluster.scanning import scan
from kiosque.index.errors import french
from kiosque.index.segment.schema import article_of
from kiosque.index.segment.store import StoreReader, digest
from kiosque.index.text.days import day_iso

MOST_SOURCES = 65_000
"""Sources that are told apart; a cluster gives 65,535 buckets at most."""


def cluster_stats(client: Client, prefix: str) -> Stats:
    """What the index of that prefix holds. Raises what `read_commit` raises."""
    return commit_stats(client, read_commit(client, prefix))


def commit_stats(client: Client, commit: Commit) -> Stats:
    """What the index of a commit holds; its generation counts from 1, as in a folder."""
    params = {"allow_partial_search_results": "false"}
    answer = client.call("POST", f"{commit.index}/_search", QUERY, params, repeatable=True)
    found = answer["aggregations"]
    first, last = found["first"]["value"], found["last"]["value"]
    return Stats(
        articles=answer["hits"]["total"]["value"],
        sources=len(found["sources"]["buckets"]),
        undated=found["undated"]["doc_count"],
        first=day_iso(int(first)) if first else None,
        last=day_iso(int(last)) if last else None,
        generation=1 + int(commit.generation.rpartition("-")[2]),
    )


SAMPLE = 64
"""Articles that are read back, evenly spread."""


def check_count(client: Client, index: str, documents: int) -> None:
    """Raises IncompleteIndex where the index does not have so many documents, or not all of its shards say."""
    found = client.call("GET", f"{index}/_count")
    if found["_shards"]["failed"] or found["_shards"]["successful"] < found["_shards"]["total"]:
        raise IncompleteIndex("une partie de l’index ne répond pas")
    if found["count"] != documents:
        raise IncompleteIndex(french("articles : {} au lieu de {}", number(found["count"]), number(documents)))


def check_sample(client: Client, index: str, store: StoreReader, documents: int) -> None:
    """Raises IncompleteIndex where some of the documents cannot be read back as they were sent."""
    records = [store[place] for place in range(0, documents, max(1, documents // SAMPLE))]
    wanted = {document_id(article_of(record).id): record for record in records}
    answer = client.call("POST", f"{index}/_mget", {"ids": list(wanted)}, {"stored_fields": "record"}, repeatable=True)
    found = {row["_id"]: record_of(row) for row in answer["docs"] if row.get("found")}
    if found != wanted:
        raise IncompleteIndex("des articles relus ne sont pas ceux qui ont été envoyés")


QUERY: dict[str, Any] = {
    "size": 0,
    "track_total_hits": True,
    "aggs": {
        "sources": {"terms": {"field": "source", "size": MOST_SOURCES}},
        "undated": {"missing": {"field": "date_first"}},
        "first": {"min": {"field": "date_first"}},
        "last": {"max": {"field": "date_last"}},
    },
}


def verify_cluster(client: Client, prefix: str) -> list[str]:
    """What is wrong with the index of that prefix, a line each, in French; nothing where all is well.

    Every article is read back. Raises MissingClusterIndex, ForeignClusterIndex, what `Client.call` raises.
    """
    commit = read_commit(client, prefix)
    return [*_count_problems(client, commit), *_lexicon_problems(client, commit), *_article_problems(client, commit)]


def _count_problems(client: Client, commit: Commit) -> list[str]:
    try:
        check_count(client, commit.index, commit.documents)
    except IncompleteIndex as error:
        return [str(error)]
    return [french("une synchronisation n’a pas fini : lancez make sync ENGINE=…")] if commit.unfinished else []


def _lexicon_problems(client: Client, commit: Commit) -> list[str]:
    with TemporaryDirectory(prefix="kiosque-") as scratch:
        try:
            fetch_lexicon(client, commit, Path(scratch))
        except DamagedLexicon as error:
            return [str(error)]
    return []


def _article_problems(client: Client, commit: Commit) -> list[str]:
    rows = scan(client, commit.index, ["digest"], record=True)
    odd = [row["_id"] for row in rows if not _intact(row)]
    return [french("« {} » : l’article n’est pas celui qui a été envoyé", id) for id in odd]


def _intact(row: dict[str, Any]) -> bool:
    record = record_of(row)
    kept: tuple[str, str] = row["fields"]["digest"][0], row["_id"]
    return kept == (digest(record).hex(), document_id(article_of(record).id))
