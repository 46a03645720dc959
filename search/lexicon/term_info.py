"""Where terms are in a segment."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from kiosque.index.segment.segment_data import SegmentData, find_terms
from kiosque.search.leaves.leaf import Key


class TermInfo(NamedTuple):
    """A term in one segment: its number, -1 where it is not there; its chunks; its document frequency; its postings,
    those of deleted documents included."""

    number: int
    chunk: int
    chunk_end: int
    frequency: int
    postings: int


def look_up(data: SegmentData, keys: Iterable[Key]) -> dict[Key, TermInfo]:
    """Each term's place in a segment."""
    fields, rows = data.manifest.fields, list(keys)
    if not rows:
        return {}
    texts = [text.encode() for _, text in rows]
    bounds, found = np.array([0, *accumulate(map(len, texts))], np.int64), np.empty((len(rows), 5), np.int64)
    ranges = [(fields[name].first, fields[name].last) if name in fields else (0, 0) for name, _ in rows]
    find_terms(
        data["terms"], data["term_bounds"], data["chunk_first"], data["chunk_end"],
        np.frombuffer(b"".join(texts) or b" ", np.uint8), bounds, np.array(ranges, np.int64),
        data.live_frequencies, found,
    )  # fmt: skip
    return dict(zip(rows, map(TermInfo._make, found.tolist()), strict=True))
