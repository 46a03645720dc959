"""What a sync may remove: nothing where a part of the corpus could not be read, and no large share unasked.

A disk that is not mounted is an empty folder, and a folder without the right to read shows nothing: its articles are
not gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from kiosque.corpus.walk.report import Report
from kiosque.index.errors import IndexProblem, TooManyRemoved
from kiosque.index.setting_rows import UnusableValue, described, given, number

PREFIX = "KIOSQUE_SYNC_"

A_HANDFUL = 10
"""Articles that are removed unasked from however small a corpus."""


@dataclass(frozen=True)
class SyncSettings:
    """The settings of a sync. The environment sets them."""

    removed_percent: int = number(
        25, 0, 100, "Articles, of 100, that `sync` and `watch` remove unasked; for more `sync` wants `--yes`."
    )

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> SyncSettings:
        """The settings that an environment gives. Raises IndexProblem."""
        try:
            return cls(**given(cls, PREFIX, environment))
        except UnusableValue as error:
            raise IndexProblem("{}", error) from None


def rows() -> Iterator[tuple[str, str, str]]:
    """Each setting for the documentation: its name in the environment, its default, its help."""
    return described(SyncSettings, PREFIX)


def keep_unread(known: Set[str], seen: set[str], report: Report, removed_percent: int) -> int:
    """Adds to `seen` what of `known` is kept although it was not seen; gives how many.

    All of it is kept where something of the corpus could not be read: an article may be from there. Raises
    TooManyRemoved where the index would shrink by more than that share; articles that only moved count as added too.
    """
    gone = known - seen
    if report.withheld:
        seen |= gone
        return len(gone)
    if len(gone) - len(seen - known) > max(A_HANDFUL, len(known) * removed_percent / 100):
        raise TooManyRemoved(len(gone), len(known))
    return 0
