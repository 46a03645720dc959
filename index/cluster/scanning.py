"""Reads every document of an index, some thousands at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from kiosque.index.cluster.client import Client
from kiosque.index.cluster.errors import IncompleteIndex
from kiosque.index.errors import french

PAGE = 5000
"""Documents of one answer; fewer where their records are asked for too."""

KEPT = "5m"
"""How long the cluster keeps the state that is read, between two answers."""


def scan(client: Client, index: str, columns: Sequence[str] = (), record: bool = False) -> Iterator[dict[str, Any]]:
    """Each document of an index as the cluster has it, in no order: its `_id`, of `columns` its `fields`, and among
    them its record where that is asked for. All are of the state that the index has now.

    Raises IncompleteIndex where a shard does not answer, and what `Client.call` raises.
    """
    body = {
        "size": PAGE // 20 if record else PAGE,
        "sort": ["_doc"],
        "stored_fields": ["record"] if record else [],
        "docvalue_fields": list(columns),
        "track_total_hits": True,
    }
    answer = client.call("POST", f"{index}/_search", body, {"scroll": KEPT, "allow_partial_search_results": "false"})
    read, total = 0, answer["hits"]["total"]["value"]
    try:
        while hits := answer["hits"]["hits"]:
            read += len(hits)
            yield from hits
            answer = client.call("POST", "_search/scroll", {"scroll": KEPT, "scroll_id": answer["_scroll_id"]})
    finally:
        client.call("DELETE", "_search/scroll", {"scroll_id": [answer["_scroll_id"]]})
    if read != total:
        raise IncompleteIndex(french("articles lus : {} au lieu de {}", read, total))
