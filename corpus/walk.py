"""Paths in, articles and refusals out: the one door to a corpus.

`read_corpus` reads it in one row. `cut_corpus` cuts it into parts that can be read apart from one another, by several
processes: the parts' articles one after the other are those of `read_corpus`, but for what `unifying` changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path

from corpus.article import Article
from corpus.learning import Learnt, learn
from corpus.location import printable
from corpus.parts import File, Part, cut_entry, entry_of, explain, grouped, read_entry, read_part
from corpus.readers.lines import Lines
from corpus.refusal import Refusal
from corpus.source_table import SETTINGS, BadSettings, read_source_table
from corpus.unifying import Unifier

__all__ = ["BadSettings", "CorpusNotFound", "Part", "Refusal", "cut_corpus", "read_corpus", "read_part"]


Met = Callable[[Part], None]


class CorpusNotFound(FileNotFoundError):
    """A path that was given does not exist."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"Le dossier «\u00a0{path}\u00a0» n’existe pas. "
            "Donnez un dossier ou un fichier d’articles\u00a0: make index CORPUS=/chemin"
        )


def read_corpus(paths: Iterable[Path], met: Met = lambda part: None) -> Iterator[Article | Refusal]:
    """The articles under `paths` and a Refusal for all that gives none, one by one, always in the same order.

    Identifiers are unique over the whole run, and a source has one name. `met` is called with each part before it is
    read. Raises CorpusNotFound and BadSettings at once.
    """
    roots = [Path(path) for path in paths]
    unifier = Unifier(read_source_table(roots))
    return _unify(_read(cut_corpus(roots), met), unifier)


def cut_corpus(paths: Iterable[Path]) -> Iterator[Part]:
    """What is under `paths` in parts, always in the same order. Raises CorpusNotFound at once.

    What is printed around the articles is learnt at once too: a process that is forked afterwards has the libraries of
    the formats that were met.
    """
    roots = [Path(path) for path in paths]
    for root in roots:
        _check(root)
    return _cut([(root, _learnt(root)) for root in roots])


def _check(root: Path) -> None:
    try:
        root.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise CorpusNotFound(root) from error
    except OSError:
        return  # It exists but cannot be read: a refusal will say so.


def _read(parts: Iterable[Part], met: Met) -> Iterator[Article | Refusal]:
    for part in parts:
        met(part)
        yield from read_part(part)


def _unify(items: Iterable[Article | Refusal], unifier: Unifier) -> Iterator[Article | Refusal]:
    for item in items:
        yield item if isinstance(item, Refusal) else unifier.unified([item])[0]


def _learnt(root: Path) -> Learnt:
    paths = (item for item in files(root) if isinstance(item, Path) and item != root)
    return learn(paths, lambda path: read_entry(entry_of(path, root)))


def _cut(roots: Iterable[tuple[Path, Learnt]]) -> Iterator[Part]:
    for learnt, group in groupby(roots, lambda each: each[1]):
        yield from grouped((entry for root, _ in group for entry in _entries(root)), learnt)


def _entries(root: Path) -> Iterator[Lines | File | Refusal]:
    for item in files(root):
        if isinstance(item, Refusal):
            yield item
        else:
            yield from cut_entry(entry_of(item, base=root.parent if item == root else root))


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
            yield Refusal(printable(path), explain(error))


def _children(folder: Path) -> list[Path]:
    """What is in the folder, last name first, without what is hidden and without settings. Raises OSError."""
    return sorted(
        (path for path in folder.iterdir() if not path.name.startswith(".") and path.name != SETTINGS), reverse=True
    )
