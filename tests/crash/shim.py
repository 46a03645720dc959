"""Intercepts file operations in one folder: counts them and makes the n-th fail."""

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
    """Counts opens for writing, writes, syncs, renames, removals and mkdirs inside `folder`.

    From operation number `at` on, calls `fault` before each.
    """

    def __init__(self, folder: Path, at: int = NEVER, fault: Callable[[Shim], None] = lambda shim: None) -> None:
        self.folder, self.at, self.fault = f"{folder}/", at, fault
        self.count, self.unsynced = 0, set[str]()

    def install(self) -> None:
        """Installs the shim for this process and its forks, permanently."""
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
    """A file that counts its writes."""

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
    """kill -9, and files lose half of what was never synced."""
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
"""Faults by name. All but a kill last until the process ends."""
