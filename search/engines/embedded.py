"""The engine over an index folder on this machine."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from kiosque.index.commit.reader import latest_commit, open_reader
from kiosque.index.commit.reports import read_report
from kiosque.index.errors import DamagedIndex, IndexProblem
from kiosque.index.segment.segment_data import SegmentData
from kiosque.search.counts.corpus import corpus_of
from kiosque.search.engines.answering import AnsweringEngine
from kiosque.search.engines.folder import Folder
from kiosque.search.errors import EngineUnavailable, RequestError
from kiosque.search.execute.snapshot import Snapshot
from kiosque.search.model import Corpus
from kiosque.search.ranking import RANKINGS
from kiosque.search.settings import Settings

SETTLED = 1_000_000_000
"""Nanoseconds after which a folder's time of change is reliable: file systems count in steps of up to 10 ms."""


Commit = tuple[int, int, int, int] | None
"""What `latest_commit` tells."""


class EmbeddedEngine(AnsweringEngine):
    """Answers from the last commit in a folder, whose arrays stay mapped until the last request releases them."""

    def __init__(self, directory: str, settings: Settings | None = None) -> None:
        super().__init__(settings or Settings())
        self._directory, self._path = Path(directory), directory
        self._lock = threading.Lock()
        self._current: Folder | None = None
        self._commit: Commit = None
        self._generation = ""
        self._looked_at: Looked | None = None

    def recovers(self, error: Exception) -> bool:
        """See AnsweringEngine. Never retries: a damaged commit raises EngineUnavailable from now on, and any other
        error is a bug. Damage shows as anything that wrong numbers lead to: IndexError, ValueError, OverflowError..."""
        state = self._current
        expected = isinstance(error, (EngineUnavailable, RequestError))
        if not expected and state is not None and (found := _damage_of(state.snapshot.segments)):
            state.damage = str(found)
            raise EngineUnavailable(state.damage) from error
        return False

    def generation(self) -> str:
        """See Engine.generation."""
        self._state()
        return self._generation

    def corpus(self) -> Corpus:
        """See Engine.corpus."""
        return corpus_of(self._state().snapshot)

    def _state(self) -> Folder:
        """The last commit, opened once. A fresh reader each time: Whoosh's refresh() gives duplicate hits."""
        looked, state = _looked_at(self._path), self._current
        if state is None or looked != self._looked_at:
            try:
                state = self._latest(looked)
            except IndexProblem as error:
                raise EngineUnavailable(str(error)) from error
        if state.damage:
            raise EngineUnavailable(state.damage)
        return state

    def _latest(self, looked: Looked) -> Folder:
        with self._lock:
            commit = latest_commit(self._directory)
            if self._current is None or self._commit != commit:
                self._take_up(commit)
            # Two changes within one tick of the file system's clock have the same time: look again until it is settled.
            self._looked_at = looked if time.time_ns() - looked.changed > SETTLED else None
            assert self._current is not None
            return self._current

    def _take_up(self, commit: Commit) -> None:
        """Opens a new commit and answers from it from now on. Holds the lock."""
        self._answer_from(commit, self._opened(self._settings.check_all))

    def _opened(self, check_all: bool) -> Folder:
        reader = open_reader(self._directory, check_all)
        return Folder(Snapshot(reader, RANKINGS[self._settings.ranking], read_report(self._directory, reader)))

    def _answer_from(self, commit: Commit, folder: Folder) -> None:
        self._current, self._commit = folder, commit
        self._generation = "-".join(f"{part:x}" for part in commit or ())


class Looked(NamedTuple):
    """When names in a folder last changed, in nanoseconds, and which folder it is: a link may lead to another now."""

    changed: int = 0
    device: int = 0
    number: int = 0


def _looked_at(directory: str) -> Looked:
    """What is at that path now; zeros where there is no folder."""
    try:
        found = os.stat(directory)  # noqa: PTH116  a Path costs as much as the call
    except OSError:
        return Looked()
    return Looked(found.st_mtime_ns, found.st_dev, found.st_ino)


def _damage_of(segments: Iterable[SegmentData]) -> DamagedIndex | None:
    """What is wrong with the first damaged segment, None where none is: reads every byte, the first time.

    Damage shows as any exception from deep inside. A segment whose files a newer commit removed is mapped, not damaged.
    """
    for data in segments:
        try:
            data.check(everything=True)
        except DamagedIndex as error:
            if not isinstance(error.__cause__, FileNotFoundError):
                return error
    return None
