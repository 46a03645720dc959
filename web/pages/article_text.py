"""The text of an article as safe HTML: one part of it, escaped, then marked, with its cut lines. Pure.

A very long article is read in parts: a page of fifty megabytes takes its server seconds, a browser minutes.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from markupsafe import Markup, escape

from kiosque.search.model import Cut, Span
from kiosque.search.snippets.snippet import highlight

LONGEST: Final = 500_000
"""Characters of a part; the longest of 34,240 real articles has 21,000."""

MARK: Final = re.compile("<mark>")
LINE: Final = re.compile(r"[^\n]*\S[^\n]*")


def marked(text: str, marks: Sequence[Span]) -> Markup:
    """`text` escaped, with <mark> around `marks` (in order, not overlapping)."""
    return Markup(highlight(text, marks))


def numbered(texts: Iterable[Markup]) -> tuple[list[Markup], int]:
    """Marked texts with the ids "m1", "m2"… on their marks, to jump to, and the number of marks."""
    count = itertools.count(1)
    # escaped text contains no other <mark>
    found = [Markup(MARK.sub(lambda _: f'<mark id="m{next(count)}" tabindex="-1">', text)) for text in texts]
    return found, next(count) - 1


def paragraphs(text: str, marks: Sequence[Span]) -> Iterator[Markup]:
    """The lines of `text` that are not blank, each marked; a mark over two lines is split."""
    first = last = 0
    for line in LINE.finditer(text):
        start, end = line.span()
        while first < len(marks) and marks[first][1] <= start:
            first += 1
        last = max(first, last - 1)  # the last mark of a line may reach into the next
        while last < len(marks) and marks[last][0] < end:
            last += 1
        yield marked(line[0], [(max(a, start) - start, min(b, end) - start) for a, b in marks[first:last]])


def with_cuts(body: Sequence[Markup], cuts: Iterable[Cut]) -> Iterator[tuple[Markup, bool]]:
    """The paragraphs of a body with the cut lines in their places, each with whether it was cut."""
    rest = deque(cuts)
    for above, paragraph in enumerate(body):
        while rest and rest[0].above <= above:
            yield escape(rest.popleft().line), True
        yield paragraph, False
    yield from ((escape(cut.line), True) for cut in rest)


class Part(NamedTuple):
    """Part `number` of `parts`, from 1; its marks are counted from its own beginning."""

    number: int
    parts: int
    text: str
    marks: Sequence[Span]


def part_of(text: str, marks: Sequence[Span], asked: int | None, longest: int = LONGEST) -> Part:
    """Part `asked`, or the last; without a number, the first part that has a mark."""
    starts = [*_starts(text, longest), len(text)]
    count = max(len(starts) - 1, 1)
    if count == 1:
        return Part(1, 1, text, marks)
    number = min(asked, count) if asked else bisect_right(starts, marks[0][0]) if marks else 1
    first, last = starts[number - 1], starts[number]
    inside = [(max(a, first) - first, min(b, last) - first) for a, b in marks if a < last and b > first]
    return Part(number, count, text[first:last], inside)


def _starts(text: str, longest: int) -> list[int]:
    """Where the parts begin: after the last line end that keeps a part short enough, else in the middle of a line."""
    starts = [0]
    while len(text) - starts[-1] > longest:
        at = starts[-1]
        starts.append(text.rfind("\n", at + longest // 2, at + longest) + 1 or at + longest)
    return starts
