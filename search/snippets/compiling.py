"""Compiles the kernels at their first use, most of a minute of work: half of them in a second process."""

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
    """Compiles and caches the kernels that cut passages, for the argument types of a search."""
    nowhere = Found(np.empty((0, 3), np.int64), np.zeros(2, np.int64))
    passages(texts_of(["Le pont rouvre."]), nowhere, np.zeros(1, np.bool_), Skips(*batch_of([b""])))


@contextmanager
def passages_beside() -> Iterator[subprocess.Popen[bytes]]:
    """Compiles them in a second process while the caller compiles others. If that fails, their first call does it."""
    known = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", _SCRIPT], env=known) as process:
        yield process
