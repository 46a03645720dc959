"""The text of an article in the tree of a page: trafilatura finds it."""

from __future__ import annotations

import logging
import re

from lxml import etree, html
from trafilatura import bare_extraction

from kiosque.corpus.clean.lines import without_title
from kiosque.corpus.dates.stamp import LONGEST_STAMP
from kiosque.corpus.markup.html_tree import parse_page, without_unseen

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # else it reports every page without text

_LONG_CELL = 300  # characters; a table of figures has shorter ones
# Of the text of a page, less than this share is too little: the fast mode then lost most of the article, as 413 letters
# of one that has 36,393. Its thorough mode takes several times as long.
_LONG_PAGE, _SHORT_SHARE = 4_000, 0.1
_FEW = 8  # child elements; a block with more is not a line
_SHORT = "p div span time abbr li small em i strong b td header".split()
_ABOVE, _BELOW = 8, 16  # short blocks around a heading
_MAY_DATE = re.compile(r"\d|^(?:publi|paru|post|mise? )", re.IGNORECASE)
_MENUS = (  # trafilatura takes them for text where a page has hardly any, as under a video
    "//nav | //*[@role='navigation'] | "
    "//*[self::header or self::footer][.//li and not(.//h1 or .//p or ancestor::article or ancestor::main)]"
)
_HOLDERS = frozenset("body div td section article center main".split())
_BLOCKS = "p div section article header footer h1 h2 h3 h4 h5 h6 li tr table blockquote pre dd dt figcaption".split()


def article_text(tree: html.HtmlElement) -> str:
    """The article's paragraphs, one a line; "" where trafilatura finds none. Changes the tree."""
    without_unseen(tree)
    for menu in tree.xpath(_MENUS):
        menu.drop_tree()
    for table in tree.xpath("//table"):
        if _is_layout(table):
            _flatten(table)
    for run in tree.iter("span", "font"):
        if _is_paragraph(run):
            run.tag = "p"
    whole = len(tree.text_content())
    text = _extracted(tree, fast=True)
    if whole < _LONG_PAGE or len(text) > _SHORT_SHARE * whole:
        return text
    thorough = _extracted(tree, fast=False)
    return thorough if len(thorough) > 2 * len(text) else text


def _extracted(tree: html.HtmlElement, *, fast: bool) -> str:
    found = bare_extraction(tree, include_comments=False, include_images=False, with_metadata=False, fast=fast)
    text = getattr(found, "text", None)
    return text if isinstance(text, str) else ""


def short_lines(tree: html.HtmlElement) -> list[str]:
    """Short blocks and spans of a page that contain a digit or begin like a stamp: candidates for its date."""
    texts = (element.text_content() for element in tree.iter(*_SHORT) if len(element) < _FEW)
    lines = (" ".join(text.split()) for text in texts if len(text) <= LONGEST_STAMP)
    return [line for line in dict.fromkeys(lines) if _MAY_DATE.search(line)]


def lines_beside_heading(tree: html.HtmlElement) -> list[str]:
    """The short lines just above and below the only <h1> of a page, where its day and its authors are written."""
    headings = tree.findall(".//h1")
    if len(headings) != 1:
        return []
    blocks = list(tree.iter("h1", *_SHORT))
    place = blocks.index(headings[0])
    near = (*blocks[max(0, place - _ABOVE) : place], *blocks[place + 1 : place + 1 + _BELOW])
    texts = (element.text_content() for element in near if len(element) < _FEW)
    lines = (" ".join(text.split()) for text in texts if len(text) <= LONGEST_STAMP)
    return [line for line in dict.fromkeys(lines) if _MAY_DATE.search(line)]


def text_of_page(markup: str) -> str:
    """The article's paragraphs, or all text of a page where they are less than half of it, as in a newsletter."""
    whole = plain_text(without_unseen(parse_page(markup)))
    found = article_text(parse_page(markup))
    return found if 2 * len(found) >= len(whole.strip()) else whole


def heading_and_text(tree: html.HtmlElement) -> tuple[str, str]:
    """The first heading of a page without menus, else its <title>, and all its text below that."""
    body = without_unseen(tree)
    found = next(body.iter("h1", "h2", "h3"), None)
    title = " ".join(found.text_content().split()) if found is not None else body.findtext(".//title") or ""
    etree.strip_elements(body, "title", with_tail=False)
    return title, "\n".join(without_title(plain_text(body).split("\n"), (title,))).strip()


def text_of_fragment(markup: str) -> str:
    """All text of a piece of HTML, a paragraph a line."""
    return plain_text(without_unseen(parse_page(f"<div>{markup}</div>"))).strip()


def plain_text(tree: html.HtmlElement) -> str:
    """All text of a tree, a line for each block and each <br>."""
    for line_break in tree.iter("br"):
        line_break.tail = "\n" + (line_break.tail or "")
    for block in tree.iter(*_BLOCKS):
        block.tail = "\n" + (block.tail or "")
    return "\n".join(" ".join(line.split()) for line in tree.text_content().split("\n"))


def _is_paragraph(run: html.HtmlElement) -> bool:
    """Whether a run of text is outside any paragraph, as after a picture that ended it: trafilatura would skip it."""
    above = run.getparent()
    return above is not None and above.tag in _HOLDERS and len(run.text_content()) > _LONG_CELL


def _is_layout(table: html.HtmlElement) -> bool:
    """Whether a table places the parts of a page, as before 2005: trafilatura would make one line of an article."""
    return any(len(cell.text_content()) > _LONG_CELL for cell in table.iter("td")) or table.find(".//table") is not None


def _flatten(table: html.HtmlElement) -> None:
    for part in (table, *table.xpath("./tbody|./tr|./tbody/tr|./tr/td|./tbody/tr/td|./tr/th|./tbody/tr/th")):
        part.tag = "div"
