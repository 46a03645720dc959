"""The kernels at their first use, which takes a process most of a minute: half of them are compiled in another one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from kiosque.index.text.scanner import batch_of, texts_of
from kiosque.search.snippets.passages import Found, Skips, passages

_SCRIPT = "from kiosque.search.snippets.compiling import compile_passages; compile_passages()"


def compile_passages() -> None:
    """Has Numba compile and keep what cuts passages, for the types of arguments that a search has."""
    nowhere = Found(np.empty((0, 3), np.int64), np.zeros(2, np.int64))
    passages(texts_of(["Le pont rouvre."]), nowhere, np.zeros(1, np.bool_), Skips(*batch_of([b""])))


@contextmanager
def passages_beside() -> Iterator[subprocess.Popen[bytes]]:
    """They are compiled in a process of its own while the caller has others compiled; they are there at the end, or
    compile when they are first called."""
    known = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", _SCRIPT], env=known) as process:
        yield process
