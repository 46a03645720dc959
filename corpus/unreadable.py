"""Why something gives no article. No I/O here."""

from __future__ import annotations


class Unreadable(ValueError):
    """A file, or a part of one, that gives no article; the message is a reason for people, in French."""
