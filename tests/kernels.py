"""One cache of kernels for the processes of a test run, each of which would compile them all for most of a minute.

Numba numbers the files of a cache without a lock: processes that compile one kernel at once may overwrite each other's
files. Here a process that compiles a kernel holds its lock, and one that waited for it finds the kernel in the cache.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from numba.core import event
from numba.core.compiler_lock import global_compiler_lock
from numba.core.dispatcher import Dispatcher


def compile_once(cache: Path) -> None:
    """Lets this process share a cache of kernels with others that call this. It holds their locks too."""
    cache.mkdir(parents=True, exist_ok=True)
    compile_alone = Dispatcher.compile

    def compile_locked(self: Any, signature: Any) -> Any:
        # First the lock of Numba's threads, which a thread must not wait for while it holds that of a kernel. Waiting
        # counts as compiling: it must not use up the time of a query (see search.deadline).
        with (
            global_compiler_lock,
            event.trigger_event("numba:compile", data={"dispatcher": self}),
            _locked(cache / f"{self.py_func.__module__}.{self.py_func.__qualname__}.lock"),
        ):
            return compile_alone(self, signature)

    Dispatcher.compile = compile_locked  # type: ignore[assignment, method-assign]


_held: Final[set[Path]] = set()
"""The locks of this process; only the thread that has Numba's own lock asks."""


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    if path in _held:  # Numba asks for a kernel again while it compiles it
        yield
        return
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        _held.add(path)
        try:
            yield
        finally:
            _held.remove(path)
