"""Parts of a corpus, each of which can be read apart from the others: what one process hands on to another.

Files whose format can be cut are blocks of lines or members of an archive; all others are read as a whole. All but
lines are handed on in groups. What was learnt from the corpus before it was cut goes with them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from errno import ELOOP, ENOENT, ENOTDIR
from itertools import chain
from os import stat_result
from pathlib import Path
from stat import S_ISREG
from time import time_ns
from zlib import crc32

import msgspec

from kiosque.corpus.article import Article
from kiosque.corpus.budget import TIMED_OUT, Limits, OverBudget, crashed, too_long, watched
from kiosque.corpus.location import Location, locate, printable
from kiosque.corpus.packed.blocks import Lines, Members
from kiosque.corpus.readers.dispatch import cut, read, read_block
from kiosque.corpus.readers.formats import format_of, suffix_of
from kiosque.corpus.readers.issues import HOLDING, pages_of_file
from kiosque.corpus.refusal import Refusal
from kiosque.corpus.settings import NONE, Settings
from kiosque.corpus.system_errors import cause_of
from kiosque.corpus.walk.apart import Readers, can_fork, read_apart
from kiosque.corpus.walk.learned_boilerplate import LearnedBoilerplate

GROUP, GROUP_BYTES = 256, 1 << 19
"""Files, and their bytes, that make a part: enough to make handing it on cheap."""

BORDER = 128
"""One in so many files begins a part, wherever it comes: a new file moves the borders of its own part only."""

SETTLED = 2_000_000_000
"""Nanoseconds after which the time of a file's last change tells two changes apart, wherever it is kept."""


GONE = (ENOENT, ELOOP, ENOTDIR)
"""Errors of a path at which nothing is: a broken link, a file that vanished."""

OTHER = "autre"
"""The format of a file whose name tells none."""


Stamp = tuple[int, ...]
"""Of a file: its number, size, and the nanoseconds of the last change of its content and of anything about it; then the
same of each page where it is an issue."""


class File(msgspec.Struct, frozen=True):
    """A file that is read as a whole; `stamp` is None where it changed so lately that another change may go unseen."""

    location: Location
    suffix: str | None
    size: int
    stamp: Stamp | None = None


Entry = File | Members | Refusal


class Group(msgspec.Struct, frozen=True):
    """Some files, what cannot be read between them, and what their corpus prints around its articles."""

    entries: list[Entry]
    learnt: LearnedBoilerplate


Part = Lines | Group


def entry_of(path: Path, base: Path, settings: Settings = NONE) -> File | Refusal:
    """What is at `path`, in the corpus that starts at `base` and has these settings."""
    try:
        found = path.stat()
    except OSError as error:
        return refused(printable(path), error)
    if not S_ISREG(found.st_mode):  # opening a named pipe would block for ever
        return Refusal(printable(path), "n’est pas un fichier ordinaire")
    suffix = suffix_of(path.name)
    pages = pages_of_file(path, found) if suffix in HOLDING else []
    return File(locate(path, base, suffix or "", settings), suffix, found.st_size, _stamp(found, pages))


def _stamp(found: stat_result, pages: Sequence[Path]) -> Stamp | None:
    """The stamp of a file, and of the pages that are read with it; one that is gone has none."""
    all_found = [found, *filter(None, map(_stat, pages))]
    settled = all(time_ns() - max(one.st_ctime_ns, one.st_mtime_ns) > SETTLED for one in all_found)
    numbers = ((one.st_ino, one.st_size, one.st_mtime_ns, one.st_ctime_ns) for one in all_found)
    return tuple(chain.from_iterable(numbers)) if settled else None


def _stat(path: Path) -> stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


def read_entry(entry: Entry) -> Iterator[Article | Refusal]:
    """The articles of a file, or of a part of it, as they are written there, and a Refusal for all that gives none."""
    if isinstance(entry, Refusal):
        yield entry
        return
    try:
        yield from read_block(entry) if isinstance(entry, Members) else read(entry.location, entry.suffix)
    except OSError as error:
        yield refused(entry.location.shown, error)


def cut_entry(entry: File | Refusal) -> Iterator[Lines | Entry]:
    """The blocks of a file that can be cut; any other as it is."""
    try:
        blocks = cut(entry.location, entry.suffix) if isinstance(entry, File) else None
        yield from [entry] if blocks is None else blocks
    except OSError as error:
        yield refused(entry.location.shown if isinstance(entry, File) else entry.path, error)


def grouped(entries: Iterable[Lines | Entry], learnt: LearnedBoilerplate) -> Iterator[Part]:
    """The entries in the same order, in parts of about the same work."""
    group: list[Entry] = []
    size = 0
    for entry in entries:
        if group and (isinstance(entry, Lines) or len(group) == GROUP or size >= GROUP_BYTES or _begins(entry)):
            yield Group(group, learnt)
            group, size = [], 0
        if isinstance(entry, Lines):
            yield entry
        else:
            group.append(entry)
            size += 0 if isinstance(entry, Refusal) else entry.size
    if group:
        yield Group(group, learnt)


def _begins(entry: Entry) -> bool:
    return isinstance(entry, File) and crc32(entry.location.shown.encode()) % BORDER == 0


def read_part(part: Part) -> Iterator[Article | Refusal]:
    """The articles of a part, without what was learnt to be none, and a Refusal for all that gives none."""
    if isinstance(part, Lines):
        yield from read_block(part)
        return
    for item in read_entries(part.entries):
        yield item if isinstance(item, Refusal) else part.learnt.without(item)


def read_entries(entries: Sequence[Entry]) -> Iterator[Article | Refusal]:
    """As `read_entry` for each, within limits of time and memory, in a process apart where the system can fork."""
    if can_fork and not all(isinstance(entry, Refusal) for entry in entries):
        return read_apart(entries, _WATCHED)
    return (item for entry in entries for item in read_entry(entry))


def _read_watched(entry: Entry) -> Iterator[Article | Refusal]:
    """The items of an entry; a last refusal where they take too long as a whole."""
    if isinstance(entry, Refusal):
        yield entry
        return
    try:
        yield from watched(read_entry(entry), Limits.of(entry.location.settings, entry.size))
    except OverBudget as error:
        yield Refusal(entry.location.shown, str(error))


def _lost(entry: Entry, number: int) -> Refusal:
    """What is said of an entry whose reading ended by this signal."""
    if isinstance(entry, Refusal):
        return entry
    settings = entry.location.settings
    reason = too_long(settings.reading_seconds) if number == TIMED_OUT else crashed(settings.reading_memory)
    return Refusal(entry.location.shown, reason)


_WATCHED = Readers(_read_watched, _lost)


def files_of(part: Part) -> Counter[str]:
    """The files that begin in a part, by the format that their names tell; OTHER where they tell none."""
    if isinstance(part, Lines):
        return Counter(filter(None, [_format(part)]))
    return Counter(name for entry in part.entries if (name := _format(entry)))


def _format(entry: Lines | Entry) -> str | None:
    """The format of the file that begins here; None where none does."""
    if isinstance(entry, Refusal):
        return None
    if not isinstance(entry, File) and entry.first > 1:
        return None
    suffix = suffix_of(entry.location.path.name)
    return format_of(suffix).name if suffix else OTHER


def refused(path: str, error: OSError) -> Refusal:
    """The refusal of what the system would not read; what is no longer there is not withheld, nor is a damaged gzip,
    whose error has no number."""
    return Refusal(path, _explain(error), withheld=error.errno is not None and error.errno not in GONE)


def _explain(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "lecture interdite : donner le droit de lire"
    if error.errno in GONE:
        return "lien cassé ou fichier disparu"
    return f"illisible ({cause_of(error)})"
