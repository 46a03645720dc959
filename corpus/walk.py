"""Paths in, articles and refusals out: the one door to a corpus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from errno import ELOOP, ENOENT
from functools import partial
from pathlib import Path
from stat import S_ISREG

from corpus.article import Article
from corpus.learning import learn
from corpus.location import printable
from corpus.reading import read_path
from corpus.refusal import Refusal
from corpus.source_table import SETTINGS, BadSettings, SourceTable, read_source_table
from corpus.unifying import SourceNames, UniqueIds

__all__ = ["BadSettings", "CorpusNotFound", "Refusal", "read_corpus"]


class CorpusNotFound(FileNotFoundError):
    """A path that was given does not exist."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"No such folder: {path}. Give a folder or file of articles: make index CORPUS=/path")


def read_corpus(paths: Iterable[Path]) -> Iterator[Article | Refusal]:
    """The articles under `paths` and a Refusal for all that gives none, one by one, always in the same order.

    Identifiers are unique over the whole run, and a source has one name. Raises CorpusNotFound and BadSettings at once.
    """
    roots = [Path(path) for path in paths]
    for root in roots:
        _check(root)
    return _unify(_read_roots(roots), read_source_table(roots))


def _check(root: Path) -> None:
    try:
        root.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise CorpusNotFound(root) from error
    except OSError:
        return  # It exists but cannot be read: a refusal will say so.


def _unify(items: Iterable[Article | Refusal], table: SourceTable) -> Iterator[Article | Refusal]:
    ids, names = UniqueIds(), SourceNames(table)
    for item in items:
        yield item if isinstance(item, Refusal) else names.unify(ids.unify(item))


def _read_roots(roots: Iterable[Path]) -> Iterator[Article | Refusal]:
    for root in roots:
        learnt = learn(_paths(root), partial(_read_file, base=root))
        for item in _read_root(root):
            yield item if isinstance(item, Refusal) else learnt.without(item)


def _paths(root: Path) -> Iterator[Path]:
    return (item for item in files(root) if isinstance(item, Path) and item != root)


def _read_root(root: Path) -> Iterator[Article | Refusal]:
    for item in files(root):
        if isinstance(item, Refusal):
            yield item
        else:
            yield from _read_file(item, base=root.parent if item == root else root)


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
    """What is in the folder, last name first, without what is hidden and without settings. Raises OSError."""
    return sorted(
        (path for path in folder.iterdir() if not path.name.startswith(".") and path.name != SETTINGS), reverse=True
    )


def _read_file(path: Path, base: Path) -> Iterator[Article | Refusal]:
    try:
        if S_ISREG(path.stat().st_mode):
            yield from read_path(path, base)
        else:  # a named pipe would be waited for, for ever
            yield Refusal(printable(path), "n’est pas un fichier ordinaire")
    except OSError as error:
        yield Refusal(printable(path), _explain(error))


def _explain(error: OSError) -> str:
    """Why the system would not read a file, for people."""
    if isinstance(error, PermissionError):
        return "lecture interdite\u00a0: donner le droit de lire"
    if error.errno in (ENOENT, ELOOP):
        return "lien cassé ou fichier disparu"
    return f"illisible ({error.strerror or error})"
