"""What could not be read, and why. No I/O here."""

from __future__ import annotations

import msgspec
from msgspec.structs import force_setattr

from kiosque.corpus.french import typeset

LOCKED = "document protégé par un mot de passe : l’ouvrir et l’enregistrer sans"
"""The reason for documents that are encrypted, whatever their format."""


class Refusal(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file, or a line of one, that gave no article; `reason` is French, for people, with its no-break spaces.

    withheld: the system did not let it be read, so what it holds is not known; a sync must not take it for gone.
    """

    path: str
    reason: str
    line: int | None = None
    withheld: bool = False

    def __post_init__(self) -> None:
        """Typesets the reason, which readers write with plain spaces."""
        if (reason := typeset(self.reason)) != self.reason:
            force_setattr(self, "reason", reason)


class Unreadable(ValueError):
    """Raised by a reader for a file, or a part of one, that gives no article; the message is French, for people."""

    def __init__(self, message: str) -> None:
        super().__init__(typeset(message))
