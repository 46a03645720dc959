"""hOCR: scanned pages as HTML, one article a page, in its reading order. See https://kba.github.io/hocr-spec/1.2/"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from lxml import etree, html

from kiosque.corpus.clean.printed import joined_words
from kiosque.corpus.draft.draft import Draft
from kiosque.corpus.markup.xml_parts import outermost

_MARK = re.compile(r"""class\s*=\s*["']?ocr_page\b""")
_LINES = frozenset("ocr_line ocrx_line ocr_header ocr_footer ocr_caption ocr_textfloat".split())
_PARAGRAPHS = frozenset("ocr_par ocrx_par".split())
_AREAS = frozenset("ocr_carea ocrx_block ocr_column".split())
_ORDER = re.compile(r"\border\s+(?P<place>\d{1,9})\b")


def is_hocr(text: str) -> bool:
    """Whether a page of HTML is one that OCR wrote."""
    return _MARK.search(text) is not None


def hocr(tree: html.HtmlElement) -> Iterator[Draft]:
    """The text of each page that has any."""
    for page in outermost(tree, lambda part: "ocr_page" in _classes(part)):
        if text := _text(page):
            yield Draft(body=text)


class _Line(NamedTuple):
    """A line of a page, with the numbers of its area, in the order of reading, and of its paragraph."""

    area: int
    paragraph: int
    text: str


def _text(page: html.HtmlElement) -> str:
    """The paragraphs of a page, a line each. Where it has no lines, each paragraph is one, else the whole page."""
    lines = list(_lines(page, _LINES)) or list(_lines(page, _PARAGRAPHS)) or [_Line(0, 0, page.text_content())]
    groups = groupby(sorted(lines, key=lambda line: line.area), key=lambda line: line[:2])
    return "\n".join(filter(None, (_joined(list(group)) for _, group in groups)))


def _lines(page: html.HtmlElement, names: frozenset[str]) -> Iterator[_Line]:
    """The elements of these classes, by areas: in the order that each says, where each does, else as they stand."""
    areas = {area: place for place, area in enumerate(outermost(page, lambda part: bool(_AREAS & _classes(part))), 1)}
    orders = {area: int(match["place"]) for area in areas if (match := _ORDER.search(str(area.get("title") or "")))}
    places = orders if len(orders) == len(areas) else areas
    area = paragraph = 0
    walk = etree.iterwalk(page, events=("start",))
    for _, part in walk:
        classes = _classes(part)
        if part in places:
            area = places[part]
        paragraph += bool((_PARAGRAPHS | _AREAS) & classes)
        if names & classes:
            walk.skip_subtree()
            yield _Line(area, paragraph, part.text_content())


def _joined(lines: list[_Line]) -> str:
    """The lines as one paragraph, with the words joined that a line's end parted."""
    text = "\n".join(" ".join(line.text.split()) for line in lines)
    return " ".join(joined_words(text).split())


def _classes(part: html.HtmlElement) -> frozenset[str]:
    return frozenset(str(part.get("class") or "").split())
