"""Texts with marks, as safe HTML: escaped first, then marked. Pure."""

from __future__ import annotations

import itertools
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from markupsafe import Markup, escape

from kiosque.search.model import Cut, Span
from kiosque.search.snippets.snippet import highlight

MARK: Final = re.compile("<mark>")
LINE: Final = re.compile(r"[^\n]*\S[^\n]*")


def marked(text: str, marks: Sequence[Span]) -> Markup:
    """`text` escaped, with <mark> around `marks` (in order, not overlapping)."""
    return Markup(highlight(text, marks))


def numbered(texts: Iterable[Markup]) -> tuple[list[Markup], int]:
    """Marked texts with an id on each of their marks, and how many those are: "m1", "m2"... are places to go to."""
    count = itertools.count(1)
    # in an escaped text no other <mark> can stand
    found = [Markup(MARK.sub(lambda _: f'<mark id="m{next(count)}" tabindex="-1">', text)) for text in texts]
    return found, next(count) - 1


def paragraphs(text: str, marks: Sequence[Span]) -> Iterator[Markup]:
    """The lines of `text` that hold something, each marked; a mark that crosses two lines is cut."""
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
    """The paragraphs of a body with the lines that were cut in their places, each with whether it was cut."""
    rest = deque(cuts)
    for above, paragraph in enumerate(body):
        while rest and rest[0].above <= above:
            yield escape(rest.popleft().line), True
        yield paragraph, False
    yield from ((escape(cut.line), True) for cut in rest)
