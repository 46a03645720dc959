"""Those who write while others read: a sync every ten seconds, and full rebuilds beside it."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Final

from benchmarks.load_corpus import ChangingCorpus

SYNC_SECONDS: Final = 10.0
BUSY: Final = 2
"""Exit code of a writer that finds another one at work; of another mistake too, hence `complaints`."""


class Writers:
    """Two threads over one corpus and one index."""

    def __init__(self, corpus: ChangingCorpus, folder: Path, index: Path, rebuild_seconds: float) -> None:
        self.committed: list[tuple[float, int]] = []
        """The moment after each commit of a sync, and its state."""
        self.rebuilt = list[float]()
        self.busy, self.complaints = 0, list[str]()
        self._corpus, self._folder, self._index = corpus, folder, index
        self._rebuild_seconds = rebuild_seconds
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._sync), threading.Thread(target=self._rebuild)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _sync(self) -> None:
        due = time.monotonic()
        while not self._stop.wait(max(0.0, due - time.monotonic())):
            due = max(due + SYNC_SECONDS, time.monotonic())
            self._corpus.change()
            if self._run("sync"):
                self.committed.append((time.monotonic(), self._corpus.state))

    def _rebuild(self) -> None:
        while not self._stop.wait(self._rebuild_seconds):
            while not self._run("build") and not self._stop.wait(1.0):
                pass
            self.rebuilt.append(time.monotonic())

    def _run(self, command: str) -> bool:
        program = [sys.executable, "-m", "index", command, str(self._folder), "--index", str(self._index)]
        done = subprocess.run([*program, "--jobs", "1", "--quiet"], capture_output=True, text=True, check=False)
        if done.returncode:
            self.busy += done.returncode == BUSY
            self.complaints.append(done.stderr.strip()[-300:])
        return done.returncode == 0
