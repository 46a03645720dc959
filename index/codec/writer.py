"""Whoosh's own writer over Kiosque's codec, which adds document by document."""

from __future__ import annotations

from typing import Any

from whoosh.index import FileIndex
from whoosh.writing import PostingPool, SegmentWriter

from kiosque.index.codec.whoosh_codec import KiosqueCodec


class KiosqueWriter(SegmentWriter):  # type: ignore[misc]
    """A refused document leaves no postings: Whoosh's own writer gives them to the next document."""

    pool: PostingPool | _Pending

    def add_document(self, **fields: Any) -> None:
        """Adds a document. Raises UnknownFieldError, and ValueError if a field cannot index or keep its value."""
        pool, pending = self.pool, _Pending()
        self.pool = pending
        try:
            super().add_document(**fields)
        finally:
            self.pool = pool
        for posting in pending.postings:
            pool.add(posting)


class _Pending:
    """The postings of one document, instead of Whoosh's pool."""

    def __init__(self) -> None:
        self.postings: list[tuple[Any, ...]] = []
        self.add = self.postings.append


def kiosque_writer(index: FileIndex, **options: Any) -> KiosqueWriter:
    """A writer that holds the index's write lock; `options` are those of Whoosh's SegmentWriter. Raises LockError."""
    return KiosqueWriter(index, codec=KiosqueCodec(), compound=False, **options)
