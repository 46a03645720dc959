"""Examines an index and its surroundings; each problem comes with its repair."""

from __future__ import annotations

import os
import resource
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from kiosque.corpus.french import NARROW, NBSP
from kiosque.corpus.system_errors import cause_of
from kiosque.index.care.verify import verify
from kiosque.index.commit.reader import latest_generation
from kiosque.index.commit.reports import leftovers
from kiosque.index.commit.sidecars import stale_sidecars
from kiosque.index.commit.storage import open_index
from kiosque.index.commit.transaction import UNPACKING
from kiosque.index.compiled import compiled_before
from kiosque.index.errors import IndexProblem, french
from kiosque.index.segment.segment_data import FORMAT, SegmentData
from kiosque.index.text import scanner as tokens

FEWEST_FILES = 1024
"""Files that a process should be allowed to open: an index has about 50 for each of up to nine segments."""


class Finding(NamedTuple):
    """The outcome of one examination: one line of French, which names the repair unless all is well."""

    well: bool
    line: str


def _well(message: str, *values: object) -> Finding:
    return Finding(True, french(message, *values))


def _to_do(message: str, *values: object) -> Finding:
    return Finding(False, french(message, *values))


def examine(directory: Path) -> Iterator[Finding]:
    """Runs all examinations of the index in `directory`; changes nothing."""
    yield from (examination(directory) for examination in EXAMINATIONS)


def _folder(directory: Path) -> Finding:
    if not directory.is_dir():
        return _to_do("dossier : « {} » n’existe pas. Lancez : make index", directory)
    try:
        with tempfile.TemporaryFile(dir=directory):
            return _well("dossier : « {} » peut être lu et écrit", directory)
    except OSError as error:
        return _to_do("dossier : « {} » ne peut pas être écrit ({}). Changez ses droits.", directory, cause_of(error))


def _space(directory: Path) -> Finding:
    """A new index is written next to the old one, first in parts that are then merged: twice its size."""
    if not directory.is_dir():
        return _well("place : rien à mesurer")
    taken, free = sum(_sizes(directory)), shutil.disk_usage(directory).free
    said = "place : l’index prend {}, {} sont libres"
    sizes = [_megabytes(taken), _megabytes(free)]
    if free < 2 * taken:
        wanted = _megabytes(2 * taken)
        return _to_do(f"{said}, et une reconstruction en demande {{}}. Libérez de la place.", *sizes, wanted)
    return _well(said, *sizes)


def _sizes(directory: Path) -> Iterator[int]:
    return (path.stat().st_size for path in directory.iterdir() if path.is_file())


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f}{NBSP}Mo".replace(",", NARROW).replace(".", ",")


def _versions(directory: Path) -> Finding:
    try:
        names = [segment.segment_id() for segment in open_index(directory)._segments()]
        for name in names:
            SegmentData(directory, name)
    except IndexProblem as error:
        return _to_do("versions : {}", error)
    return _well("versions : format {}, {} segment(s), commit {}", FORMAT, len(names), latest_generation(directory))


def _files(directory: Path) -> Finding:
    try:
        problems = verify(directory)
    except IndexProblem as error:
        problems = [str(error)]
    if problems:
        return _to_do("fichiers : {} ({} en tout). Reconstruisez : make index", problems[0], len(problems))
    return _well("fichiers : toutes les sommes de contrôle sont justes")


def _leftovers(directory: Path) -> Finding:
    try:
        contents = open_index(directory)._read_toc()
    except IndexProblem:
        return _well("restes : inconnus, faute d’index lisible")
    kept = {segment.segment_id() for segment in contents.segments}
    left = [path for path in directory.glob("MAIN_*.*") if path.name.partition(".")[0] not in kept]
    left += [*directory.glob("_MAIN_*.toc.*"), *leftovers(directory.iterdir(), contents.generation)]
    left += [*stale_sidecars(directory, contents.segments), *directory.glob(f"{UNPACKING}*/*")]
    if left:
        size = _megabytes(sum(path.stat().st_size for path in left))
        return _to_do(
            "restes : {} fichiers d’une indexation interrompue, ou en cours ({}). Lancez : make sync", len(left), size
        )
    return _well("restes : aucun")


def _kernels(directory: Path) -> Finding:
    """Numba keeps compiled kernels next to the source, or in NUMBA_CACHE_DIR."""
    cache = Path(os.environ.get("NUMBA_CACHE_DIR") or Path(tokens.__file__).with_name("__pycache__"))
    nearest = next(path for path in (cache, *cache.parents) if path.exists())
    if not os.access(nearest, os.W_OK):
        return _to_do(
            "noyaux : « {} » ne peut pas être écrit, chaque démarrage les compile (une minute). "
            "Nommez un autre dossier : NUMBA_CACHE_DIR=/dossier",
            cache,
        )
    state = "compilés" if compiled_before(Path(tokens.__file__)) else "à compiler au premier usage (une minute)"
    return _well("noyaux : {}", state)


def _open_files(directory: Path) -> Finding:
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit != resource.RLIM_INFINITY and limit < FEWEST_FILES:
        return _to_do("fichiers ouverts : {} au plus, il en faut {}. Lancez : ulimit -n 4096", limit, FEWEST_FILES)
    return _well("fichiers ouverts : {} au plus", limit)


def _python(directory: Path) -> Finding:
    return _well("Python {}", sys.version.split()[0])


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
"""In the order in which they are printed."""
