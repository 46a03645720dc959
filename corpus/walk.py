"""Paths in, articles and refusals out: the one door to a corpus.

`read_corpus` reads it in one row. `cut_corpus` cuts it into parts that can be read apart from one another, by several
processes: the parts' articles one after the other are those of `read_corpus`, but for what `unifying` changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from errno import ELOOP, ENOENT
from pathlib import Path
from stat import S_ISREG

import msgspec

from corpus.article import Article
from corpus.location import Location, locate, printable
from corpus.readers import CUTTERS, READERS, suffix_of
from corpus.readers.jsonl import read_lines
from corpus.readers.lines import Lines
from corpus.refusal import Refusal
from corpus.unifying import Unifier

__all__ = ["CorpusNotFound", "Refusal", "cut_corpus", "read_corpus", "read_part"]

_UNKNOWN_SUFFIX = f"format non lu\u00a0; sont lus\u00a0: {', '.join(READERS)}"


class CorpusNotFound(FileNotFoundError):
    """A path that was given does not exist."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"No such folder: {path}. Give a folder or file of articles: make index CORPUS=/path")


class File(msgspec.Struct, frozen=True):
    """A file that is read as a whole, by the reader for its suffix."""

    location: Location
    suffix: str
    size: int


Part = Lines | list[File | Refusal]
"""Lines of one file, or some files and what cannot be read between them."""

GROUP, GROUP_BYTES = 256, 1 << 19
"""Files, and their bytes, that make a part: enough to make handing it on cheap."""


def read_corpus(paths: Iterable[Path]) -> Iterator[Article | Refusal]:
    """The articles under `paths` and a Refusal for all that gives none, one by one, always in the same order.

    Identifiers are unique over the whole run, and a source has one spelling. Raises CorpusNotFound at once.
    """
    return _unify(item for part in cut_corpus(paths) for item in read_part(part))


def cut_corpus(paths: Iterable[Path]) -> Iterator[Part]:
    """What is under `paths` in parts, always in the same order. Raises CorpusNotFound at once."""
    roots = [Path(path) for path in paths]
    for root in roots:
        _check(root)
    return _grouped(entry for root in roots for entry in _entries(root))


def read_part(part: Part) -> Iterator[Article | Refusal]:
    """The articles of a part as they are written there, and a Refusal for all that gives none."""
    if isinstance(part, Lines):
        yield from read_lines(part)
        return
    for entry in part:
        if isinstance(entry, Refusal):
            yield entry
        else:
            yield from _read_file(entry)


def _check(root: Path) -> None:
    try:
        root.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise CorpusNotFound(root) from error
    except OSError:
        return  # It exists but cannot be read: a refusal will say so.


def _unify(items: Iterable[Article | Refusal]) -> Iterator[Article | Refusal]:
    unifier = Unifier()
    for item in items:
        yield item if isinstance(item, Refusal) else unifier.unified([item])[0]


def _grouped(entries: Iterable[Lines | File | Refusal]) -> Iterator[Part]:
    group: list[File | Refusal] = []
    size = 0
    for entry in entries:
        if group and (isinstance(entry, Lines) or len(group) == GROUP or size >= GROUP_BYTES):
            yield group
            group, size = [], 0
        if isinstance(entry, Lines):
            yield entry
        else:
            group.append(entry)
            size += entry.size if isinstance(entry, File) else 0
    if group:
        yield group


def _entries(root: Path) -> Iterator[Lines | File | Refusal]:
    for item in files(root):
        if isinstance(item, Refusal):
            yield item
        else:
            yield from _cut_file(item, base=root.parent if item == root else root)


def files(root: Path) -> Iterator[Path | Refusal]:
    """The files under `root`, folder by folder in the order of their names."""
    stack, seen = [root], set[Path]()
    while stack:
        path = stack.pop()
        try:
            if not path.is_dir():
                yield path
            elif (real := path.resolve()) in seen:  # a link to a folder above would be walked for ever
                yield Refusal(printable(path), "lien vers un dossier déjà lu")
            else:
                seen.add(real)
                stack += _children(path)
        except OSError as error:
            yield Refusal(printable(path), _explain(error))


def _children(folder: Path) -> list[Path]:
    """What is in the folder, last name first; hidden files and folders are passed over. Raises OSError."""
    return sorted((path for path in folder.iterdir() if not path.name.startswith(".")), reverse=True)


def _cut_file(path: Path, base: Path) -> Iterator[Lines | File | Refusal]:
    suffix = suffix_of(path.name)
    if suffix is None:
        yield Refusal(printable(path), _UNKNOWN_SUFFIX)
        return
    try:
        found = path.stat()
        if not S_ISREG(found.st_mode):  # a named pipe would be waited for, for ever
            yield Refusal(printable(path), "n’est pas un fichier ordinaire")
        elif suffix in CUTTERS:
            yield from CUTTERS[suffix](locate(path, base, suffix))
        else:
            yield File(locate(path, base, suffix), suffix, found.st_size)
    except OSError as error:
        yield Refusal(printable(path), _explain(error))


def _read_file(file: File) -> Iterator[Article | Refusal]:
    try:
        yield from READERS[file.suffix](file.location)
    except OSError as error:
        yield Refusal(file.location.shown, _explain(error))


def _explain(error: OSError) -> str:
    """Why the system would not read a file, for people."""
    if isinstance(error, PermissionError):
        return "lecture interdite\u00a0: donner le droit de lire"
    if error.errno in (ENOENT, ELOOP):
        return "lien cassé ou fichier disparu"
    return f"illisible ({error.strerror or error})"
