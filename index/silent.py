"""What a build tells of its progress, where nobody watches."""

from __future__ import annotations

from corpus.report import Report


class Silent:
    """Is told everything and shows nothing."""

    def __call__(self, report: Report) -> None:
        """Called after each item with what was read so far."""

    def sent(self, done: int, of: int) -> None:
        """Called with how many articles were sent to a cluster, and of how many."""
