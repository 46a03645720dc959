"""One file in, its articles and refusals out: the reader is chosen by suffix and by content."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from corpus.article import Article
from corpus.location import Location, locate
from corpus.readers import FORMATS, READERS, TRUSTED, format_of, suffix_of
from corpus.refusal import Refusal
from corpus.sniffing import HEAD, sniff, why_unread
from corpus.unreadable import Unreadable

_KNOWN = ", ".join(row.suffixes[0] for row in FORMATS)
_UNKNOWN = f"format non lu\u00a0; sont lus\u00a0: {_KNOWN}"


def read_path(path: Path, base: Path) -> Iterator[Article | Refusal]:
    """The articles of a file of the corpus that starts at `base`. Raises OSError."""
    suffix = suffix_of(path.name)
    return read(locate(path, base, suffix or ""), suffix)


def read(location: Location, suffix: str | None) -> Iterator[Article | Refusal]:
    """The articles of a file, by the reader of its suffix, or of its content where that says otherwise.

    What a reader cannot make sense of is a Refusal; only OSError, the system's word, is raised.
    """
    try:
        if suffix in TRUSTED:
            yield from _read_trusting(location, suffix)
        else:
            found = _suffix_for(location, suffix)
            yield from _named(READERS[found](location), format_of(found).name)
    except Unreadable as error:
        yield Refusal(location.shown, str(error))
    except OSError:
        raise
    except Exception as error:  # a parser of foreign files, fed with damaged ones, raises whatever it likes
        yield Refusal(location.shown, f"illisible, même pour son lecteur ({type(error).__name__}\u00a0: {error})"[:300])


def _read_trusting(location: Location, suffix: str) -> Iterator[Article | Refusal]:
    """The content is looked at only where the reader of the suffix refuses the beginning."""
    items = READERS[suffix](location)
    first = next(items, None)
    if isinstance(first, Refusal) and (found := _content(location)) and found not in format_of(suffix).contents:
        yield from _named(READERS[found](location), format_of(found).name)
    elif first:
        yield first
        yield from items


def _named(items: Iterator[Article | Refusal], name: str) -> Iterator[Article | Refusal]:
    """The items, their articles with the name of their format; members of archives have one already."""
    for item in items:
        own = isinstance(item, Refusal) or item.format
        yield item if own else msgspec.structs.replace(item, format=name)


def _content(location: Location) -> str | None:
    with location.open() as stream:
        return sniff(stream.read(HEAD))


def _suffix_for(location: Location, suffix: str | None) -> str:
    """The suffix whose reader takes this file. Raises Unreadable where nobody does."""
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
