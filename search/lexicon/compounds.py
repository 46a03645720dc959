"""Words of letters and digits, which are written in one piece or in two: "covid19", "COVID-19", "F 16", "20 h 30"."""

from __future__ import annotations

import re
from collections.abc import Sequence

PARTS = re.compile(r"(?P<letters>[^\W\d_]+)(?P<number>[0-9]+)|(?P<hours>[0-9]{1,2})(?P<h>[hH])(?P<minutes>[0-9]{2})?")


def parts(surface: str) -> tuple[str, ...]:
    """The pieces of a word that is letters, then digits, or a time ("20h30"); none where it is neither."""
    match = PARTS.fullmatch(surface)
    return tuple(piece for piece in match.groups() if piece) if match else ()


def glued(surfaces: Sequence[str]) -> str | None:
    """The pieces written as one, where that is a word of letters and digits: ("Covid", "19") -> "Covid19"."""
    whole = "".join(surfaces)
    return whole if len(surfaces) > 1 and parts(whole) == tuple(surfaces) else None
