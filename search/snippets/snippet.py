"""Cut passages -> the snippet that a hit shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kiosque.search.model import Snippet, Span

OPEN, CLOSE = "\ufdd0", "\ufdd1"
"""Stand for the tags while a text is escaped in one go: Unicode has set them aside, no text means them."""

ON_ONE_LINE = str.maketrans("\n\r\t", "   ")


class Passage(NamedTuple):
    """A stretch of an article, its marks from its start on, whether its sentence goes on before it and behind it, and
    whether it follows the passage before without a gap."""

    text: str
    marks: list[Span]
    cut_before: bool
    cut_after: bool
    follows: bool = False


def snippet(passages: Sequence[Passage]) -> Snippet:
    """The passages on one line, with "…" between them and where their article goes on; one code point is changed for
    one, marks hold."""
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
    """`text` escaped for HTML, its spans in <mark>: escaping comes first, so an article cannot smuggle a tag."""
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
