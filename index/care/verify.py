"""Checks an index file by file: every checksum, then that the arrays agree with one another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from kiosque.index.codec.whoosh_codec import sidecar_of
from kiosque.index.commit.reports import report_problems
from kiosque.index.commit.storage import open_index
from kiosque.index.errors import french
from kiosque.index.segment.schema import LONG_TEXTS, TEXTS
from kiosque.index.segment.segment_data import SegmentData
from kiosque.index.segment.store import DIGEST_BYTES
from kiosque.index.text.signatures import PLACES

SKIPS = [f"skips.{name}" for name in LONG_TEXTS]


def verify(directory: Path) -> list[str]:
    """What is wrong with the last commit in `directory`, a line each, in French; nothing where all is well.

    Raises MissingIndex, and DamagedIndex where the table of contents or a manifest cannot be read.
    """
    contents = open_index(directory)._read_toc()
    opened = [SegmentData(directory, part.segment_id(), sidecar_of(part)) for part in contents.segments]
    problems = [problem for data in opened for problem in data.verify() or _disagreements(data)]
    return problems + report_problems(directory, contents.generation)


def _disagreements(data: SegmentData) -> list[str]:
    return [french("{} : {}", data.segment, what) for what, holds in INVARIANTS.items() if not holds(data)]


def _rising(*names: str) -> Callable[[SegmentData], bool]:
    """Whether none of these arrays ever falls."""
    return lambda data: all(bool((np.diff(data[name].astype(np.int64)) >= 0).all()) for name in names)


def _ends(data: SegmentData) -> bool:
    """Whether the arrays that say where others end say what is so."""
    ends = {
        "terms": "term_bounds",
        "forms": "form_bounds",
        "folded_forms": "folded_form_bounds",
        "store": "store_bounds",
    }
    ends |= {name: f"{name}.bounds" for name in SKIPS if len(data[f"{name}.bounds"])}
    chunks = len(data["chunk_number"]) == len(data["chunk_end"]) == int(data["chunk_first"][-1])
    postings = len(data["docs"]) == len(data["freqs"]) == int(data["chunk_end"].max(initial=0))
    return chunks and postings and all(len(data[name]) == int(data[bounds][-1]) for name, bounds in ends.items())


def _documents(data: SegmentData) -> bool:
    """Whether each array by document has an entry a document."""
    names = ["id_rank", *(f"column.{name}" for name in data.manifest.columns)]
    lengths = [f"length.{name}" for name, field in data.manifest.fields.items() if field.scored]
    documents = data.manifest.documents
    if len(data["signatures"]) not in (0, PLACES * documents) or len(data["store_digests"]) != DIGEST_BYTES * documents:
        return False
    return (
        all(len(data[name]) == documents for name in (*names, *lengths)) and len(data["store_bounds"]) == documents + 1
    )


def _copies(data: SegmentData) -> bool:
    """Whether what the commit says of copies is about documents of the segment, each once."""
    grouped, kept = data["copies.documents"].astype(np.int64), data["copies.kept"].astype(np.int64)
    rising = all(bool((np.diff(each) > 0).all()) for each in (grouped, kept))
    inside = max(grouped.max(initial=-1), kept.max(initial=-1)) < data.manifest.documents
    pairs = len(grouped) == len(data["copies.ranks"]) == len(data["copies.groups"])
    return rising and bool(inside) and pairs and len(data["copies.places.bounds"]) in (0, len(kept) + 1)


def _columns(data: SegmentData) -> bool:
    """Whether each document's value is one of its column's."""
    return all(
        int(data[f"column.{name}"].astype(np.int64).max(initial=-1)) < len(data[f"column.{name}.value_bounds"]) - 1
        for name in data.manifest.columns
    )


def _live(data: SegmentData) -> bool:
    """Whether what the commit counts is there for each form, term and value."""
    counted = [("live.forms", "form_bounds"), ("live.frequencies", "term_bounds")]
    counted += [(f"live.column.{name}", f"column.{name}.value_bounds") for name in data.manifest.columns]
    totals = len(data["live.totals"]) in (0, 1 + len(TEXTS))
    return totals and all(len(data[name]) in (0, len(data[bounds]) - 1) for name, bounds in counted)


INVARIANTS: dict[str, Callable[[SegmentData], bool]] = {
    "des débuts reculent": _rising(
        "term_bounds",
        "form_bounds",
        "folded_form_bounds",
        "chunk_first",
        "chunk_end",
        "position_blocks",
        "store_bounds",
        *(f"{name}.bounds" for name in SKIPS),
    ),
    "des fins manquent": _ends,
    "des documents manquent": _documents,
    "des valeurs manquent": _columns,
    "des copies manquent": _copies,
    "des comptes manquent": _live,
}
