"""Reads back what was sent: how many articles there are, and whether some of them are what was sent."""

from __future__ import annotations

from kiosque.corpus.french import number
from kiosque.index.cluster.client import Client
from kiosque.index.cluster.document import document_id, record_of
from kiosque.index.cluster.errors import IncompleteIndex
from kiosque.index.segment.schema import article_of
from kiosque.index.segment.store import StoreReader

SAMPLE = 64
"""Articles that are read back, evenly spread."""


def check_count(client: Client, index: str, documents: int) -> None:
    """Raises IncompleteIndex where the index does not have so many documents, or not all of its shards say."""
    found = client.call("GET", f"{index}/_count")
    if found["_shards"]["failed"] or found["_shards"]["successful"] < found["_shards"]["total"]:
        raise IncompleteIndex("une partie de l’index ne répond pas")
    if found["count"] != documents:
        raise IncompleteIndex(f"articles\u00a0: {number(found['count'])} au lieu de {number(documents)}")


def check_sample(client: Client, index: str, store: StoreReader, documents: int) -> None:
    """Raises IncompleteIndex where some of the documents cannot be read back as they were sent."""
    records = [store[place] for place in range(0, documents, max(1, documents // SAMPLE))]
    wanted = {document_id(article_of(record).id): record for record in records}
    answer = client.call("POST", f"{index}/_mget", {"ids": list(wanted)}, {"stored_fields": "record"}, repeatable=True)
    found = {row["_id"]: record_of(row) for row in answer["docs"] if row.get("found")}
    if found != wanted:
        raise IncompleteIndex("des articles relus ne sont pas ceux qui ont été envoyés")
