"""What a cluster answers -> what was found. Pure."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.cluster.compile import Json
from search.cluster.requests import DATES, MATCHED, SOURCES, VALUES
from search.filters import Values
from search.outcome import Outcome
from search.state import State
from search.terms import Terms


def outcome_of(answer: Json, state: State, terms: Terms) -> Outcome:
    """The outcome of a `requests.page`. What a sync has just added counts for the facets once its words are there."""
    total, found = total_of(answer), answer["aggregations"]
    return Outcome(
        total=total,
        matched=found[MATCHED]["doc_count"] if MATCHED in found else total,
        best=list(rows_of(answer)),
        source_counts=_counts(found[SOURCES], state.sources),
        date_counts=_counts(found[DATES], state.dates),
        terms=terms,
    )


def total_of(answer: Json) -> int:
    """How many documents match."""
    return int(answer["hits"]["total"]["value"])


def rows_of(answer: Json) -> Iterator[tuple[bytes, float]]:
    """The stored records with their scores, in order."""
    return ((record_of(hit), float(hit["_score"])) for hit in answer["hits"]["hits"])


def record_of(hit: Json) -> bytes:
    """The stored record of a hit."""
    return b64decode(hit["_source"]["record"])


def last_place(answer: Json) -> list[Any] | None:
    """What the last hit is sorted by, None where there is no hit."""
    hits = answer["hits"]["hits"]
    return hits[-1]["sort"] if hits else None


def _counts(counted: Json, values: Values) -> NDArray[np.int64]:
    """Counts by the place of the value; what has no value counts at the empty one, if there is any."""
    counts = {bucket["key"]: bucket["doc_count"] for bucket in counted[VALUES]["buckets"]}
    return np.array([counts.get(text, 0) for text in values.texts], np.int64)
