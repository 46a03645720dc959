"""A very long article is read in parts: a page of fifty megabytes would take its server seconds, a browser minutes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final, NamedTuple

from kiosque.search.model import Span

LONGEST: Final = 500_000
"""Characters of a part; the longest of 34,240 real articles has 21,000."""


class Part(NamedTuple):
    """One of so many parts, the first is 1; the marks are counted from its own beginning."""

    number: int
    parts: int
    text: str
    marks: Sequence[Span]


def part_of(text: str, marks: Sequence[Span], asked: int | None, longest: int = LONGEST) -> Part:
    """The part of that number, or the last; where none is asked for, the first that has a mark."""
    starts = [*_starts(text, longest), len(text)]
    count = max(len(starts) - 1, 1)
    if count == 1:
        return Part(1, 1, text, marks)
    number = min(asked, count) if asked else bisect_right(starts, marks[0][0]) if marks else 1
    first, last = starts[number - 1], starts[number]
    inside = [(max(a, first) - first, min(b, last) - first) for a, b in marks if a < last and b > first]
    return Part(number, count, text[first:last], inside)


def _starts(text: str, longest: int) -> list[int]:
    """Where the parts begin: behind the last line end that lets a part be no longer, else in the middle of a line."""
    starts = [0]
    while len(text) - starts[-1] > longest:
        at = starts[-1]
        starts.append(text.rfind("\n", at + longest // 2, at + longest) + 1 or at + longest)
    return starts
