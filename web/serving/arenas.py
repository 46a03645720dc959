"""How much memory the allocator of a server keeps for later."""

from __future__ import annotations

import ctypes
from contextlib import suppress
from typing import Final

M_ARENA_MAX: Final = -8
"""glibc's number of the setting, from its malloc.h."""

ARENAS: Final = 2
"""One thread renders, the others mostly wait (see Turns)."""


def share_arenas() -> None:
    """Has all threads of this process, and of those forked from it, take memory from the same two arenas.

    glibc gives each thread its own, up to eight a core, and what one has let go of is of no use to another: two
    processes under load held 416 MB after four minutes and went on growing, 312 MB with this. Does nothing where the
    allocator has no such setting.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)
