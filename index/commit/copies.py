"""Which articles of a commit are copies: groups of near copies, and the places of exact ones.

A group may span segments, and a commit may change the group of a document whose segment stays. So what is said of the
copies is made anew by each commit, from the signatures that the segments keep, and written beside each segment under
the commit's number (`segment.Sidecar`):

    copies.documents  uint32, the documents of the segment that are in a group, ascending
    copies.ranks      uint32, the place of each among those of all segments: group after group, in a group whoever
                      published first comes first
    copies.groups     uint32, the number of its group
    copies.kept       uint32, the documents that stood at other places too, ascending
    copies.places, copies.places.bounds   those places of each, as msgpack (see `corpus.article.Place`)

Where there is nothing to say, no file is written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray
from whoosh.codec.base import Segment

from kiosque.corpus.article import Place
from kiosque.index.codec.document_writer import blob_arrays
from kiosque.index.codec.whoosh_codec import KiosqueSegment, sidecar_of
from kiosque.index.commit.clustering import clusters, resembling
from kiosque.index.segment.arrays import Array, write_array
from kiosque.index.segment.segment_data import SegmentData, Sidecar, sidecar_path
from kiosque.index.text.scanner import Bytes
from kiosque.index.text.signatures import PLACES


class Places(defaultdict[str, list[Place]]):
    """Where the exact copies of articles stood, by the id of the article that is kept."""

    def __init__(self) -> None:
        super().__init__(list)


AGENCIES = frozenset(
    "6Medias,AFP,Agence Anadolu,ANSA,APA,APS,Associated Press,ATS,Belga,dpa,EFE,Keystone-ATS,La Presse Canadienne,"
    "MAP,Reuters,TAP,Xinhua".split(",")
)
"""Those whose texts others take over: of two articles of one day, an agency's was there first."""


_decoder = msgspec.msgpack.Decoder(list[Place])

NOT_DATED = "~"
"""Behind every date, as text: so "2022-01", which may be any day of the month, comes behind "2022-01-19"."""


class Member(NamedTuple):
    """A document that may be a copy. Members sort as they were published, whatever segment they are in."""

    published: str
    taken_over: bool
    id: str
    segment: int
    document: int


class Grouped(NamedTuple):
    """The documents of a commit that are in groups, by rank: their segments and numbers, and the numbers of the
    groups. All int64."""

    segments: NDArray[np.int64]
    documents: NDArray[np.int64]
    groups: NDArray[np.int64]


def write_copies(directory: Path, segments: Sequence[KiosqueSegment], generation: int, places: Places) -> None:
    """Writes what a commit says of copies beside each of its segments, which then know it. Raises OSError."""
    opened = [SegmentData(directory, segment.segment_id()) for segment in segments]
    grouped = group([(data, segment.deletions()) for data, segment in zip(opened, segments, strict=True)])
    for number, (data, segment) in enumerate(zip(opened, segments, strict=True)):
        arrays = {**_group_arrays(grouped, number), **_place_arrays(data, segment, places)}
        entries = {
            name: write_array(sidecar_path(directory, data.segment, name, generation), array)
            for name, array in arrays.items()
            if len(array)
        }
        segment.sidecar = Sidecar(generation, entries)


def stale_copies(directory: Path, segments: Sequence[Segment]) -> Iterator[Path]:
    """The files in which other commits said of copies beside these segments."""
    for segment in segments:
        name, sidecar = segment.segment_id(), sidecar_of(segment)
        kept = {sidecar_path(directory, name, array, sidecar.generation) for array in sidecar.arrays}
        yield from set(directory.glob(f"{name}.copies.*")) - kept


def group(segments: Sequence[tuple[SegmentData, NDArray[np.bool_]]]) -> Grouped:
    """The groups of near copies among the documents of segments, each with which of its documents are deleted."""
    signatures = np.concatenate([np.empty(0, np.uint8), *(_signatures(*segment) for segment in segments)])
    bases = np.cumsum([0, *(data.manifest.documents for data, _ in segments)])
    by_id = [base + np.argsort(data["id_rank"]) for base, (data, _) in zip(bases, segments, strict=False)]
    order = np.concatenate([np.empty(0, np.int64), *by_id])
    return grouped(signatures, order, bases, lambda alike: _members([data for data, _ in segments], bases, alike))


def grouped(
    signatures: Bytes,
    order: NDArray[np.int64],
    bases: NDArray[np.int64],
    members: Callable[[NDArray[np.int64]], Iterable[Member]],
) -> Grouped:
    """The groups among documents with these signatures, numbered over all segments, whose first numbers are `bases`.

    order: the documents by id, segment after segment. members: gives what is known of some documents.
    """
    known = sorted(members(np.flatnonzero(resembling(signatures, order))))
    segment, document = (np.array([member[at] for member in known], np.int64) for at in (3, 4))
    firsts = clusters(signatures.reshape(-1, PLACES)[bases[segment] + document].ravel())
    order = np.argsort(firsts, kind="stable")
    order = order[np.bincount(firsts, minlength=1)[firsts[order]] > 1]
    groups = np.cumsum(np.diff(firsts[order], prepend=firsts[order[:1]]) > 0, dtype=np.int64)
    return Grouped(segment[order], document[order], groups)


def _signatures(data: SegmentData, deleted: NDArray[np.bool_]) -> Array:
    """The signatures of a segment's documents; zeros for those that have none or are deleted."""
    kept = data["signatures"]
    if not len(kept):
        return np.zeros(PLACES * data.manifest.documents, np.uint8)
    return np.where(np.repeat(deleted, PLACES), np.uint8(0), kept) if deleted.any() else kept


def _members(opened: Sequence[SegmentData], bases: NDArray[np.int64], documents: NDArray[np.int64]) -> Iterator[Member]:
    """What is known of these documents, which are numbered over all segments."""
    segments = np.searchsorted(bases, documents, side="right") - 1
    for segment, data in enumerate(opened):
        chosen = documents[segments == segment] - bases[segment]
        ids = data.ids() if len(chosen) else []
        columns = (_column(data, name, chosen) for name in ("source", "date"))
        for document, source, date in zip(chosen.tolist(), *columns, strict=True):
            yield member(ids[document], source, date, segment, document)


def _column(data: SegmentData, name: str, documents: NDArray[np.int64]) -> list[str]:
    """The values of a column for these documents."""
    if not len(documents):
        return []
    values = data.column_values(name)
    return [values[place] for place in data[f"column.{name}"][documents].tolist()]


def member(id: str, source: str | None, date: str | None, segment: int, document: int) -> Member:
    """The member that a document of that source and date is."""
    return Member((date or NOT_DATED) + NOT_DATED, source not in AGENCIES, id, segment, document)


def _group_arrays(grouped: Grouped, segment: int) -> dict[str, Array]:
    ranks = np.flatnonzero(grouped.segments == segment)
    ranks = ranks[np.argsort(grouped.documents[ranks])]
    return {
        "copies.documents": grouped.documents[ranks].astype(np.uint32),
        "copies.ranks": ranks.astype(np.uint32),
        "copies.groups": grouped.groups[ranks].astype(np.uint32),
    }


def _place_arrays(data: SegmentData, segment: KiosqueSegment, places: Places) -> dict[str, Array]:
    known = sorted((number, places[id]) for id in places if (number := _number_of(data, segment, id)) is not None)
    if not known:
        return {}
    return {
        "copies.kept": np.array([number for number, _ in known], np.uint32),
        **blob_arrays("copies.places", [msgspec.msgpack.encode(found) for _, found in known]),
    }


def places_of(directory: Path, segments: Sequence[KiosqueSegment]) -> Places:
    """What the last commit says of exact copies, but for those of deleted documents."""
    places = Places()
    for segment in segments:
        data = SegmentData(directory, segment.segment_id(), segment.sidecar)
        kept = data["copies.kept"].tolist()
        ids = data.ids() if kept else []
        for row, number in enumerate(kept):
            if not segment.is_deleted(number):
                places[ids[number]] += kept_places(data, row)
    return places


def kept_places(data: SegmentData, row: int) -> list[Place]:
    """The places of the document in that row of `copies.kept`."""
    first, last = data["copies.places.bounds"][row : row + 2].tolist()
    return _decoder.decode(data["copies.places"][first:last].tobytes())


def _number_of(data: SegmentData, segment: KiosqueSegment, id: str) -> int | None:
    """The number of the document of that id, None where the segment has none, or had."""
    term = data.term_number("id", id.encode())
    found = data.documents(term).tolist() if term >= 0 else []
    return next((number for number in found if not segment.is_deleted(number)), None)
