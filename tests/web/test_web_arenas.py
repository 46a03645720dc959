"""The threads of a server share the arenas of malloc: free memory in an arena is lost to threads of other arenas."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

from kiosque.web.serve import ARENAS

COUNTED = """
import ctypes, threading
from kiosque.web.serve import share_arenas
{}
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
together, held = threading.Barrier(12), []
def hold():
    together.wait()
    held.append(bytearray(50_000))
    together.wait()
threads = [threading.Thread(target=hold) for _ in range(12)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
out = ctypes.c_void_p(libc.fdopen(1, b"w"))
libc.malloc_info(0, out)
libc.fflush(out)
"""


def arenas(first: str) -> int:
    """The number of arenas after twelve threads have allocated memory at once."""
    told = subprocess.run([sys.executable, "-c", COUNTED.format(first)], capture_output=True, text=True, check=True)
    return told.stdout.count("<heap nr=")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="no glibc: its allocator has no arenas to count")
def test_threads_share_few_malloc_arenas() -> None:
    assert arenas("share_arenas()") <= ARENAS < arenas("")
