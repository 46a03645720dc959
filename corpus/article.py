"""What an article is: the unit that every reader yields and the index stores. No I/O here."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Origin(StrEnum):
    """Where a source or a date was found."""

    METADATA = "metadata"
    FILE_NAME = "file name"
    ADDRESS = "address"
    TEXT = "text"
    FOLDER = "folder"


class Precision(StrEnum):
    """How much of a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


PRECISIONS = {10: Precision.DAY, 7: Precision.MONTH, 4: Precision.YEAR}


class Article(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What a source published, cleaned, with what is known about it.

    `date` is an ISO date of day, month or year precision ("2022-01-19", "2022-01", "2022") or None;
    it is never guessed from the clock or from a file's modification time.
    `source` is the one name that a source has in the corpus; `source_written` is what stood there, where it differs.
    `format` names the kind of file that it was read from (see corpus.readers.FORMATS).
    `cut` is how many lines were left out because the source prints them around many articles (see corpus.learning).
    `source_origin` and `date_origin` are None exactly when `source` and `date` are.
    """

    id: str
    title: str
    body: str
    source: str | None = None
    source_origin: Origin | None = None
    source_written: str | None = None
    date: str | None = None
    date_origin: Origin | None = None
    url: str | None = None
    author: str | None = None
    section: str | None = None
    format: str | None = None
    cut: int = 0

    @property
    def precision(self) -> Precision | None:
        """The precision of `date`, None where there is no date."""
        return PRECISIONS[len(self.date)] if self.date else None


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where an article stood that is kept only once: the identifier that it would have had there, and its address."""

    id: str
    url: str | None = None
