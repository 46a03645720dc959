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
    SETTINGS = "settings"
    FILE_TIME = "file time"
    DATELINE = "dateline"
    UPDATE = "update"
    GUESS = "guess"


class Precision(StrEnum):
    """How much of a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


PRECISIONS = {10: Precision.DAY, 7: Precision.MONTH, 4: Precision.YEAR}


class Confidence(StrEnum):
    """How far a date or a source can be trusted."""

    SURE = "sure"
    LIKELY = "likely"
    UNCERTAIN = "uncertain"


_SURE, _LIKELY, _UNCERTAIN = Confidence

# What a publisher declares is sure, the name of a file or folder is not: a file "2018_12" may be number 12.
_LENGTHS = tuple(PRECISIONS)
DATE_CONFIDENCES = {  # the order in which origins win; confidences in the order of PRECISIONS: day, month, year
    Origin.METADATA: (_SURE, _SURE, _SURE),
    Origin.TEXT: (_SURE, _SURE, _SURE),  # "Publié le 19 janvier 2022"
    Origin.ADDRESS: (_LIKELY, _LIKELY, _UNCERTAIN),
    Origin.FILE_NAME: (_LIKELY, _LIKELY, _UNCERTAIN),
    Origin.FOLDER: (_LIKELY, _LIKELY, _LIKELY),
    Origin.DATELINE: (_LIKELY, _LIKELY, _UNCERTAIN),
    Origin.SETTINGS: (_LIKELY, _LIKELY, _LIKELY),
    Origin.UPDATE: (_UNCERTAIN, _UNCERTAIN, _UNCERTAIN),  # "mis à jour le": it was published before
    Origin.GUESS: (_UNCERTAIN, _UNCERTAIN, _UNCERTAIN),  # a day somewhere on a page
    Origin.FILE_TIME: (_UNCERTAIN, _UNCERTAIN, _UNCERTAIN),
}
LAST_RESORTS = frozenset((Origin.UPDATE, Origin.GUESS, Origin.FILE_TIME))
"""Origins of a date that count only where there is no other: they do not make "2022" more precise."""

SOURCE_CONFIDENCES = {  # the order in which origins win
    Origin.METADATA: _SURE,
    Origin.TEXT: _LIKELY,  # the end of a title, a credit line, the agency of a dateline
    Origin.ADDRESS: _LIKELY,
    Origin.SETTINGS: _LIKELY,  # before folders, which are often sections
    Origin.FOLDER: _UNCERTAIN,
    Origin.FILE_NAME: _UNCERTAIN,
    Origin.DATELINE: _LIKELY,
    Origin.UPDATE: _UNCERTAIN,
    Origin.GUESS: _UNCERTAIN,
    Origin.FILE_TIME: _UNCERTAIN,
}


class Cut(msgspec.Struct, frozen=True, gc=False):
    """A line removed from a body because it is not part of the article.

    `above` counts the non-empty lines of the body above it.
    """

    above: int
    line: str


class Article(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What a source published, cleaned, with what is known about it.

    `date` is an ISO date of day, month or year precision ("2022-01-19", "2022-01", "2022") or None;
    it is never guessed from the clock, nor from a file's modification time unless the corpus's settings allow it.
    `source` is the source's one name in the corpus; `source_written` is its name as written, where it differs.
    `format` names the kind of file that it was read from (see corpus.readers.formats.FORMATS).
    `cuts` are the lines removed as boilerplate, in order (see corpus.clean.cuts).
    `unread` names fields whose values could not be read.
    A `date_contested` date is never sure: another part of the article or its address gives another day, or it is in
    the future.
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
    cuts: list[Cut] = []
    unread: list[str] = []
    date_contested: bool = False

    @property
    def precision(self) -> Precision | None:
        """The precision of `date`, None where there is no date."""
        return PRECISIONS[len(self.date)] if self.date else None

    @property
    def date_confidence(self) -> Confidence | None:
        """How far `date` can be trusted, by its origin and its precision; None where there is no date."""
        if not self.date or not self.date_origin:
            return None
        found = DATE_CONFIDENCES[self.date_origin][_LENGTHS.index(len(self.date))]
        return _LIKELY if self.date_contested and found is _SURE else found

    @property
    def source_confidence(self) -> Confidence | None:
        """How far `source` can be trusted, by its origin; None where there is no source."""
        return SOURCE_CONFIDENCES[self.source_origin] if self.source_origin else None


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a copy of a kept article was found: the identifier it would have had there, and its address."""

    id: str
    url: str | None = None


class Duplicate(msgspec.Struct, frozen=True):
    """An exact copy of the article with the identifier `of`; `article` is the copy itself."""

    article: Article
    of: str

    @property
    def place(self) -> Place:
        """Where the copy was found."""
        return Place(self.article.id, self.article.url)
