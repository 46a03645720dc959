"""A segment: an immutable part of the index, as arrays on disk with a manifest.

Besides the arrays of `postings` (of all fields together) a segment holds

    terms, term_bounds          the terms as bytes, one after the other, in the order of the fields, then of the bytes
    term_forms, term_form_first uint32; the forms of each text term, in the order of their bits; where they begin
                                (a merged segment may name a form twice: see `merge.terms`)
    forms, form_bounds          every form of the segment, sorted by `folded`, then itself
    folded_forms, folded_form_bounds  each form without accents, as some people type it
    length.FIELD                uint16/32[documents], the tokens of a scored field
    column.FIELD                uint16/32[documents], the ordinal of the document's value
    column.FIELD.values, .bounds  the distinct values as bytes, sorted
    store, store_bounds, store_dictionaries, store_digests   see `store`
    skips.FIELD, skips.FIELD.bounds           see `skips`
    signatures                  see `signatures`
    id_rank                     uint32[documents], the rank of the document by id

and, only from Whoosh's writer, for fields with vectors or with a format that keeps more than the arrays above:

    values.FIELD, values.FIELD.bounds    the value bytes of each posting of the field, in order
    vector.FIELD, vector.FIELD.bounds    the vector of each document as msgpack: term, weight, value bytes of each
"""

from __future__ import annotations

import os
import zlib
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import compress, pairwise
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numba import njit
from numpy.typing import NDArray

from kiosque.corpus.system_errors import cause_of
from kiosque.index.errors import DamagedIndex, ForeignIndex, french
from kiosque.index.segment.arrays import Array, Entry, array_path, check_array, checksum, map_array
from kiosque.index.segment.postings import CHUNK_BITS, LARGE, POSITION_BLOCK, Postings, decode_positions
from kiosque.index.segment.schema import TEXTS
from kiosque.index.segment.store import DIGEST_BYTES
from kiosque.index.text.analyzer import VERSION, WORDS_VERSION
from kiosque.index.text.scanner import Bytes

FORMAT = 4
"""Increased whenever the files change their meaning: a segment of another format is refused."""


CONTENTS = {"docs", "freqs", "form_bits", "positions", "store"}
"""The arrays that grow with the texts. All others are bounds and tables."""

CHECKED = 1 << 25
"""An array of `CONTENTS` up to this many bytes is checked whenever its segment is opened; all others always are."""

CHECKING = 4
"""Arrays checked in parallel."""


class Field(msgspec.Struct, frozen=True):
    """A field's terms are those numbered from `first` up to `last` (exclusive).

    `length` is the sum of its documents' lengths; `scored` says whether the lengths are kept.
    """

    first: int
    last: int
    positions: bool
    scored: bool
    length: int


NO_FREQUENCIES = np.frombuffer(b"", np.uint32)
"""Read-only, as mapped arrays are: kernels are compiled for those."""

NO_FIELD = Field(first=0, last=0, positions=False, scored=False, length=0)
"""A field that no document has."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a segment holds, and the versions that made its terms."""

    format: int = FORMAT
    analyzer: int = VERSION
    words: str = WORDS_VERSION
    documents: int
    fields: dict[str, Field]
    columns: dict[str, str]
    """The kind of each column: "bytes", or "msgpack" for any other value."""
    arrays: dict[str, Entry]
    segment: str = ""
    """The segment's own name: files of another under its name have right checksums. Older ones do not say it."""


class ManifestFile(msgspec.Struct, frozen=True):
    """A manifest's file: the manifest and its CRC-32."""

    crc32: int
    manifest: msgspec.Raw


class Sidecar(msgspec.Struct, frozen=True):
    """The arrays that a commit adds to a segment, which itself never changes: its groups of copies, and what of it is
    still counted.

    The table of contents holds it, so it changes with the commit, whose number is `generation`.
    """

    generation: int = 0
    arrays: dict[str, Entry] = {}


NO_SIDECAR = Sidecar()


def sidecar_path(directory: Path, segment: str, name: str, generation: int) -> Path:
    """The file of an array of a sidecar."""
    return array_path(directory, segment, f"{name}.{generation}")


def manifest_path(directory: Path, segment: str) -> Path:
    """The file of a segment's manifest."""
    return directory / f"{segment}.manifest.json"


class SegmentData:
    """A segment on disk: reads its manifest at once, maps each array on first use."""

    def __init__(self, directory: Path, segment: str, sidecar: Sidecar = NO_SIDECAR) -> None:
        self.directory, self.segment = directory, segment
        self.manifest = _read_manifest(manifest_path(directory, segment))
        if self.manifest.segment not in ("", segment):
            raise DamagedIndex(manifest_path(directory, segment), f"fichiers du segment {self.manifest.segment}")
        self._sidecar = sidecar
        self._arrays: dict[str, Array] = {}

    def __getitem__(self, name: str) -> Array:
        """The array of that name; an empty one of bytes if the segment has none."""
        if name not in self._arrays:
            entry = self.entries.get(name)
            self._arrays[name] = map_array(self._path(name), entry) if entry else np.empty(0, np.uint8)
        return self._arrays[name]

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """The entries of all arrays, including the sidecar's."""
        return {**self.manifest.arrays, **self._sidecar.arrays}

    def _path(self, name: str) -> Path:
        if name in self._sidecar.arrays:
            return sidecar_path(self.directory, self.segment, name, self._sidecar.generation)
        return array_path(self.directory, self.segment, name)

    @cached_property
    def postings(self) -> Postings:
        """The posting lists of all terms."""
        return Postings(*(self[name] for name in Postings._fields))

    def term_number(self, field: str, term: bytes) -> int:
        """The number of a field's term, -1 if the segment lacks it."""
        number = self.first_from(field, term)
        return number if number < self.last_term(field) and self.term(number) == term else -1

    def first_from(self, field: str, term: bytes) -> int:
        """The number of the field's first term that is not before `term`; the field's end if all are."""
        if field not in self.manifest.fields:
            return 0
        entry = self.manifest.fields[field]
        wanted = np.frombuffer(term, np.uint8)
        return int(lower_bound(self["terms"], self["term_bounds"], wanted, entry.first, entry.last))

    def last_term(self, field: str) -> int:
        """Where the field's terms end."""
        return self.manifest.fields[field].last if field in self.manifest.fields else 0

    def term(self, number: int) -> bytes:
        """The term of that number."""
        bounds = self["term_bounds"]
        return bytes(self["terms"][bounds[number] : bounds[number + 1]])

    def posting_range(self, number: int) -> tuple[int, int]:
        """Where the postings of a term begin and end."""
        first, last = self["chunk_first"][number], self["chunk_first"][number + 1]
        ends = self["chunk_end"]
        return (int(ends[int(first) - 1]) if first else 0, int(ends[int(last) - 1]) if last else 0)

    def document_frequency(self, number: int) -> int:
        """The document frequency of a term, without deleted documents."""
        if len(self.live_frequencies):
            return int(self.live_frequencies[number])
        begin, end = self.posting_range(number)
        return end - begin

    @cached_property
    def live_frequencies(self) -> NDArray[np.uint32]:
        """The document frequency of each term without deleted documents; empty where none is deleted."""
        known = self["live.frequencies"]
        return known if len(known) else NO_FREQUENCIES

    @property
    def live_documents(self) -> int:
        """The documents that are not deleted."""
        totals = self["live.totals"]
        return int(totals[0]) if len(totals) else self.manifest.documents

    def live_length(self, field: str) -> int:
        """The sum of the lengths of a field in the documents that are not deleted."""
        totals = self["live.totals"]
        if len(totals) and field in TEXTS:
            return int(totals[1 + TEXTS.index(field)])
        return self.manifest.fields.get(field, NO_FIELD).length

    def documents(self, number: int) -> NDArray[np.uint32]:
        """The documents of a term, ascending."""
        begin, end = self.posting_range(number)
        first, last = (int(self["chunk_first"][at]) for at in (number, number + 1))
        ends = np.concatenate(([begin], self["chunk_end"][first:last])).astype(np.int64)
        high: NDArray[np.uint32] = np.repeat(
            self["chunk_number"][first:last].astype(np.uint32) << CHUNK_BITS, np.diff(ends)
        )
        return high | self["docs"][begin:end]

    def weights(self, number: int) -> NDArray[np.float64]:
        """The weight of a term in each of its documents."""
        begin, end = self.posting_range(number)
        weights = self["freqs"][begin:end].astype(np.float64)
        large = weights == LARGE
        if large.any():
            places = np.searchsorted(self["large_at"], np.flatnonzero(large) + begin)
            weights[large] = self["large_value"][places]
        return weights

    def positions(self, number: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """The positions of a term in all of its documents: the count of each, and all positions concatenated."""
        begin, end = self.posting_range(number)
        blocks, after = self["position_blocks"], -(-end // POSITION_BLOCK)
        stop = int(blocks[after]) if after < len(blocks) else len(self["positions"])
        at = int(blocks[begin // POSITION_BLOCK])
        return decode_positions(begin, end, self["freqs"], self["positions"], at, stop)

    def forms_of(self, number: int) -> list[str]:
        """The forms of a text term, in the order of their bits."""
        first, bounds = self["term_form_first"], self["form_bounds"]
        rows = self["term_forms"][int(first[number]) : int(first[number + 1])].tolist()
        return [bytes(self["forms"][bounds[row] : bounds[row + 1]]).decode() for row in rows]

    def kept_value(self, field: str, posting: int) -> bytes | None:
        """The value bytes of a posting; None if they follow from the other arrays."""
        bounds = self[f"values.{field}.bounds"]
        if not len(bounds):
            return None
        at = posting - self.posting_range(self.manifest.fields[field].first)[0]
        return bytes(self[f"values.{field}"][int(bounds[at]) : int(bounds[at + 1])])

    def lengths(self, field: str) -> Array:
        """The length of the field in each document; empty if the field is not scored."""
        return self[f"length.{field}"]

    def column_values(self, column: str) -> list[str]:
        """The distinct values of a column of texts, sorted; `column.NAME` has each document's ordinal among them."""
        return _texts(self[f"column.{column}.values"], self[f"column.{column}.value_bounds"])

    def live_values(self, column: str) -> list[str]:
        """The values of a column that documents still have."""
        values, live = self.column_values(column), self[f"live.column.{column}"]
        return list(compress(values, live.tolist())) if len(live) else values

    def ids(self) -> list[str]:
        """The id of each document, deleted ones included; "" for one without."""
        field = self.manifest.fields.get("id", NO_FIELD)
        terms = np.array(_texts(self["terms"], self["term_bounds"][field.first : field.last + 1]), object)
        ends = np.concatenate([np.zeros(1, np.int64), self["chunk_end"]])
        ids = np.repeat(terms, np.diff(ends[self["chunk_first"][field.first : field.last + 1]]))
        without = np.full(self.manifest.documents - len(ids), "", object)
        ranked: list[str] = np.concatenate([without, ids])[self["id_rank"]].tolist()
        return ranked

    def digests(self) -> list[bytes]:
        """The digest of each stored article, deleted ones included."""
        digests = self["store_digests"].tobytes()
        return [digests[at : at + DIGEST_BYTES] for at in range(0, len(digests), DIGEST_BYTES)]

    @property
    def left(self) -> list[str]:
        """The arrays too large to check whenever the segment is opened."""
        return [name for name, entry in self.entries.items() if name in CONTENTS and entry.length > CHECKED]

    def check(self, everything: bool = False) -> None:
        """Compares checksums: of `everything`, or of the arrays whose damage would lead kernels astray.

        Raises DamagedIndex, which names the damaged file.
        """
        left = () if everything else self.left
        with ThreadPoolExecutor(CHECKING) as threads:  # a checksum holds no GIL
            list(threads.map(self._check, [name for name in self.entries if name not in left]))

    def check_left(self) -> None:
        """Checks the arrays that `check` leaves out, one by one, so that searches go on meanwhile.

        Raises DamagedIndex.
        """
        for name in self.left:
            self._check(name)

    def _check(self, name: str) -> None:
        check_array(self._path(name), self.entries[name])

    def verify(self) -> list[str]:
        """The files that differ from manifest or sidecar, each with what is wrong."""
        return [problem for name, entry in self.entries.items() if (problem := self._problem(name, entry))]

    def _problem(self, name: str, entry: Entry) -> str | None:
        path = self._path(name)
        try:
            length, digest = path.stat().st_size, checksum(path)
        except OSError as error:
            return french("{} : {}", path.name, cause_of(error))
        if length != entry.length:
            return french("{} : {} octets au lieu de {}", path.name, length, entry.length)
        return None if digest == entry.crc32 else french("{} : somme de contrôle fausse", path.name)


def _texts(data: Bytes, bounds: Array) -> list[str]:
    """Strings that are one after the other, decoded. Their bounds need not begin at 0."""
    if not len(bounds):
        return []
    strings = data[int(bounds[0]) : int(bounds[-1])].tobytes()
    return [strings[start:end].decode() for start, end in pairwise((bounds - bounds[0]).tolist())]


def write_manifest(directory: Path, segment: str, manifest: Manifest) -> None:
    """Writes the manifest, after the arrays that it names."""
    path = manifest_path(directory, segment)
    with path.open("wb") as file:
        named = msgspec.structs.replace(manifest, segment=segment)
        encoded = msgspec.json.format(msgspec.json.encode(named), indent=1)
        file.write(msgspec.json.encode(ManifestFile(zlib.crc32(encoded), msgspec.Raw(encoded))))
        file.flush()
        os.fsync(file.fileno())


def _checked(path: Path) -> bytes:
    """The manifest in a file, its checksum compared; before format 3 there was none."""
    content = path.read_bytes()
    if content.startswith(b'{\n "format":'):
        return content
    file = msgspec.json.decode(content, type=ManifestFile)
    if zlib.crc32(file.manifest) != file.crc32:
        raise DamagedIndex(path, "somme de contrôle fausse")
    return bytes(file.manifest)


def _read_manifest(path: Path) -> Manifest:
    try:
        encoded = _checked(path)
        found: dict[str, Any] = msgspec.json.decode(encoded)
        versions = (found.get("format"), found.get("analyzer"), found.get("words"))
        if versions != (FORMAT, VERSION, WORDS_VERSION):
            raise ForeignIndex(path.parent, versions)
        return msgspec.json.decode(encoded, type=Manifest)
    except (OSError, msgspec.MsgspecError, AttributeError, ValueError) as error:
        raise DamagedIndex(path, error) from error


@njit(nogil=True, cache=True)
def lower_bound(data: Bytes, bounds: NDArray[np.uint32], wanted: Bytes, low: int, high: int) -> int:
    """The first of the strings low..high, sorted as bytes, that is not before `wanted`; `high` if all are."""
    while low < high:
        middle = (low + high) // 2
        start, end = int(bounds[middle]), int(bounds[middle + 1])
        i, shorter = 0, min(end - start, len(wanted))
        while i < shorter and data[start + i] == wanted[i]:
            i += 1
        before = data[start + i] < wanted[i] if i < shorter else end - start < len(wanted)
        if before:
            low = middle + 1
        else:
            high = middle
    return low


@njit(nogil=True, cache=True)
def find_terms(
    data: Bytes,
    bounds: NDArray[np.uint32],
    chunk_first: NDArray[np.uint32],
    chunk_end: NDArray[np.uint32],
    wanted: Bytes,
    wanted_bounds: NDArray[np.int64],
    ranges: NDArray[np.int64],
    live: NDArray[np.uint32],
    found: NDArray[np.int64],
) -> None:
    """Finds several terms at once: each row of `found` (int64 of shape (terms, 5)) gets the term's number (-1 if it is
    missing), its first chunk, where its chunks end, its document frequency (that in `live` if it has any), and its
    postings.

    `wanted` holds the terms concatenated, `ranges` (int64 of shape (terms, 2)) their fields' first and last.
    """
    for row in range(len(ranges)):
        term = wanted[wanted_bounds[row] : wanted_bounds[row + 1]]
        number = lower_bound(data, bounds, term, ranges[row, 0], ranges[row, 1])
        found[row, 0], found[row, 1:] = -1, 0
        if number == ranges[row, 1]:
            continue
        start, end = np.int64(bounds[number]), np.int64(bounds[number + 1])
        same = end - start == len(term)
        for i in range(len(term) if same else 0):
            same &= data[start + i] == term[i]
        if same:
            first, last = np.int64(chunk_first[number]), np.int64(chunk_first[number + 1])
            begin = np.int64(chunk_end[first - 1]) if first > 0 else np.int64(0)
            stop = np.int64(chunk_end[last - 1]) if last > 0 else np.int64(0)
            found[row, 0], found[row, 1], found[row, 2], found[row, 4] = number, first, last, stop - begin
            found[row, 3] = live[number] if len(live) > 0 else stop - begin
