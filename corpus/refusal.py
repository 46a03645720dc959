"""What could not be read, and why. No I/O here."""

from __future__ import annotations

import msgspec


class Refusal(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file, or a line of one, that gave no article; `reason` is French, for people."""

    path: str
    reason: str
    line: int | None = None


class Unreadable(ValueError):
    """Raised by a reader for a file, or a part of one, that gives no article; the message is French, for people."""
