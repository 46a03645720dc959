"""Merges segments into one by copying their arrays: nothing is analysed again, nothing is decompressed.

Documents keep their order, one segment after the other, without those that are left out (`merge.documents`). The
terms are merged field by field, and their forms get bits that hold for all sources (`merge.terms`); the postings are
copied with new document numbers (`merge.postings`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kiosque.index.errors import ForeignArrays, OversizedSegment
from kiosque.index.merge.documents import Deleted, Documents
from kiosque.index.merge.postings import KeptCounts, PostingsMerger, count_kept_postings
from kiosque.index.merge.strings import LARGEST, concatenated, string_arrays
from kiosque.index.merge.terms import Forms, MergedField, merge_field
from kiosque.index.segment.arrays import Array, Entry, array_path, map_array, write_arrays
from kiosque.index.segment.postings import CHUNK_BITS, Postings
from kiosque.index.segment.schema import LONG_TEXTS
from kiosque.index.segment.segment_data import NO_FIELD, Field, Manifest, SegmentData, write_manifest

Target = tuple[Path, str]
"""The folder and the name of the segment that is written."""

COMMON = {
    *Postings._fields, "terms", "term_bounds", "term_forms", "term_form_first", "forms", "form_bounds",
    "folded_forms", "folded_form_bounds", "store", "store_bounds", "store_dictionaries", "store_digests",
    "id_rank", "signatures",
    *(f"skips.{name}{part}" for name in LONG_TEXTS for part in ("", ".bounds")),
}  # fmt: skip
"""The arrays of a segment that are there whatever its fields."""


def merge(directory: Path, sources: Sequence[tuple[SegmentData, Deleted]], segment: str) -> int:
    """Writes the segment `segment` in `directory`: the documents of `sources` without those deleted, in their order.

    Gives how many there are. The segment is what `bulk.BulkWriter` would have written of these documents, but for the
    order of forms, and for bits that forms share (see `merge.terms`). It is part of no index until somebody commits
    it. Raises, before anything is written, OversizedSegment where more than 2**32 - 1 postings come together, and
    ForeignArrays where a source holds what is not merged here. At least one source has documents.
    """
    documents = Documents([source for source in sources if source[0].manifest.documents])
    _check(documents.sources)
    kept_counts = [_tally(data, documents.changed(at)) for at, data in enumerate(documents.sources)]
    _check_size(kept_counts)
    forms = Forms(documents.sources)
    fields = {
        name: merge_field(name, documents.sources, kept_counts, forms) for name in _field_names(documents.sources)
    }
    lengths = {name: documents.lengths(name) for name, field in fields.items() if field.scored}
    described = _described(fields, lengths)
    with ThreadPoolExecutor(1) as beside:  # the store is copied while kernels copy postings: neither holds the GIL
        store = beside.submit(documents.write_store, directory, segment)
        entries = {
            **_write_postings((directory, segment), documents, kept_counts, fields),
            **write_arrays(directory, segment, _term_arrays(list(fields.values()), forms)),
            **write_arrays(directory, segment, {f"length.{name}": array for name, array in lengths.items()}),
            **documents.write_columns(directory, segment),
            **documents.write_skips(directory, segment),
            **documents.write_signatures(directory, segment),
            **store.result(),
        }
    rank = _id_rank((directory, segment), entries, described.get("id", NO_FIELD), len(documents))
    entries |= write_arrays(directory, segment, {"id_rank": rank})
    columns = dict.fromkeys(documents.columns(), "bytes")
    manifest = Manifest(documents=len(documents), fields=described, columns=columns, arrays=entries)
    write_manifest(directory, segment, manifest)
    return len(documents)


def _check(sources: Sequence[SegmentData]) -> None:
    """Raises ForeignArrays where a source holds what is not merged here."""
    texts = {name for data in sources for name, field in data.manifest.fields.items() if field.positions}
    for data in sources:
        manifest = data.manifest
        known = COMMON | {f"length.{field}" for field in manifest.fields}
        known |= {f"column.{name}{part}" for name in manifest.columns for part in ("", ".values", ".value_bounds")}
        foreign = sorted(manifest.arrays.keys() - known)
        foreign += [f"column.{name}" for name, kind in manifest.columns.items() if kind != "bytes"]
        foreign += [name for name in texts & manifest.fields.keys() if _lacks_positions(manifest.fields[name])]
        if foreign:
            raise ForeignArrays(data.segment, ", ".join(foreign))


def _lacks_positions(field: Field) -> bool:
    """Whether a field has terms without positions; one without terms may have lost all of its documents."""
    return field.last > field.first and not field.positions


def _field_names(sources: Sequence[SegmentData]) -> list[str]:
    """The fields of all sources in the order of a segment: those with positions first, then by name."""
    known = {name for data in sources for name in data.manifest.fields}
    texts = {name for data in sources for name, field in data.manifest.fields.items() if field.positions}
    return [*sorted(texts), *sorted(known - texts)]


def _tally(data: SegmentData, renumbered: NDArray[np.uint32]) -> KeptCounts:
    text_terms = max((field.last for field in data.manifest.fields.values() if field.positions), default=0)
    return count_kept_postings(data.postings, text_terms, renumbered)


def _check_size(kept_counts: Sequence[KeptCounts]) -> None:
    postings = sum(int(each.kept.sum(dtype=np.int64)) for each in kept_counts)
    if postings > LARGEST:
        raise OversizedSegment(f"{postings} occurrences")


def _described(fields: Mapping[str, MergedField], lengths: Mapping[str, Array]) -> dict[str, Field]:
    """The fields as the manifest has them."""
    described, first = {}, 0
    for name, field in fields.items():
        last = first + len(field.strings.bounds) - 1
        length = int(lengths[name].sum(dtype=np.int64)) if name in lengths else 0
        described[name] = Field(first, last, positions=field.terms.text, scored=field.scored, length=length)
        first = last
    return described


def _write_postings(
    target: Target, documents: Documents, kept_counts: Sequence[KeptCounts], fields: Mapping[str, MergedField]
) -> dict[str, Entry]:
    sources = [(data.postings, base) for data, base in zip(documents.sources, documents.bases[:-1], strict=True)]
    merger = PostingsMerger(target, sources, documents.renumbered)
    merger.open(
        postings=sum(int(each.kept.sum(dtype=np.int64)) for each in kept_counts),
        text_postings=sum(int(each.kept[: len(each.bits)].sum(dtype=np.int64)) for each in kept_counts),
        position_bytes=sum(each.position_bytes for each in kept_counts),
        large=sum(each.large for each in kept_counts),
    )
    for field in fields.values():
        merger.add(field.terms)
    return merger.finish()


def _term_arrays(fields: Sequence[MergedField], forms: Forms) -> dict[str, Array]:
    """The terms of all fields, and their forms."""
    row_counts = np.concatenate([np.zeros(1, np.uint32), *(field.row_counts for field in fields)])
    return {
        **string_arrays("term", concatenated([field.strings for field in fields])),
        **forms.arrays(np.concatenate([field.rows for field in fields])),
        "term_form_first": np.cumsum(row_counts, dtype=np.uint32),
    }


def _id_rank(target: Target, entries: Mapping[str, Entry], field: Field, documents: int) -> NDArray[np.uint32]:
    """The place of each document when all are sorted by id; those without one come first, as if it were empty."""
    first, ends, numbers, docs = (
        map_array(array_path(*target, name), entries[name])
        for name in ("chunk_first", "chunk_end", "chunk_number", "docs")
    )
    chunks = slice(int(first[field.first]), int(first[field.last]))
    ends = np.concatenate([np.zeros(1, np.int64), ends])[chunks.start : chunks.stop + 1]
    high = np.repeat(numbers[chunks].astype(np.uint32) << np.uint32(CHUNK_BITS), np.diff(ends))
    sorted_ = high | docs[int(ends[0]) : int(ends[-1])]
    without = np.ones(documents, np.bool_)
    without[sorted_] = False
    order = np.concatenate([np.flatnonzero(without), sorted_])
    rank = np.empty(documents, np.uint32)
    rank[order] = np.arange(len(order), dtype=np.uint32)
    return rank
