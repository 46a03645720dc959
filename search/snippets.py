"""A cut passage -> the snippet that a hit shows."""

from __future__ import annotations

from collections.abc import Iterable

from search.model import Snippet, Span

OPEN, CLOSE = "\ufdd0", "\ufdd1"
"""Stand for the tags while a text is escaped in one go: Unicode has set them aside, no text means them."""

ON_ONE_LINE = str.maketrans("\n\r\t", "   ")


def snippet(passage: str, marks: Iterable[Span], cut_before: bool, cut_after: bool) -> Snippet:
    """The passage on one line, with "…" where its article goes on; one code point is changed for one, marks hold."""
    text = passage.translate(ON_ONE_LINE) if "\n" in passage or "\r" in passage or "\t" in passage else passage
    spans = list(marks)
    if cut_before:
        text, spans = f"… {text}", [(start + 2, end + 2) for start, end in spans]
    if cut_after:
        text += " …"
    return Snippet(text=text, marks=spans, html=highlight(text, spans))


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
