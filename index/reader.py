"""Opens an index for reading, and tells what it holds."""

from __future__ import annotations

from pathlib import Path

from whoosh.index import EmptyIndexError, FileIndex, open_dir
from whoosh.reading import IndexReader

from index.errors import DamagedIndex, MissingIndex


def latest_generation(directory: Path) -> int:
    """The number of the last commit in `directory`, -1 where there is none. Reads the folder's names only."""
    tocs = (path.stem.rpartition("_")[2] for path in directory.glob("_MAIN_*.toc"))
    return max((int(number) for number in tocs if number.isdigit()), default=-1)


def latest_commit(directory: Path) -> tuple[int, int, int] | None:
    """What tells the last commit in `directory` from any other, None where there is none.

    Its generation alone does not: a folder that was emptied and built anew starts again at 1.
    """
    generation = latest_generation(directory)
    try:
        toc = (directory / f"_MAIN_{generation}.toc").stat()
    except OSError:  # no commit, or one that a newer commit has just removed
        return None
    return generation, toc.st_ino, toc.st_mtime_ns


def open_reader(directory: Path) -> IndexReader:
    """A Whoosh reader over the last commit in `directory`, which is `reader.generation()`.

    Raises MissingIndex where there is no committed article, DamagedIndex where it cannot be read.
    """
    reader = _opened(directory)
    if not reader.doc_count():
        raise MissingIndex(directory)
    return reader


def _opened(directory: Path) -> IndexReader:
    try:
        index: FileIndex = open_dir(str(directory), readonly=True)
        return index.reader()
    except EmptyIndexError as error:
        raise MissingIndex(directory) from error
    except FileNotFoundError as error:
        missing = not directory.is_dir()
        raise (MissingIndex(directory) if missing else DamagedIndex(directory, error)) from error
    except Exception as error:  # Whoosh raises TypeError, struct.error, UnpicklingError... on a damaged file
        raise DamagedIndex(directory, error) from error
