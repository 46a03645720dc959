"""Opens an index for reading, and finds its last commit."""

from __future__ import annotations

import re
from pathlib import Path

from whoosh.reading import IndexReader

from kiosque.index.codec.whoosh_codec import KiosqueSegment, segment_data
from kiosque.index.commit.storage import open_index
from kiosque.index.commit.transaction import NAME
from kiosque.index.errors import DamagedIndex, ForeignIndex, IndexProblem, MissingIndex

TOC_NAME = re.compile(rf"_{NAME}_([0-9]+)\.toc")


def latest_generation(directory: Path) -> int:
    """The number of the last commit in `directory`, -1 where there is none. Reads the folder's names only."""
    try:
        names = [path.name for path in directory.iterdir()]
    except OSError:
        return -1
    return max((int(toc[1]) for name in names if (toc := TOC_NAME.fullmatch(name))), default=-1)


def latest_commit(directory: Path) -> tuple[int, int, int, int] | None:
    """Identifies the last commit in `directory`; None if there is none.

    The generation alone does not: a folder that was emptied and rebuilt starts again at 1, and a link may lead to
    another.
    """
    generation = latest_generation(directory)
    try:
        toc = (directory / f"_MAIN_{generation}.toc").stat()
    except OSError:  # no commit, or one that a newer commit has just removed
        return None
    return generation, toc.st_dev, toc.st_ino, toc.st_mtime_ns


def open_reader(directory: Path, check_all: bool = False) -> IndexReader:
    """A Whoosh reader over the last commit in `directory`, which is `reader.generation()`.

    Checks the arrays whose damage would lead kernels astray, or with `check_all` every byte. Raises MissingIndex if no
    article is committed, DamagedIndex if it cannot be read, ForeignIndex if another codec wrote it.
    """
    reader = _opened(directory)
    if not reader.doc_count():
        raise MissingIndex(directory)
    for leaf, _ in reader.leaf_readers():
        if not isinstance(leaf.segment(), KiosqueSegment):  # Whoosh's own, or Kiosque's before it had a codec
            raise ForeignIndex(directory, type(leaf.segment()).__name__)
        if check_all:
            segment_data(leaf).check(everything=True)
    return reader


def _opened(directory: Path) -> IndexReader:
    try:
        return open_index(directory).reader()
    except IndexProblem:
        raise
    except Exception as error:  # Whoosh raises TypeError, struct.error, UnpicklingError... on a damaged file
        raise DamagedIndex(directory, error) from error
