"""The text of a value that may hold markup: a field of an export, the content of a feed. No I/O here."""

from __future__ import annotations

import re
from html import unescape

_TAG = re.compile(
    r"</?(?:p|br|div|a|span|em|strong|b|i|u|h[1-6]|ul|ol|li|img|figure|blockquote|table|section|article)\b[^<>]*>", re.I
)
_ENTITY = re.compile(r"&(?:#\d{2,6}|#x[0-9a-f]{2,5}|[a-z]{2,8}\d?);", re.IGNORECASE)


def text_of_markup(value: str) -> str:
    """The value itself, or its text where it is a piece of HTML: "R&D" and "a < b" are none."""
    if _TAG.search(value):
        from kiosque.corpus.markup.html_text import text_of_fragment  # loads lxml for those who need it

        return text_of_fragment(value)
    return unescape(value) if _ENTITY.search(value) else value
