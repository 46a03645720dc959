"""What an index holds, read off its columns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
from whoosh.reading import IndexReader

from kiosque.index.codec.whoosh_codec import segment_data
from kiosque.index.commit.reader import open_reader
from kiosque.index.text.days import day_iso, day_span


class Stats(msgspec.Struct, frozen=True, kw_only=True):
    """What an index holds. `first` and `last` are the ends of its dates (ISO), None where all are undated."""

    articles: int
    sources: int
    undated: int
    first: str | None
    last: str | None
    generation: int


def stats(directory: Path) -> Stats:
    """What the last commit in `directory` holds; raises MissingIndex or DamagedIndex."""
    return stats_of(open_reader(directory))


def stats_of(reader: IndexReader) -> Stats:
    """Statistics of the commit that `reader` has open."""
    dates = dict(_counts(reader, "date"))
    spans = [day_span(date) for date in dates if date]
    return Stats(
        articles=reader.doc_count(),
        sources=len({source for source, _ in _counts(reader, "source")} - {""}),
        undated=sum(count for date, count in _counts(reader, "date") if not date),
        first=day_iso(min(first for first, _ in spans)) if spans else None,
        last=day_iso(max(last for _, last in spans)) if spans else None,
        generation=reader.generation(),
    )


def _counts(reader: IndexReader, column: str) -> Iterator[tuple[str, int]]:
    """Each value of a column in each segment, with how many documents have it; deleted ones do not count."""
    for leaf, _ in reader.leaf_readers():
        data = segment_data(leaf)
        values, counts = np.unique(data[f"column.{column}"][~leaf.segment().deletions()], return_counts=True)
        texts = data.column_values(column)
        yield from ((texts[value], count) for value, count in zip(values.tolist(), counts.tolist(), strict=True))
