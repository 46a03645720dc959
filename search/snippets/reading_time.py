"""How long people take to read a text."""

from __future__ import annotations

BYTES_A_MINUTE = 1040
"""Of French prose in UTF-8, read with care: 998 characters in IReST (Trauzettel-Klosinski and Dietz, 2012)."""


def reading_minutes(size: int) -> int:
    """Whole minutes for a text of so many bytes, at least 1; 0 where there is no text."""
    return max(1, round(size / BYTES_A_MINUTE)) if size else 0
