"""Parses a page into a tree, within limits, without what no reader sees."""

from __future__ import annotations

import re
from typing import cast

from lxml import etree, html

from kiosque.corpus.markup.tag_limits import check_tags
from kiosque.corpus.refusal import Unreadable

LARGEST = 32 * 2**20
"""Bytes of a page; what is saved with its pictures inside has some ten million."""

MOST_ELEMENTS = 30_000
"""Elements of a page; a long article with comments has five thousand."""

MOST_BLANKS = 40_000
"""Blanks in a tag, which part its attributes: libxml2 takes the square of their number, 2 s for these."""

_UNSEEN = ("style", "noscript", "svg", "canvas", "iframe", "object", "embed", "template", "form", "select", "button")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def parse_page(text: str, *, bounded: bool = True) -> html.HtmlElement:
    """The tree of a page. Raises Unreadable where there is none, or far too much of it for one article."""
    if len(text) > LARGEST:
        raise Unreadable(f"page de plus de {LARGEST >> 20} Mo : n’en garder que l’article")
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    data = _CONTROLS.sub(" ", text).encode("utf-8", "replace")
    check_tags(data, b" \t\r\n/", MOST_BLANKS)
    try:
        tree = html.document_fromstring(data, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise Unreadable("page HTML vide ou illisible") from error
    if bounded and cast(float, tree.xpath("count(//*)")) > MOST_ELEMENTS:
        raise Unreadable("page trop longue pour un article : n’en garder que l’article")
    return tree


def without_unseen(tree: html.HtmlElement) -> html.HtmlElement:
    """The tree without scripts, styles, forms and pictures; those with data stay where metadata is still to be read."""
    etree.strip_elements(tree, "script", *_UNSEEN, with_tail=False)
    return tree
