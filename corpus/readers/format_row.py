"""The columns of the table of formats (see `formats`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from kiosque.corpus.article import Article
from kiosque.corpus.location import Location
from kiosque.corpus.packed.blocks import Lines, Members
from kiosque.corpus.refusal import Refusal

Reader = Callable[[Location], Iterator[Article | Refusal]]
Cutter = Callable[[Location], Iterator[Lines | Members | Refusal] | None]


class ZipPart(NamedTuple):
    """A member that shows what document a zip is."""

    name: str
    suffix: str
    mimetype: bytes = b""
    """How its member "mimetype" begins."""


class Format(NamedTuple):
    """A row of FORMATS: all that differs from one format to another.

    Columns after `contents` have defaults that suit a short file that holds an article and nothing else.
    """

    name: str
    """What the report calls it."""
    suffixes: tuple[str, ...]
    reader: Reader
    contents: tuple[str, ...] = ()
    """The kinds of content (see `sniffing.sniff`) that its reader takes; a file of another kind goes to the reader of
    its content. A file whose content has no mark goes to the reader of its suffix."""
    magic: tuple[tuple[bytes, str], ...] = ()
    """The first bytes that only its files have, each with the suffix that such a file should have."""
    magic_at: int = 0
    """Where in a file those bytes are."""
    pattern: bytes = b""
    """A regular expression for the beginning of its files, after a byte order mark and blanks; such a file should have
    the row's first suffix. Of several rows that match the first in the order of FORMATS decides."""
    zip_parts: tuple[ZipPart, ...] = ()
    """The members that only its files have, where they are zips; the first in the order of the rows decides."""
    cutter: Cutter | None = None
    """Gives the blocks of a long file, which processes share and `dispatch.read_block` reads; None for a file that is
    read as a whole."""
    line_based: bool = False
    """Each of its lines is an article: they are counted without being read (see `index.progress`)."""
    trusted: bool = False
    """Its content is looked at only where its reader refuses it: one more look at a million small files would cost."""
    scraped: bool = False
    """It holds other text around articles, which is learnt from the corpus and removed (see `walk`)."""
    many: bool = False
    """One file alone has enough articles to learn from."""
    streams: tuple[str, ...] = ()
    """The streams that only its files have, where they are compound files of Microsoft, and then its reader of them."""
    compound: Reader | None = None
    attached: bool = False
    """It is read where it is attached to a message: pictures and signatures are no articles."""
