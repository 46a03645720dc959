"""One file in, its articles and refusals out: the reader is chosen by suffix and by content."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import msgspec

from kiosque.corpus.article import Article
from kiosque.corpus.budget import beat, too_large
from kiosque.corpus.french import counted
from kiosque.corpus.location import Location
from kiosque.corpus.packed.blocks import Lines, Members
from kiosque.corpus.readers.formats import FORMATS, READERS, format_of, read_members
from kiosque.corpus.readers.jsonl import read_lines
from kiosque.corpus.readers.sniffing import HEAD, sniff
from kiosque.corpus.readers.unread import why_unread
from kiosque.corpus.refusal import Refusal, Unreadable

_KNOWN = ", ".join(row.suffixes[0] for row in FORMATS)
_UNKNOWN = f"format non lu ; sont lus : {_KNOWN}"

MOST_REFUSED, MOST_REFUSED_LINES = 100_000, 1_000
"""Refusals that are named of one file, and of a block of it where it is read in blocks."""


def read(location: Location, suffix: str | None) -> Iterator[Article | Refusal]:
    """The articles of a file, by the reader of its suffix, or of its content where that says otherwise.

    What a reader cannot read becomes a Refusal; only OSError is raised.
    """
    return _guarded(_read(location, suffix), location, MOST_REFUSED)


def cut(location: Location, suffix: str | None) -> Iterator[Lines | Members | Refusal] | None:
    """The blocks of a file whose format can be cut, for `read_block`; None for any other. Raises OSError."""
    cutter = format_of(suffix).cutter if suffix else None
    blocks = cutter(location) if cutter else None
    if suffix is None or blocks is None:
        return None
    first = next(blocks, None)
    opening = next(read_block(first), None) if isinstance(first, Lines) else first
    if isinstance(opening, Refusal) and _other(location, suffix):
        return None
    return chain([first] if first else [], blocks)


def read_block(block: Lines | Members) -> Iterator[Article | Refusal]:
    """The articles of one of these blocks, and a Refusal for each line or member that gives none. Raises OSError."""
    items = read_lines(block) if isinstance(block, Lines) else read_members(block)
    return _guarded(items, block.location, MOST_REFUSED_LINES)


def _guarded(items: Iterator[Article | Refusal], location: Location, most: int) -> Iterator[Article | Refusal]:
    try:
        beat()
        yield from _bounded(items, location, most)
    except MemoryError:
        yield Refusal(location.shown, too_large(location.settings.reading_memory))
    except Unreadable as error:
        yield Refusal(location.shown, str(error))
    except OSError:
        raise
    except Exception as error:  # a parser of damaged files can raise anything
        yield Refusal(location.shown, f"illisible, même pour son lecteur ({type(error).__name__} : {error})"[:300])


def _bounded(items: Iterator[Article | Refusal], location: Location, most: int) -> Iterator[Article | Refusal]:
    """The items, of the refusals no more than `most` and then how many more there are: all of them are kept to the end.

    A hundred megabytes of "[]" are thirty million lines without an article.
    """
    refused = 0
    for item in items:
        beat()
        refused += isinstance(item, Refusal)
        if refused <= most or isinstance(item, Article):
            yield item
    if refused > most:
        rest = counted(refused - most, "autre refus", "autres refus")
        named = "n’est pas nommé" if refused - most == 1 else "ne sont pas nommés"
        yield Refusal(location.shown, f"{rest} de ce fichier {named}")


def _read(location: Location, suffix: str | None) -> Iterator[Article | Refusal]:
    if suffix and format_of(suffix).trusted:
        yield from _read_trusting(location, suffix)
    else:
        found = _suffix_for(location, suffix)
        yield from named(READERS[found](location), format_of(found).name)


def _read_trusting(location: Location, suffix: str) -> Iterator[Article | Refusal]:
    """The content is looked at only where the reader of the suffix refuses the beginning."""
    items = READERS[suffix](location)
    first = next(items, None)
    if isinstance(first, Refusal) and (found := _other(location, suffix)):
        yield from named(READERS[found](location), format_of(found).name)
    elif first:
        yield first
        yield from items


def named(items: Iterator[Article | Refusal], name: str) -> Iterator[Article | Refusal]:
    """The items, their articles with the name of their format; those that have one, as members of archives, keep it."""
    for item in items:
        own = isinstance(item, Refusal) or item.format
        yield item if own else msgspec.structs.replace(item, format=name)


def _other(location: Location, suffix: str) -> str | None:
    """The suffix that the content asks for, where it is not one that the reader of `suffix` takes."""
    with location.open() as stream:
        found = sniff(stream.read(HEAD))
    return None if found in format_of(suffix).contents else found


def _suffix_for(location: Location, suffix: str | None) -> str:
    """The suffix whose reader takes this file. Raises Unreadable if none does."""
    with location.open() as stream:
        head = stream.read(HEAD)
    if not head.strip():
        raise Unreadable("fichier vide")
    if reason := why_unread(head):
        raise Unreadable(reason)
    found = sniff(head)
    if suffix and (found is None or found in format_of(suffix).contents):
        return suffix
    if found is None:
        raise Unreadable(_UNKNOWN)
    return found
