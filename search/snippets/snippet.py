"""Cut passages -> the snippet that a hit shows, with the time that its article takes to read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kiosque.search.model import Snippet, Span

OPEN, CLOSE = "\ufdd0", "\ufdd1"
"""Placeholders of the tags while a text is escaped in one go: code points that Unicode reserves, in no text."""

ON_ONE_LINE = str.maketrans("\n\r\t", "   ")

BYTES_A_MINUTE = 1040
"""Of French prose in UTF-8, read with care: 998 characters in IReST (Trauzettel-Klosinski and Dietz, 2012)."""


class Passage(NamedTuple):
    """A stretch of an article with its marks, counted from its start.

    cut_before, cut_after: whether the article goes on there. follows: whether there is no gap after the passage before.
    """

    text: str
    marks: list[Span]
    cut_before: bool
    cut_after: bool
    follows: bool = False


def snippet(passages: Sequence[Passage]) -> Snippet:
    """The passages on one line, with "…" at the gaps. Each line break becomes one space, so that marks stay right."""
    text, marks = "… " if passages[0].cut_before else "", list[Span]()
    for number, passage in enumerate(passages):
        text += (" " if passage.follows else " … ") if number else ""
        at = len(text)
        marks += [(start + at, end + at) for start, end in passage.marks]
        text += passage.text
    text += " …" if passages[-1].cut_after else ""
    if "\n" in text or "\r" in text or "\t" in text:
        text = text.translate(ON_ONE_LINE)
    return Snippet(text=text, marks=marks, html=highlight(text, marks))


def highlight(text: str, spans: Iterable[Span]) -> str:
    """`text` escaped for HTML, its spans in <mark>. It is escaped before it is marked: an article cannot add a tag."""
    if OPEN in text or CLOSE in text:
        text = text.replace(OPEN, "\ufffd").replace(CLOSE, "\ufffd")
    parts, at = list[str](), 0
    for start, end in spans:
        parts += (text[at:start], OPEN, text[start:end], CLOSE)
        at = end
    return _escaped("".join(parts) + text[at:]).replace(OPEN, "<mark>").replace(CLOSE, "</mark>")


def _escaped(text: str) -> str:
    """`text` as MarkupSafe escapes it; five replacements that find nothing cost less than one call of it."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&#34;").replace("'", "&#39;")


def reading_minutes(size: int) -> int:
    """Whole minutes for a text of so many bytes, at least 1; 0 where there is no text."""
    return max(1, round(size / BYTES_A_MINUTE)) if size else 0
