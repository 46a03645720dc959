"""The engine over an index folder, for a server: it checks every byte before it answers from it."""

from __future__ import annotations

import sys
import threading

from kiosque.index.commit.reader import latest_commit
from kiosque.index.errors import DamagedIndex
from kiosque.index.segment.segment_data import SegmentData
from kiosque.search.engines.embedded import Commit, EmbeddedEngine
from kiosque.search.engines.folder import Folder
from kiosque.search.settings import Settings


class ServedEngine(EmbeddedEngine):
    """Checks all of the first commit before it answers.

    The next request opens a later commit, where opening checks it whole. Arrays too large for that are checked by a
    thread, while the commit before answers. Where they are damaged it goes on answering: standard error says so once,
    and `trouble` until a sound commit comes.
    """

    def __init__(self, directory: str, settings: Settings | None = None) -> None:
        super().__init__(directory, settings)
        self._refused: tuple[Commit, str] | None = None
        self._checking: threading.Thread | None = None

    def trouble(self) -> str:
        """See Engine.trouble."""
        return self._refused[1] if self._refused else ""

    def _take_up(self, commit: Commit) -> None:
        if self._current is None:
            self._answer_from(commit, self._opened(check_all=True))
        elif self._checking is None and not (self._refused and self._refused[0] == commit):
            try:
                self._examine(commit, self._opened(check_all=False), self._current)
            except DamagedIndex as error:
                self._refuse(commit, error)

    def _examine(self, commit: Commit, folder: Folder, answering: Folder) -> None:
        """Answers from the commit once a thread has checked what opening did not; kept segments are checked already."""
        known = {data.segment for data in answering.snapshot.segments}
        unread = [data for data in folder.snapshot.segments if data.segment not in known and data.left]
        if unread:
            self._checking = threading.Thread(target=self._check, args=(commit, folder, unread), daemon=True)
            self._checking.start()
        else:
            self._answer_from(commit, folder)

    def _check(self, commit: Commit, folder: Folder, unread: list[SegmentData]) -> None:
        try:
            for data in unread:
                data.check_left()
        except DamagedIndex as error:
            with self._lock:
                self._refuse(commit, error)
        else:
            with self._lock:
                self._answer_from(commit, folder)

    def _answer_from(self, commit: Commit, folder: Folder) -> None:
        super()._answer_from(commit, folder)
        self._settle(None)

    def _refuse(self, commit: Commit, error: DamagedIndex) -> None:
        """Says what is wrong, unless a newer commit has removed the files of this one."""
        if latest_commit(self._directory) != commit:
            return self._settle(None)
        self._settle((commit, f"{error}. L’état précédent de l’index répond en attendant."))
        print(f"{self.trouble()}\n", end="", file=sys.stderr, flush=True)  # one write, as others write there too

    def _settle(self, refused: tuple[Commit, str] | None) -> None:
        """Notes what was refused; the next request looks for a newer commit."""
        self._refused, self._checking, self._looked_at = refused, None, None
