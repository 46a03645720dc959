"""Paths in, articles and refusals out: the one door to a corpus.

`read_corpus` reads it in one row. `cut_corpus` cuts it into parts that can be read apart from one another, by several
processes: the parts' articles one after the other are those of `read_corpus`, but for what `unifying` changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from kiosque.corpus.article import Article, Duplicate
from kiosque.corpus.french import typeset
from kiosque.corpus.location import printable
from kiosque.corpus.packed.blocks import Lines
from kiosque.corpus.readers.issues import pages_of_folder
from kiosque.corpus.refusal import Refusal
from kiosque.corpus.settings import NONE, SETTINGS, BadSettings, Settings, read_settings
from kiosque.corpus.sources.source_table import read_source_table
from kiosque.corpus.walk.learned_boilerplate import LearnedBoilerplate, has_many_articles, learn
from kiosque.corpus.walk.parts import (
    Entry,
    File,
    Part,
    cut_entry,
    entry_of,
    grouped,
    read_entries,
    read_part,
    refused,
)
from kiosque.corpus.walk.unify import Unifier

__all__ = ["BadSettings", "CorpusNotFound", "Duplicate", "Part", "Refusal", "cut_corpus", "read_corpus", "read_part"]


_LOWER_SETTINGS = "réglages d’un sous-dossier : seuls comptent ceux du dossier donné, les y écrire"
_OUTSIDE = "lien qui sort du corpus : mettre links = true sous [files] dans kiosque.toml pour le suivre"
# What browsers add to a page's name for the folder of its parts, in French, English, German, Spanish, Italian.
_SAVED = ("_fichiers", "_files", "-Dateien", "_archivos", "_file")
Met = Callable[[Part], None]


class CorpusNotFound(FileNotFoundError):
    """A path that was given does not exist."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            typeset(
                f"Le dossier « {path} » n’existe pas. "
                "Donnez un dossier ou un fichier d’articles : make index CORPUS=/chemin"
            )
        )


def read_corpus(paths: Iterable[Path], met: Met = lambda part: None) -> Iterator[Article | Duplicate | Refusal]:
    """The articles under `paths` and a Refusal for all that gives none, one by one, always in the same order.

    Identifiers are unique over the whole run, a source has one name, and exact copies are Duplicates. `met` is called
    with each part before it is read. Raises CorpusNotFound and BadSettings at once.
    """
    roots = [Path(path) for path in paths]
    parts = cut_corpus(roots)
    return _unify(_read(parts, met), Unifier(read_source_table(roots)))


def cut_corpus(paths: Iterable[Path]) -> Iterator[Part]:
    """What is under `paths` in parts, always in the same order. Raises CorpusNotFound and BadSettings at once.

    What is printed around the articles is learnt at once too: a process that is forked afterwards has the libraries of
    the formats that were met.
    """
    roots = [Path(path) for path in paths]
    for root in roots:
        _check(root)
    corpora = [_Corpus(root, read_settings(root)) for root in roots]
    return _cut([(corpus, _learnt(corpus)) for corpus in corpora])


class _Corpus(NamedTuple):
    """A given path, with the settings at its top."""

    root: Path
    settings: Settings

    def files(self) -> Iterator[Path | Refusal]:
        """What is to be read under the root."""
        return files(self.root, self.settings)

    def entry(self, path: Path) -> File | Refusal:
        """What is at a path below the root, or at the root itself."""
        return entry_of(path, self.root.parent if path == self.root else self.root, self.settings)


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


def _unify(items: Iterable[Article | Refusal], unifier: Unifier) -> Iterator[Article | Duplicate | Refusal]:
    for item in items:
        yield item if isinstance(item, Refusal) else unifier.unified([item])[0]


def _learnt(corpus: _Corpus) -> LearnedBoilerplate:
    found = (item for item in corpus.files() if isinstance(item, Path))
    paths = (path for path in found if path != corpus.root or has_many_articles(path))
    return learn(paths, lambda path: read_entries([corpus.entry(path)]))


def _cut(corpora: Iterable[tuple[_Corpus, LearnedBoilerplate]]) -> Iterator[Part]:
    for learnt, group in groupby(corpora, lambda each: each[1]):
        yield from grouped((entry for corpus, _ in group for entry in _entries(corpus)), learnt)


def _entries(corpus: _Corpus) -> Iterator[Lines | Entry]:
    for item in corpus.files():
        if isinstance(item, Refusal):
            yield item
        else:
            yield from cut_entry(corpus.entry(item))


def files(root: Path, settings: Settings = NONE) -> Iterator[Path | Refusal]:
    """The files under `root` that its settings do not leave out, folder by folder in the order of their names.

    Pages of an issue are left to the reader of its METS.
    """
    stack, seen, pages, top = [root], set[tuple[int, int]](), set[Path](), root.resolve()
    while stack:
        path = stack.pop()
        try:
            if path in pages:
                continue
            if path != root and not settings.links and _leads_out(path, top):
                yield Refusal(printable(path), _OUTSIDE)
            elif not path.is_dir():
                yield path if path.name != SETTINGS else Refusal(printable(path), _LOWER_SETTINGS)
            elif (folder := _identity(path)) in seen:  # a link to a parent folder would loop for ever
                yield Refusal(printable(path), "lien vers un dossier déjà lu")
            else:
                seen.add(folder)
                inside = _children(path, root, settings)
                pages |= pages_of_folder(inside)
                stack += inside
        except OSError as error:
            yield refused(printable(path), error)


def _leads_out(path: Path, top: Path) -> bool:
    """Whether a path is a link to something outside of the corpus, whose real path is `top`. Raises OSError."""
    return path.is_symlink() and path.exists() and not path.resolve().is_relative_to(top)


def _identity(path: Path) -> tuple[int, int]:
    """What tells a folder from all others; its real path would take time square in its depth. Raises OSError."""
    found = path.stat()
    return found.st_dev, found.st_ino


def _is_of_page(name: str, beside: set[str]) -> bool:
    """Whether a folder holds the frames and pictures of a page that a browser saved beside it."""
    stem, mark, _ = name.rpartition(next((mark for mark in _SAVED if name.endswith(mark)), "\0"))
    return bool(mark) and any(f"{stem}{suffix}" in beside for suffix in (".html", ".htm", ".xhtml"))


def _children(folder: Path, root: Path, settings: Settings) -> list[Path]:
    """What is in the folder, last name first, without what is hidden or left out, and its settings. Raises OSError."""
    own = SETTINGS if folder == root else ""
    inside = list(folder.iterdir())
    names = {path.name for path in inside}
    found = (path for path in inside if not path.name.startswith(".") and path.name != own)
    found = (path for path in found if not _is_of_page(path.name, names))
    if settings.exclude:
        found = (path for path in found if not settings.excludes(PurePosixPath(printable(path.relative_to(root)))))
    return sorted(found, reverse=True)
