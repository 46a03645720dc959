"""Stands between a process and the files of one folder: counts what it does to them, and lets the n-th go wrong."""

from __future__ import annotations

import builtins
import errno
import io
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

NEVER = 1 << 30


class Shim:
    """Counts each opening to write, write, sync, renaming, removal and making of a folder inside `folder`.

    From the one numbered `at` on, `fault` is called before it is done.
    """

    def __init__(self, folder: Path, at: int = NEVER, fault: Callable[[Shim], None] = lambda shim: None) -> None:
        self.folder, self.at, self.fault = f"{folder}/", at, fault
        self.count, self.unsynced = 0, set[str]()

    def install(self) -> None:
        """For the rest of the process, and of those that it forks."""
        for name in ("rename", "replace", "remove", "unlink", "mkdir", "rmdir"):
            setattr(os, name, self._counted(getattr(os, name)))
        setattr(os, "fsync", self._synced(os.fsync))  # noqa: B010
        builtins.open = io.open = self._opened(io.open)

    def step(self, path: str) -> None:
        if path.startswith(self.folder):
            self.count += 1
            if self.count > self.at:
                self.fault(self)

    def _counted(self, plain: Callable[..., Any]) -> Callable[..., Any]:
        def counted(path: Any, *more: Any, **options: Any) -> Any:
            self.step(os.fspath(path))
            return plain(path, *more, **options)

        return counted

    def _synced(self, plain: Callable[[int], None]) -> Callable[[int], None]:
        def synced(descriptor: int) -> None:
            path = str(Path(f"/proc/self/fd/{descriptor}").readlink())
            self.step(path)
            plain(descriptor)
            self.unsynced.discard(path)

        return synced

    def _opened(self, plain: Callable[..., Any]) -> Callable[..., Any]:
        def opened(file: Any, mode: str = "r", buffering: int = -1, *more: Any, **options: Any) -> Any:
            inside = not isinstance(file, int) and os.fspath(file).startswith(self.folder)
            if not inside or not set(mode) & set("wax+"):
                return plain(file, mode, buffering, *more, **options)
            self.step(os.fspath(file))
            raw = _File(self, os.fspath(file), mode.replace("b", ""))
            if not buffering:
                return raw
            return io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)

        return opened


class _File(io.FileIO):
    """A file whose every write counts."""

    def __init__(self, shim: Shim, path: str, mode: str) -> None:
        super().__init__(path, mode)
        self._shim, self._path = shim, path

    def write(self, data: Any) -> int:
        self._shim.step(self._path)
        self._shim.unsynced.add(self._path)
        return super().write(data)


def kill(shim: Shim) -> None:
    """kill -9."""
    os.kill(os.getpid(), signal.SIGKILL)


def cut_power(shim: Shim) -> None:
    """kill -9, and of what was never synced only half has reached the disk."""
    for path in shim.unsynced:
        if Path(path).exists():
            _halve(path)
    kill(shim)


def _halve(path: str) -> None:
    descriptor = os.open(path, os.O_WRONLY)
    os.ftruncate(descriptor, Path(path).stat().st_size // 2)
    os.close(descriptor)


def _failing(number: int) -> Callable[[Shim], None]:
    def fail(shim: Shim) -> None:
        raise OSError(number, os.strerror(number))

    return fail


FAULTS: dict[str, Callable[[Shim], None]] = {
    "kill": kill,
    "power": cut_power,
    "full": _failing(errno.ENOSPC),
    "readonly": _failing(errno.EROFS),
    "broken": _failing(errno.EIO),
}
"""What goes wrong, by name; all but a kill last until the process ends."""
