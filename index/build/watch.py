"""Follows a corpus: changes are in the index some seconds later, while readers keep the last commit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from threading import Event
from time import monotonic

from kiosque.corpus.french import counted
from kiosque.corpus.refusal import Refusal
from kiosque.corpus.system_errors import cause_of
from kiosque.corpus.walk.read_corpus import BadSettings, CorpusNotFound
from kiosque.corpus.walk.report import Report, refusal_line
from kiosque.index.build.sync import Changes, sync
from kiosque.index.build.sync_cache import SyncCache
from kiosque.index.errors import BusyIndex, IndexProblem, french

PATIENCE = 1.0
"""Seconds between two looks at whether another indexing has ended."""

SHOWN = 5
"""Refusals that are told of one commit."""

Tell = Callable[[str], None]


class Follower:
    """Keeps the index in `directory` what a build of `paths` would make it. Tells a line of each commit, in French."""

    def __init__(
        self,
        paths: Sequence[Path],
        directory: Path,
        tell: Tell,
        stop: Event,
        jobs: int = 1,
        removed_percent: int = 100,
    ) -> None:
        self._removed_percent = removed_percent
        self._paths, self._directory, self._jobs = paths, directory, jobs
        self._tell, self._stop = tell, stop
        self._refused: set[Refusal] = set()
        self._kept = 0
        self._cache = SyncCache()

    def follow(self, changes: Iterable[object]) -> None:
        """Syncs at each of `changes`, until these end or `stop` is set. Nothing that a sync raises ends it."""
        for _ in changes:
            self._sync()
            if self._stop.is_set():
                return

    def _sync(self) -> None:
        started = monotonic()
        try:
            report, changes = self._patiently()
        except InterruptedError:
            return
        except (BadSettings, CorpusNotFound, IndexProblem) as error:
            self._tell(str(error))
        except OSError as error:
            self._tell(
                french("Échec ({}) : l’index reste tel quel, nouvel essai au prochain changement.", cause_of(error))
            )
        else:
            self._say(report, changes, monotonic() - started)

    def _patiently(self) -> tuple[Report, Changes]:
        """As `sync`, once no other indexing holds the folder. Raises InterruptedError where `stop` is set meanwhile."""
        told = False
        while True:
            try:
                return self.sync_once()
            except BusyIndex:
                if not told:
                    self._tell(french("Une autre indexation est en cours dans « {} » : attente.", self._directory))
                told = True
            if self._stop.wait(PATIENCE):
                raise InterruptedError

    def sync_once(self) -> tuple[Report, Changes]:
        """One sync. Raises what `sync` raises, BusyIndex while another process writes the index."""
        return sync(
            self._paths, self._directory, jobs=self._jobs, cache=self._cache, removed_percent=self._removed_percent
        )

    def _say(self, report: Report, changes: Changes, seconds: float) -> None:
        if changes.added or changes.replaced or changes.removed:
            took = f"{seconds:.1f}".replace(".", ",")
            self._tell(
                french("{} : {} en {} s", described(changes), counted(report.articles, "article", "articles"), took)
            )
        if changes.kept and not self._kept:
            self._tell(keeping(changes.kept, report))
        self._kept = changes.kept
        new = [refusal for refusal in report.refusals if refusal not in self._refused]
        self._refused = set(report.refusals)
        for refusal in new[:SHOWN]:
            self._tell(french("refus : {}", refusal_line(refusal)))
        if len(new) > SHOWN:
            self._tell(f"… et {counted(len(new) - SHOWN, 'autre refus', 'autres refus')}")


def keeping(kept: int, report: Report) -> str:
    """What is said of articles that are kept because a part of the corpus could not be read."""
    articles = counted(kept, "article gardé sans être relu", "articles gardés sans être relus")
    path = report.withheld[0].path
    return french("{} : « {} » n’a pas pu être lu ; d’ici là, rien n’est retiré de l’index.", articles, path)


def described(changes: Changes) -> str:
    """ "2 ajoutés, 1 remplacé"; what did not happen is not said."""
    done = (
        (changes.added, "ajouté", "ajoutés"),
        (changes.replaced, "remplacé", "remplacés"),
        (changes.removed, "retiré", "retirés"),
    )
    return ", ".join(counted(*row) for row in done if row[0])
