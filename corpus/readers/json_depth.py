"""JSON without what is nested deeper than a decoder goes: one such value must not cost the records after it."""

from __future__ import annotations

import re
from typing import NamedTuple

DEEPEST = 200
"""Levels that are kept: exports have ten, decoders raise RecursionError between 500 and 1,000."""

_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[{]|[\]}]', re.DOTALL)


class Shallow(NamedTuple):
    """A text with null in the place of each value that was nested too deep, and the lines where these began."""

    text: str
    lines: list[int]


def shallow(text: str) -> Shallow:
    """The text without its values at more than DEEPEST levels. Time is linear in its length."""
    parts, lines = list[str](), list[int]()
    depth = kept = 0
    for match in _STRING_OR_BRACKET.finditer(text):
        sign = match[0]
        if sign in "[{":
            depth += 1
            if depth == DEEPEST + 1:
                parts += [text[kept : match.start()], "null"]
                lines.append(text.count("\n", 0, match.start()) + 1)
        elif sign in "]}":
            if depth == DEEPEST + 1:
                kept = match.end()
            depth -= 1
    return Shallow("".join([*parts, text[kept:]]) if depth <= DEEPEST else "".join(parts), lines)
