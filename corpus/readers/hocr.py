"""hOCR: scanned pages as HTML, one article a page, in its reading order. See https://kba.github.io/hocr-spec/1.2/"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from lxml import html

from kiosque.corpus.clean.printed import joined_words
from kiosque.corpus.draft.draft import Draft

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
    for page in tree.iter():
        if "ocr_page" in _classes(page) and (text := "\n".join(filter(None, map(_area, _areas(page))))):
            yield Draft(body=text)


def _areas(page: html.HtmlElement) -> list[html.HtmlElement]:
    """The outermost areas of a page: by the order that each says, else as they stand; the page where it has none."""
    found = [part for part in page.iter() if _AREAS & _classes(part)]
    outer = [part for part in found if not any(_AREAS & _classes(above) for above in part.iterancestors())]
    if not outer:
        return [page]
    orders = {part: int(match["place"]) for part in outer if (match := _ORDER.search(str(part.get("title") or "")))}
    return sorted(outer, key=orders.__getitem__) if len(orders) == len(outer) else outer


def _area(area: html.HtmlElement) -> str:
    """The paragraphs of an area, a line each; an area without lines is a paragraph itself."""
    lines = [part for part in area.iter() if _LINES & _classes(part)] or [
        part for part in area.iter() if _PARAGRAPHS & _classes(part)
    ]
    paragraphs = (list(group) for _, group in groupby(lines or [area], key=lambda line: _paragraph(line, area)))
    return "\n".join(filter(None, map(_joined, paragraphs)))


def _paragraph(line: html.HtmlElement, area: html.HtmlElement) -> html.HtmlElement:
    above = (line, *line.iterancestors())
    return next((part for part in above if _PARAGRAPHS & _classes(part)), area)


def _joined(lines: list[html.HtmlElement]) -> str:
    """The lines as one paragraph, with the words joined that a line's end parted."""
    text = "\n".join(" ".join(line.text_content().split()) for line in lines)
    return " ".join(joined_words(text).split())


def _classes(part: html.HtmlElement) -> frozenset[str]:
    return frozenset(str(part.get("class") or "").split())
