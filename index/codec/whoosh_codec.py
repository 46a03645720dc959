"""Kiosque's Whoosh codec: Whoosh's readers and writers over segments of flat arrays.

Such an index is still a Whoosh index: `whoosh.index.open_dir` reads it. That unpickles the table of contents, so trust
an index as you trust code; `commit.table_of_contents` does not need to.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.base import Codec, Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.reading import SegmentReader

from kiosque.index.codec.document_reader import SegmentDocumentReader
from kiosque.index.codec.document_writer import SegmentDocumentWriter
from kiosque.index.codec.field_writer import SegmentFieldWriter
from kiosque.index.codec.terms_reader import SegmentTermsReader
from kiosque.index.errors import DamagedIndex, VanishedSegment
from kiosque.index.segment.segment_data import NO_SIDECAR, SegmentData, Sidecar


class KiosqueSegment(Segment):  # type: ignore[misc]
    """A segment's entry in the table of contents: its name, its number of documents, its deletions.

    `_deleted` has a bit for each document up to the last deleted one, the lowest first. `sidecar` has the arrays that
    the commit adds.
    """

    sidecar: Sidecar = NO_SIDECAR

    def __init__(self, indexname: str, documents: int = 0) -> None:
        super().__init__(indexname)
        self._documents, self._deleted_count, self._deleted = documents, 0, bytearray()

    def codec(self) -> KiosqueCodec:
        """A codec for one reader: the arrays that it opens live as long as it."""
        return KiosqueCodec()

    def should_assemble(self) -> bool:
        """Never: arrays in one compound file could not be mapped."""
        return False

    def set_doc_count(self, doccount: int) -> None:
        """Sets the number of documents."""
        self._documents = doccount

    def doc_count_all(self) -> int:
        """How many documents there are, deleted ones included."""
        return self._documents

    def deleted_count(self) -> int:
        """How many documents are deleted."""
        return self._deleted_count

    def is_deleted(self, docnum: int) -> bool:
        """Whether the document is deleted."""
        return docnum >> 3 < len(self._deleted) and bool(self._deleted[docnum >> 3] >> (docnum & 7) & 1)

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Marks the document as deleted, or as live again. Raises IndexError if there is no such document."""
        if not 0 <= docnum < self._documents:
            raise IndexError(f"no document {docnum} among {self._documents}")
        if self.is_deleted(docnum) != delete:
            self._deleted.extend(bytes(max(0, (docnum >> 3) + 1 - len(self._deleted))))
            self._deleted[docnum >> 3] ^= 1 << (docnum & 7)
            self._deleted_count += 1 if delete else -1

    def deleted_docs(self) -> Iterable[int]:
        """The deleted documents, ascending."""
        return self.deletions().nonzero()[0].tolist()

    def deletions(self) -> NDArray[np.bool_]:
        """For each document whether it is deleted."""
        bits = np.unpackbits(np.frombuffer(bytes(self._deleted), np.uint8), bitorder="little")
        deleted = np.zeros(self._documents, np.bool_)
        deleted[: len(bits)] = bits[: self._documents]
        return deleted


def sidecar_of(segment: Segment) -> Sidecar:
    """The segment's sidecar; segments of another codec have none."""
    return segment.sidecar if isinstance(segment, KiosqueSegment) else NO_SIDECAR


class KiosqueCodec(Codec):  # type: ignore[misc]
    """Makes the readers and writers of a segment for Whoosh.

    There is no `postings_reader` nor `postings_writer`: only Whoosh's own codec, whose postings are one file, calls
    them.
    """

    length_stats = False  # lengths come from the segment's arrays, never from the postings

    def __init__(self) -> None:
        self._opened: dict[str, SegmentData] = {}

    def new_segment(self, storage: FileStorage, indexname: str) -> KiosqueSegment:
        """The entry of a new segment."""
        return KiosqueSegment(indexname)

    def per_document_writer(self, storage: FileStorage, segment: Segment) -> SegmentDocumentWriter:
        """Writes per-document data."""
        return SegmentDocumentWriter(Path(storage.folder), segment.segment_id())

    def field_writer(self, storage: FileStorage, segment: Segment) -> SegmentFieldWriter:
        """Writes terms and postings, after the per-document writer is closed."""
        return SegmentFieldWriter(Path(storage.folder), segment.segment_id())

    def terms_reader(self, storage: FileStorage, segment: Segment) -> SegmentTermsReader:
        """Reads terms and postings. Raises DamagedIndex, ForeignIndex."""
        return SegmentTermsReader(self.data(storage, segment))

    def per_document_reader(self, storage: FileStorage, segment: Segment) -> SegmentDocumentReader:
        """Reads per-document data. Raises DamagedIndex, ForeignIndex."""
        return SegmentDocumentReader(self.data(storage, segment), segment)

    def data(self, storage: FileStorage, segment: Segment) -> SegmentData:
        """The arrays of a segment, opened once for each codec."""
        name = segment.segment_id()
        if name not in self._opened:
            self._opened[name] = open_segment(Path(storage.folder), name, segment.sidecar)
        return self._opened[name]


def open_segment(directory: Path, name: str, sidecar: Sidecar = NO_SIDECAR) -> SegmentData:
    """Opens a segment, checks it (see `SegmentData.check`) and maps all its arrays: a commit may remove its files.

    Raises DamagedIndex and ForeignIndex; if a file is missing VanishedSegment, a DamagedIndex on which Whoosh's
    `FileIndex.reader` reads the table of contents again.
    """
    try:
        data = SegmentData(directory, name, sidecar)
        data.check()
        for array in data.entries:
            data[array]
    except DamagedIndex as error:
        if isinstance(error.__cause__, FileNotFoundError):
            raise VanishedSegment(directory, error) from error
        raise
    return data


def segment_data(reader: SegmentReader) -> SegmentData:
    """The arrays that a reader of one Kiosque segment reads."""
    return reader.codec().data(reader.storage(), reader.segment())  # type: ignore[no-any-return]
