"""How long people take to read a text."""

from __future__ import annotations

CHARACTERS_A_MINUTE = 1000
"""Of French prose, read with care: 998 in IReST (Trauzettel-Klosinski and Dietz, 2012)."""


def reading_minutes(text: str) -> int:
    """Whole minutes, at least 1; 0 where there is no text."""
    return max(1, round(len(text) / CHARACTERS_A_MINUTE)) if text else 0
