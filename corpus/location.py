"""A file's place in its corpus: its name, its folders, its bytes."""

from __future__ import annotations

from collections.abc import Callable
from io import BufferedReader
from os.path import normpath
from pathlib import Path, PurePath, PurePosixPath
from typing import Any

import msgspec

from kiosque.corpus.french import NBSP
from kiosque.corpus.refusal import Unreadable
from kiosque.corpus.settings import NONE, Settings

_CONTROLS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), "\ufffd")


class Location(msgspec.Struct, frozen=True):
    """A file of the corpus: `path` opens it, `relative` names it from the corpus root, without its suffix.

    A member of an archive has a path that does not exist, an `opener`, and the `depth` of archives around it.
    `member` opens another member of its archive, by its path from this one, where the archive can be asked. `settings`
    are those of its corpus; `guard` counts what comes out of the outermost archive around it.
    """

    path: Path
    relative: PurePosixPath
    opener: Callable[[], BufferedReader] | None = None
    depth: int = 0
    inner_folders: tuple[str, ...] | None = None
    settings: Settings = NONE
    guard: Any = None
    member: Callable[[str], Callable[[], BufferedReader] | None] | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """For pickle, which would take a path apart: places are sent from process to process."""
        _, _, *rest = msgspec.structs.astuple(self)
        return _located, (str(self.path), str(self.relative), *rest)

    def open(self) -> BufferedReader:
        """The bytes of the file from their beginning. Raises OSError."""
        return self.opener() if self.opener else self.path.open("rb")

    @property
    def id(self) -> str:
        """The identifier of the only article of this file, or the first half of those of several."""
        return str(self.relative)

    @property
    def name(self) -> str:
        """The file's name without its suffix."""
        return self.relative.name

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders from the corpus root, itself left out, down to the file, without the names of archives."""
        return self.inner_folders if self.inner_folders is not None else self.relative.parent.parts

    @property
    def shown(self) -> str:
        """The path as it can be printed."""
        return printable(self.path)

    def inside(self, name: PurePosixPath, suffix: str, opener: Callable[[], BufferedReader]) -> Location:
        """The Location of a member of this archive."""
        relative = self.relative / name.parent / name.name[: len(name.name) - len(suffix)]
        folders = (*self.folders, *name.parent.parts)
        return Location(
            self.path / name, relative, opener, self.depth + 1, folders, self.settings, self.guard, self.member
        )

    def neighbour(self, name: str) -> Location | None:
        """The file at this path from this one's folder, in the same corpus or archive; None where there is none."""
        relative = PurePosixPath(normpath(self.relative.parent / name))
        if relative.is_absolute() or ".." in relative.parts:
            return None
        if self.opener is None:
            path = self.path.parent / name
            return Location(path, relative, settings=self.settings) if path.is_file() else None
        opener = self.member(name) if self.member else None
        return Location(self.path.parent / name, relative, opener, self.depth) if opener else None

    def unpacked(self, suffix: str, opener: Callable[[], BufferedReader]) -> Location:
        """The Location of the only file that is compressed in this one: "pont.html" of "pont.html.gz"."""
        name = self.relative.name
        return Location(
            self.path,
            self.relative.with_name(name[: len(name) - len(suffix)] or name),
            opener,
            self.depth + 1,
            self.folders,
            self.settings,
            self.guard,
        )

    def read(self, most: int) -> bytes:
        """All bytes of a file that is read as a whole. Raises Unreadable where there are more than `most`; OSError."""
        with self.open() as stream:
            data = stream.read(most + 1)
        if len(data) > most:
            raise Unreadable(f"fichier de plus de {most >> 20} Mo : le couper")
        return data

    def part(self, number: int | str | None) -> str:
        """What `shown` says of one article of several."""
        return self.shown if number is None else f"{self.shown}, n°{NBSP}{number}"


def _located(path: str, relative: str, *rest: Any) -> Location:
    return Location(Path(path), PurePosixPath(relative), *rest)


def locate(path: Path, base: Path, suffix: str, settings: Settings = NONE) -> Location:
    """The Location of `path` in the corpus that starts at `base`."""
    relative = printable(path.relative_to(base))
    return Location(path, PurePosixPath(relative[: len(relative) - len(suffix)]), settings=settings)


def printable(path: PurePath) -> str:
    """The path with posix separators; bytes of a name that are not UTF-8 become U+FFFD."""
    return legible(path.as_posix())


def legible(name: str) -> str:
    """The name, with U+FFFD for what was no UTF-8 in it and for controls.

    Half of a surrogate pair could be neither printed nor kept; controls colour a terminal, or clear it.
    """
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace").translate(_CONTROLS)
