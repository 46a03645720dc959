"""Numbers in sentences, as French writes them. No I/O here."""

from __future__ import annotations


def number(value: int) -> str:
    """The number as French prints it: 34 240 with a narrow no-break space."""
    return f"{value:,}".replace(",", "\u202f")


def counted(value: int, one: str, many: str) -> str:
    """ "0 article lu", "1 article lu", "2 articles lus": in French zero is singular."""
    return f"{number(value)} {many if value > 1 else one}"
