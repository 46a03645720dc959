"""Counts the articles of an index on a cluster by source and year, on the cluster."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from kiosque.index.cluster.client import Client
from kiosque.index.cluster.commit import Commit, read_report
from kiosque.search.cluster.requests import SEARCHING
from kiosque.search.counts.corpus import NO_YEAR, described
from kiosque.search.model import Corpus

PAGE = 5000
"""Pairs of source and date per answer."""


def holdings(client: Client, commit: Commit) -> Corpus:
    """The counts of a commit, and the report of its reading. Raises what `Client.call` raises."""
    cells = _cells(client, commit)
    sources = sorted({source for source, _ in cells})
    years = sorted({NO_YEAR, *(year for _, year in cells)})
    counts = np.array([[cells[source, year] for year in years] for source in sources], np.int64)
    return described(sources, years, counts.reshape(len(sources), len(years)), read_report(client, commit), None)


def _cells(client: Client, commit: Commit) -> Counter[tuple[str, int]]:
    """How many articles each source, "" for none, has in each year."""
    found: Counter[tuple[str, int]] = Counter()
    after: dict[str, Any] | None = {}
    while after is not None:
        answer = client.call("POST", f"{commit.index}/_search", _request(after), SEARCHING, repeatable=True)
        pairs = answer["aggregations"]["pairs"]
        for bucket in pairs["buckets"]:
            source, date = bucket["key"]["source"] or "", bucket["key"]["date"]
            found[source, int(date[:4]) if date else NO_YEAR] += bucket["doc_count"]
        after = pairs.get("after_key")
    return found


def _request(after: dict[str, Any]) -> dict[str, Any]:
    names = [{name: {"terms": {"field": name, "missing_bucket": True}}} for name in ("source", "date")]
    composite = {"size": PAGE, "sources": names, **({"after": after} if after else {})}
    return {"size": 0, "aggs": {"pairs": {"composite": composite}}}
