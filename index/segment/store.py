"""Stored articles: one zstd frame a document, with a dictionary trained on the first documents of its build.

    store               uint8[]   the frames, each with a checksum
    store_bounds        uint64[documents + 1]
    store_dictionaries  uint8[]   the dictionaries of all builds whose frames are here, as msgpack: bytes by number
    store_digests       uint8[16 * documents]   the digest of each record, so that a sync unpacks nothing

A frame names its dictionary, so merging copies frames and joins dictionaries.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import zstandard
from numpy.typing import NDArray

from kiosque.index.errors import DamagedIndex, french
from kiosque.index.segment.arrays import Array, ArrayWriter, Entry, array_path, write_arrays
from kiosque.index.text.scanner import Bytes

LEVEL = 3
DICTIONARY_BYTES = 1 << 16
SAMPLES = 1000
"""Documents that a dictionary is trained on."""

FEWEST_SAMPLES = 16
"""With fewer there is nothing to learn."""

DIGEST_BYTES = 16

SEGMENT, MATCH = 200, 8
"""The trainer's k and d, in bytes. Searching for them at each build takes four times as long, and found none that
compress real articles better."""


def digest(record: bytes) -> bytes:
    """16 bytes that tell whether a stored article has changed."""
    return blake2b(record, digest_size=DIGEST_BYTES).digest()


class StoreWriter:
    """Compresses records; trains the dictionary on the first call of `add`.

    held: the bytes of the frames not written yet.
    """

    def __init__(self) -> None:
        self._compressor: zstandard.ZstdCompressor | None = None
        self._dictionary: zstandard.ZstdCompressionDict | None = None
        self._begin()

    def _begin(self) -> None:
        self._blocks: list[bytes] = []
        self._lengths: list[int] = []
        self._digests: list[bytes] = []
        self.held = 0

    def add(self, records: Sequence[bytes]) -> None:
        """Stores these records after those that are stored already."""
        if self._compressor is None:
            self._train(records)
        assert self._compressor is not None
        frames = list(map(self._compressor.compress, records))
        self._blocks.append(b"".join(frames))
        self._lengths += map(len, frames)
        self._digests += map(digest, records)
        self.held += len(self._blocks[-1])

    def _train(self, records: Sequence[bytes]) -> None:
        if len(records) >= FEWEST_SAMPLES:
            samples: list[Any] = list(records[:: max(1, len(records) // SAMPLES)])
            number = int.from_bytes(os.urandom(4), "little") % (1 << 31 - 1 << 15) + (1 << 15)
            try:
                self._dictionary = zstandard.train_dictionary(
                    DICTIONARY_BYTES, samples, k=SEGMENT, d=MATCH, level=LEVEL, dict_id=number
                )
            except zstandard.ZstdError:  # the samples are too short or too much alike
                self._dictionary = None
        self._compressor = zstandard.ZstdCompressor(level=LEVEL, dict_data=self._dictionary, write_checksum=True)

    def write(self, directory: Path, segment: str) -> dict[str, Entry]:
        """Writes the arrays of the records added since the last call; returns their entries. The dictionary stays."""
        store = ArrayWriter(array_path(directory, segment, "store"), np.uint8, self.held)
        for block in self._blocks:  # block by block: concatenated they would be in memory twice
            store.append(np.frombuffer(block, np.uint8))
        bounds = np.zeros(len(self._lengths) + 1, np.uint64)
        np.cumsum(self._lengths, out=bounds[1:], dtype=np.uint64)
        known = {self._dictionary.dict_id(): self._dictionary.as_bytes()} if self._dictionary else {}
        others: dict[str, Array] = {
            "store_bounds": bounds,
            "store_dictionaries": pack_dictionaries(known),
            "store_digests": np.frombuffer(b"".join(self._digests), np.uint8),
        }
        self._begin()
        return {"store": store.finish(), **write_arrays(directory, segment, others)}


def pack_dictionaries(dictionaries: dict[int, bytes]) -> Bytes:
    """Dictionaries by number as one array."""
    return np.frombuffer(msgspec.msgpack.encode(dictionaries), np.uint8)


def unpack_dictionaries(packed: Bytes) -> dict[int, bytes]:
    """What `pack_dictionaries` packed."""
    return msgspec.msgpack.decode(packed.tobytes(), type=dict[int, bytes]) if len(packed) else {}


class StoreReader:
    """Reads records by document number, from any thread. Errors name `path`."""

    def __init__(self, store: Bytes, bounds: NDArray[np.uint64], dictionaries: Bytes, path: object = "store") -> None:
        self._store, self._bounds, self._path = store.data, bounds, path
        self._dictionaries = unpack_dictionaries(dictionaries)
        self._local = threading.local()

    def __getitem__(self, document: int) -> bytes:
        """The record of a document. Raises DamagedIndex if its checksum is wrong."""
        try:
            first, last = self._bounds[document : document + 2].tolist()
            frame = self._store[first:last]
            parameters = zstandard.get_frame_parameters(frame)
            if not parameters.has_checksum:
                raise DamagedIndex(self._path, f"article {document} sans somme de contrôle")
            return self._decompressor(parameters.dict_id).decompress(frame)
        except (
            zstandard.ZstdError,
            KeyError,
            MemoryError,
            ValueError,
        ) as error:  # ValueError: there is no such document
            raise DamagedIndex(self._path, french("article {} : {}", document, error)) from error

    def _decompressor(self, number: int) -> zstandard.ZstdDecompressor:
        """A zstd context serves one thread at a time; creating one costs more than using it."""
        known: dict[Any, Any] = self._local.__dict__
        if number not in known:
            dictionary = zstandard.ZstdCompressionDict(self._dictionaries[number]) if number else None
            known[number] = zstandard.ZstdDecompressor(dict_data=dictionary)
        return known[number]  # type: ignore[no-any-return]
