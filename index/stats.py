"""What an index holds, read off its columns."""

from __future__ import annotations

from pathlib import Path

import msgspec
from whoosh.reading import IndexReader

from index.days import day_iso
from index.reader import open_reader


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
    """What the commit that `reader` stands on holds."""
    numbers = list(reader.all_doc_ids())
    columns = {name: reader.column_reader(name) for name in ("source", "first_day", "last_day")}
    dated = [number for number in numbers if columns["first_day"][number]]
    return Stats(
        articles=len(numbers),
        sources=len({columns["source"][number] for number in numbers} - {""}),
        undated=len(numbers) - len(dated),
        first=day_iso(min(columns["first_day"][number] for number in dated)) if dated else None,
        last=day_iso(max(columns["last_day"][number] for number in dated)) if dated else None,
        generation=reader.generation(),
    )
