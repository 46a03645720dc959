"""Copies on the cluster: each document carries its group of near copies and the places of exact ones.

    signature     64 bytes, what near copies are found by (see `text.signatures`); missing where a text is too short
    group         the name of the first document of the group
    group_rank    the place in it, from 0, in the order of publication
    group_place   both in one, which no other document has
    places        where exact copies stood, as msgpack (see `corpus.article.Place`)

A sync finds all groups anew from the signatures, as a commit in a folder does, and sends those documents again of which
something else is to be said. Of each article some hundred bytes are kept meanwhile, as of its name and digest.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from kiosque.corpus.article import Place
from kiosque.index.cluster.client import Client
from kiosque.index.cluster.document import Document, document_id
from kiosque.index.cluster.scanning import scan
from kiosque.index.commit.copies import Grouped, Member, Places, grouped, kept_places, member
from kiosque.index.segment.schema import card_of
from kiosque.index.segment.segment_data import SegmentData
from kiosque.index.segment.store import StoreReader
from kiosque.index.text.signatures import PLACES

COPY_FIELDS = ("group", "group_rank", "group_place", "places")
"""The fields that a commit says something new in; those that readers compare have doc values."""

KNOWN = ("id", "source", "date", "signature", "group", "group_rank", "places")

CopyFields = Mapping[str, Document]
"""What is said of the copies of documents, by their names; nothing of those that have none."""

NO_COPIES: CopyFields = {}

_decoder = msgspec.msgpack.Decoder(list[Place])


class CopyCandidate(NamedTuple):
    """A document's name, its sort keys within a group, and its signature."""

    name: str
    id: str
    source: str | None
    date: str | None
    signature: bytes


def place_text(rank: int, group: str) -> str:
    """What names one place in one group."""
    return f"{rank} {group}"


def packed(text: bytes) -> str:
    """Bytes as a cluster takes them."""
    return b64encode(text).decode()


def unpacked(text: str) -> bytes:
    """The bytes that a cluster gives, which it does without padding."""
    return b64decode(text + "==")


def signature_of(data: SegmentData, number: int) -> Document:
    """The field of a document of a segment; none where it has no signature."""
    signature = bytes(data["signatures"][PLACES * number : PLACES * (number + 1)])
    return {"signature": packed(signature)} if any(signature) else {}


def committed_copy_fields(data: SegmentData, store: StoreReader) -> CopyFields:
    """What a commit of this one segment says."""
    order = np.argsort(data["copies.ranks"])
    names = (document_id(card_of(store[number]).id) for number in data["copies.documents"][order].tolist())
    said = _group_fields(zip(data["copies.groups"][order].tolist(), names, strict=True))
    kept = enumerate(data["copies.kept"].tolist())
    return _with_places(said, {card_of(store[number]).id: kept_places(data, row) for row, number in kept})


def computed_copy_fields(documents: Iterable[CopyCandidate], places: Mapping[str, list[Place]]) -> CopyFields:
    """What is to be said of these documents, and of those that places are given for, by their articles' ids."""
    held = sorted(documents, key=lambda each: each.id)
    found = _grouped(held)
    names = (held[number].name for number in found.documents.tolist())
    said = _group_fields(zip(found.groups.tolist(), names, strict=True))
    return _with_places(said, places)


def _grouped(held: list[CopyCandidate]) -> Grouped:
    """The groups among documents sorted by id."""
    signatures = np.frombuffer(b"".join(each.signature or bytes(PLACES) for each in held), np.uint8)
    order = np.arange(len(held))

    def members(alike: NDArray[np.int64]) -> Iterator[Member]:
        for number in alike.tolist():
            yield member(held[number].id, held[number].source, held[number].date, 0, number)

    return grouped(signatures, order, np.zeros(1, np.int64), members)


def _group_fields(members: Iterable[tuple[int, str]]) -> dict[str, Document]:
    """What is said of members, which are given by the numbers of their groups and their names, group after group."""
    said: dict[str, Document] = defaultdict(dict)
    for _, group in groupby(members, key=lambda each: each[0]):
        names = [name for _, name in group]
        for rank, name in enumerate(names):
            said[name] = {"group": names[0], "group_rank": rank, "group_place": place_text(rank, names[0])}
    return said


def _with_places(said: dict[str, Document], places: Mapping[str, list[Place]]) -> CopyFields:
    for name, packed_places in packed_by_name(places).items():
        said[name] = {**said.get(name, {}), "places": packed_places}
    return said


def packed_by_name(places: Mapping[str, list[Place]] | Places) -> dict[str, str]:
    """The places of documents as the cluster has them, by the names of the documents."""
    return {document_id(id): packed(msgspec.msgpack.encode(found)) for id, found in places.items() if found}


def places_in(text: str) -> list[Place]:
    """The places that the cluster gave so."""
    return _decoder.decode(unpacked(text))


def candidates_on(client: Client, index: str) -> Iterator[tuple[CopyCandidate, Document]]:
    """Each document of an index, with what is said of its copies."""
    for row in scan(client, index, KNOWN):
        fields: dict[str, Any] = {name: values[0] for name, values in row.get("fields", {}).items()}
        signature = unpacked(fields["signature"]) if "signature" in fields else b""
        said = {name: fields[name] for name in COPY_FIELDS if name in fields}
        if "places" in said:
            said["places"] = packed(unpacked(said["places"]))
        if "group" in said:
            said["group_place"] = place_text(said["group_rank"], said["group"])
        id, source, date = fields.get("id", row["_id"]), fields.get("source"), fields.get("date")
        yield CopyCandidate(row["_id"], id, source, date, signature), said


def candidates_in(data: SegmentData, store: StoreReader) -> Iterator[CopyCandidate]:
    """Each document of a segment."""
    for number in range(data.manifest.documents):
        card = card_of(store[number])
        signature = bytes(data["signatures"][PLACES * number : PLACES * (number + 1)])
        yield CopyCandidate(document_id(card.id), card.id, card.source, card.date, signature)
