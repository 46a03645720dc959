"""Texts with marks, as safe HTML: escaped first, then marked. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from markupsafe import Markup

from search.model import Span
from search.snippets import highlight

LINE: Final = re.compile(r"[^\n]*\S[^\n]*")


def marked(text: str, marks: Sequence[Span]) -> Markup:
    """`text` escaped, with <mark> around `marks` (in order, not overlapping)."""
    return Markup(highlight(text, marks))


def paragraphs(text: str, marks: Sequence[Span]) -> Iterator[Markup]:
    """The lines of `text` that hold something, each marked; a mark that crosses two lines is cut."""
    for line in LINE.finditer(text):
        start, end = line.span()
        inside = [(max(a, start) - start, min(b, end) - start) for a, b in marks if a < end and b > start]
        yield marked(line[0], inside)
