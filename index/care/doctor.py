"""Examines an index and what it needs around it; what is not well comes with what to do."""

from __future__ import annotations

import os
import resource
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from kiosque.corpus.system_errors import cause_of
from kiosque.index.care.verify import verify
from kiosque.index.commit.copies import stale_copies
from kiosque.index.commit.reader import latest_generation
from kiosque.index.commit.reports import leftovers
from kiosque.index.commit.storage import open_index
from kiosque.index.commit.transaction import UNPACKING
from kiosque.index.compiled import compiled_before
from kiosque.index.errors import IndexProblem
from kiosque.index.segment.segment_data import FORMAT, SegmentData
from kiosque.index.text import scanner as tokens

FEWEST_FILES = 1024
"""Files that a process should be allowed to open: an index has about 50 for each of up to nine segments."""


class Finding(NamedTuple):
    """What one examination found: whether it is well, in one line of French that says what to do where it is not."""

    well: bool
    line: str


def examine(directory: Path) -> Iterator[Finding]:
    """Everything about the index in `directory`, one thing after the other; nothing is changed."""
    yield from (examination(directory) for examination in EXAMINATIONS)


def _folder(directory: Path) -> Finding:
    if not directory.is_dir():
        return Finding(False, f"dossier\u00a0: «\u00a0{directory}\u00a0» n’existe pas. Lancez\u00a0: make index")
    try:
        with tempfile.TemporaryFile(dir=directory):
            return Finding(True, f"dossier\u00a0: «\u00a0{directory}\u00a0» peut être lu et écrit")
    except OSError as error:
        return Finding(
            False,
            f"dossier\u00a0: «\u00a0{directory}\u00a0» ne peut pas être écrit ({cause_of(error)}). Changez ses droits.",
        )


def _space(directory: Path) -> Finding:
    """A new index is written beside the old one, first in parts that are then merged: twice its room."""
    if not directory.is_dir():
        return Finding(True, "place\u00a0: rien à mesurer")
    taken, free = sum(_sizes(directory)), shutil.disk_usage(directory).free
    said = f"place\u00a0: l’index prend {_megabytes(taken)}, {_megabytes(free)} sont libres"
    if free < 2 * taken:
        return Finding(False, f"{said}, et une reconstruction en demande {_megabytes(2 * taken)}. Libérez de la place.")
    return Finding(True, said)


def _sizes(directory: Path) -> Iterator[int]:
    return (path.stat().st_size for path in directory.iterdir() if path.is_file())


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f}\u00a0Mo".replace(",", "\u202f").replace(".", ",")


def _versions(directory: Path) -> Finding:
    try:
        names = [segment.segment_id() for segment in open_index(directory)._segments()]
        for name in names:
            SegmentData(directory, name)
    except IndexProblem as error:
        return Finding(False, f"versions\u00a0: {error}")
    return Finding(
        True, f"versions\u00a0: format {FORMAT}, {len(names)} segment(s), commit {latest_generation(directory)}"
    )


def _files(directory: Path) -> Finding:
    try:
        problems = verify(directory)
    except IndexProblem as error:
        problems = [str(error)]
    if problems:
        return Finding(
            False, f"fichiers\u00a0: {problems[0]} ({len(problems)} en tout). Reconstruisez\u00a0: make index"
        )
    return Finding(True, "fichiers\u00a0: toutes les sommes de contrôle sont justes")


def _leftovers(directory: Path) -> Finding:
    try:
        contents = open_index(directory)._read_toc()
    except IndexProblem:
        return Finding(True, "restes\u00a0: inconnus, faute d’index lisible")
    kept = {segment.segment_id() for segment in contents.segments}
    left = [path for path in directory.glob("MAIN_*.*") if path.name.partition(".")[0] not in kept]
    left += [*directory.glob("_MAIN_*.toc.*"), *leftovers(directory.iterdir(), contents.generation)]
    left += [*stale_copies(directory, contents.segments), *directory.glob(f"{UNPACKING}*/*")]
    if left:
        size = _megabytes(sum(path.stat().st_size for path in left))
        return Finding(
            False,
            f"restes\u00a0: {len(left)} fichiers d’une indexation interrompue, ou en cours ({size}). "
            "Lancez\u00a0: make sync",
        )
    return Finding(True, "restes\u00a0: aucun")


def _kernels(directory: Path) -> Finding:
    """Numba keeps compiled kernels beside the source, or where NUMBA_CACHE_DIR says."""
    cache = Path(os.environ.get("NUMBA_CACHE_DIR") or Path(tokens.__file__).with_name("__pycache__"))
    nearest = next(path for path in (cache, *cache.parents) if path.exists())
    if not os.access(nearest, os.W_OK):
        return Finding(
            False,
            f"noyaux\u00a0: «\u00a0{cache}\u00a0» ne peut pas être écrit, chaque démarrage les compile (une minute). "
            "Nommez un autre dossier\u00a0: NUMBA_CACHE_DIR=/dossier",
        )
    state = "compilés" if compiled_before(Path(tokens.__file__)) else "à compiler au premier usage (une minute)"
    return Finding(True, f"noyaux\u00a0: {state}")


def _open_files(directory: Path) -> Finding:
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit != resource.RLIM_INFINITY and limit < FEWEST_FILES:
        return Finding(
            False, f"fichiers ouverts\u00a0: {limit} au plus, il en faut {FEWEST_FILES}. Lancez\u00a0: ulimit -n 4096"
        )
    return Finding(True, f"fichiers ouverts\u00a0: {limit} au plus")


def _python(directory: Path) -> Finding:
    return Finding(True, f"Python {sys.version.split()[0]}")


EXAMINATIONS: tuple[Callable[[Path], Finding], ...] = (
    _python,
    _folder,
    _space,
    _versions,
    _files,
    _leftovers,
    _kernels,
    _open_files,
)
"""In the order in which they are told."""
