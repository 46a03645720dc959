"""When something changes under a corpus, as the file system tells it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Event

from watchfiles import Change, watch

from kiosque.index.errors import french

QUIET = 500
"""Milliseconds without a further change before changes are reported, so that copying a folder is one change."""

LONGEST = 5_000
"""Milliseconds after which changes are reported even without such a pause."""

LOOK = 1_000
"""Milliseconds between two looks at whether the folders themselves are still there."""


def changes(paths: Sequence[Path], index: Path, stop: Event, tell: Callable[[str], None]) -> Iterator[None]:
    """One item when it begins to look, and one each time that something has changed under `paths`, until `stop` is set.

    Hidden files and the folder `index` do not count. A folder that vanishes is reported and waited for. Where the
    system follows no more folders, they are looked through again and again. Raises OSError where that fails too.
    """
    told = polling = False
    while not stop.is_set():
        if missing := next((path for path in paths if _place(path) is None), None):
            if not told:
                tell(french("« {} » n’est plus là : l’index est gardé, le dossier est attendu.", missing))
            told = not stop.wait(LOOK / 1000)
        else:
            told = False
            try:
                yield from _until_moved([path.resolve() for path in paths], _relevant(paths, index), stop, polling)
            except OSError:  # inotify has a limit of folders
                if polling:
                    raise
                tell(french("Le système ne suit pas tant de dossiers : ils sont relus sans cesse."))
                polling = True


def _until_moved(
    paths: Sequence[Path], relevant: Callable[[Change, str], bool], stop: Event, polling: bool
) -> Iterator[None]:
    """As `changes`, until a path is another file or folder than at first, whose changes would not be reported."""
    places, begins = list(map(_place, paths)), True
    try:
        for changed in watch(
            *paths,
            watch_filter=relevant,
            step=QUIET,
            debounce=LONGEST,
            rust_timeout=LOOK,
            yield_on_timeout=True,
            stop_event=stop,
            force_polling=polling or None,
            poll_delay_ms=LOOK,
            ignore_permission_denied=True,
        ):
            if list(map(_place, paths)) != places:
                return
            if changed or begins:
                yield
            begins = False
    except FileNotFoundError:
        return  # it went between the two looks
    except RuntimeError:
        stop.wait(QUIET / 1000)  # a name that is not UTF-8 stops the library: start it again


def _place(path: Path) -> tuple[int, int] | None:
    """The identity of a file or folder; None if it does not exist."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _relevant(paths: Sequence[Path], index: Path) -> Callable[[Change, str], bool]:
    """Whether a change is one of what is read."""
    roots, ignored = [path.resolve() for path in paths], index.resolve()

    def relevant(change: Change, name: str) -> bool:
        path = Path(name)
        inner = [path.relative_to(root).parts for root in roots if path.is_relative_to(root)]
        return not path.is_relative_to(ignored) and not all(any(map(_hidden, parts)) for parts in inner)

    return relevant


def _hidden(name: str) -> bool:
    return name.startswith(".")
