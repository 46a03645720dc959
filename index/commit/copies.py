"""Finds the copies in a commit: groups of near copies, and the places of exact ones.

A group may span segments, and a commit may change the group of a document whose segment stays. So each commit computes
the groups from the signatures in the segments, and writes them beside each segment under its own number (see
`segment_data.Sidecar`):

    copies.documents  uint32, the documents of the segment that are in a group, ascending
    copies.ranks      uint32, the rank of each among those of all segments: group after group, in a group by date
                      of publication
    copies.groups     uint32, the number of its group
    copies.kept       uint32, the documents with exact copies elsewhere, ascending
    copies.places, copies.places.bounds   the places of the copies of each, as msgpack (see `corpus.article.Place`)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from kiosque.corpus.article import Place
from kiosque.index.codec.document_writer import blob_arrays
from kiosque.index.codec.whoosh_codec import KiosqueSegment
from kiosque.index.commit.clustering import clusters, resembling
from kiosque.index.segment.arrays import Array
from kiosque.index.segment.segment_data import SegmentData
from kiosque.index.text.scanner import Bytes
from kiosque.index.text.signatures import PLACES


class Places(defaultdict[str, list[Place]]):
    """The places of exact copies, by the id of the article that is kept."""

    def __init__(self) -> None:
        super().__init__(list)


AGENCIES = frozenset(
    "6Medias,AFP,Agence Anadolu,ANSA,APA,APS,Associated Press,ATS,Belga,dpa,EFE,Keystone-ATS,La Presse Canadienne,"
    "MAP,Reuters,TAP,Xinhua".split(",")
)
"""News agencies, whose texts others reprint: of two articles of one day, the agency's came first."""


_decoder = msgspec.msgpack.Decoder(list[Place])

NOT_DATED = "~"
"""Sorts after every date: so "2022-01", which may be any day of the month, comes after "2022-01-19"."""


class Member(NamedTuple):
    """A document that may be a copy. Members sort by publication, across segments."""

    published: str
    taken_over: bool
    id: str
    segment: int
    document: int


class Grouped(NamedTuple):
    """The grouped documents of a commit, by rank: their segments, document numbers and group numbers. All int64."""

    segments: NDArray[np.int64]
    documents: NDArray[np.int64]
    groups: NDArray[np.int64]


def copy_arrays(
    opened: Sequence[SegmentData], segments: Sequence[KiosqueSegment], places: Places
) -> Iterator[dict[str, Array]]:
    """The arrays above, of each segment of a commit."""
    grouped = group([(data, segment.deletions()) for data, segment in zip(opened, segments, strict=True)])
    for number, (data, segment) in enumerate(zip(opened, segments, strict=True)):
        yield {**_group_arrays(grouped, number), **_place_arrays(data, segment, places)}


def group(segments: Sequence[tuple[SegmentData, NDArray[np.bool_]]]) -> Grouped:
    """The groups of near copies in segments, each given with its deletions."""
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
    """The groups among documents with these signatures, numbered across segments, which begin at `bases`.

    order: the documents by id, segment after segment. members: returns the members that documents are.
    """
    known = sorted(members(np.flatnonzero(resembling(signatures, order))))
    segment, document = (np.array([member[at] for member in known], np.int64) for at in (3, 4))
    firsts = clusters(signatures.reshape(-1, PLACES)[bases[segment] + document].ravel())
    order = np.argsort(firsts, kind="stable")
    order = order[np.bincount(firsts, minlength=1)[firsts[order]] > 1]
    groups = np.cumsum(np.diff(firsts[order], prepend=firsts[order[:1]]) > 0, dtype=np.int64)
    return Grouped(segment[order], document[order], groups)


def _signatures(data: SegmentData, deleted: NDArray[np.bool_]) -> Array:
    """The signatures of a segment's documents; zeros for those without one and for deleted ones."""
    kept = data["signatures"]
    if not len(kept):
        return np.zeros(PLACES * data.manifest.documents, np.uint8)
    return np.where(np.repeat(deleted, PLACES), np.uint8(0), kept) if deleted.any() else kept


def _members(opened: Sequence[SegmentData], bases: NDArray[np.int64], documents: NDArray[np.int64]) -> Iterator[Member]:
    """The members that these documents are, numbered across segments."""
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
    """The member of a document with that source and date."""
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
    """The places of exact copies in the last commit, without those of deleted documents."""
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
    """The number of the live document with that id, None if the segment has none."""
    term = data.term_number("id", id.encode())
    found = data.documents(term).tolist() if term >= 0 else []
    return next((number for number in found if not segment.is_deleted(number)), None)
