"""What tools of other kinds save as XML: pages of MediaWiki (Wikinews), notes of Evernote."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from kiosque.corpus.draft.draft import Draft
from kiosque.corpus.markup.text_of_markup import text_of_markup
from kiosque.corpus.markup.xml_parts import below, first, words

_ARTICLES = ("0", None)
"""The name space of a wiki's articles; others are talk, users, files."""

_TEMPLATE = re.compile(r"\{\{[^{}]*\}\}")
_DEEPEST = 8  # templates in templates
_PAIRS = tuple(
    (re.compile(opening + ".*?" + re.escape(closing), re.DOTALL), closing)
    for opening, closing in ((r"\{\|", "|}"), ("<!--", "-->"), (r"<ref\b(?![^<>]*/>)", "</ref>"))
)
_REFERENCE = re.compile(r"<ref\b[^<>]*/>")
_FILE = re.compile(r"\[\[(?:[^\[\]|:]{2,12}):[^\[\]]*(?:\[\[[^\[\]]*\]\][^\[\]]*)*\]\]")
_LINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]|\[https?://[^\s\[\]]+ ([^\[\]]*)\]")
_QUOTES = re.compile("'{2,5}")
_HEADING = re.compile(r"^={1,6} ?([^=\n].*?) ?={1,6} *$", re.MULTILINE)
_LIST = re.compile(r"^[*#:;]+ *", re.MULTILINE)


def mediawiki(tree: etree._Element) -> Iterator[Draft]:
    """The articles of an export of MediaWiki, each in its last revision. See https://www.mediawiki.org/xml/"""
    site = words(first(tree, "siteinfo", "sitename"))
    for page in below(tree, "page"):
        if words(first(page, "ns")) in _ARTICLES and first(page, "redirect") is None:
            revision = [*below(page, "revision")][-1:] or [page]
            text = first(revision[0], "text")
            yield Draft(
                title=words(first(page, "title")),
                body=text_of_wiki(str(text.text or "")) if text is not None else None,
                date=words(first(revision[0], "timestamp")),
                source=site,
            )


def text_of_wiki(text: str) -> str:
    """The text of wiki markup: no templates, tables, references and pictures; of links what they show."""
    for _ in range(_DEEPEST):
        text, found = _TEMPLATE.subn("", text)
        if not found:
            break
    for pattern, closing in _PAIRS:
        text = _without(pattern, closing, text)
    for pattern, shown in (
        (_REFERENCE, ""),
        (_FILE, ""),
        (_LINK, r"\1\2"),
        (_QUOTES, ""),
        (_HEADING, r"\1"),
        (_LIST, ""),
    ):
        text = pattern.sub(shown, text)
    return text_of_markup(text).strip()


def _without(pattern: re.Pattern[str], closing: str, text: str) -> str:
    """`text` without what is between two marks. After the last closing one nothing is looked for: each opening one
    would be followed to the end of the text."""
    end = text.rfind(closing) + len(closing) if closing in text else 0
    return pattern.sub("", text[:end]) + text[end:]


def evernote(tree: etree._Element) -> Iterator[Draft]:
    """The notes of an export of Evernote: their content is XHTML in a CDATA section."""
    for note in below(tree, "note"):
        content = first(note, "content")
        yield Draft(
            title=words(first(note, "title")),
            body=text_of_markup(_inner(content.text or "")) if content is not None else None,
            date=words(first(note, "created")),
            url=words(first(note, "source-url")),
            author=words(first(note, "author")),
        )


def _inner(content: str) -> str:
    """What is inside <en-note>, without the declarations before it."""
    return re.sub(r"^.*?<en-note[^>]*>|</en-note>\s*$", "", content, flags=re.DOTALL)
