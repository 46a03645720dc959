"""Saved pages: one article a page, taken out of menus, advertisements and comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from kiosque.corpus.article import Article
from kiosque.corpus.clean.encodings import decode_declared
from kiosque.corpus.clean.lines import nfc_line, same_letters, strip_blanks, without_boilerplate, without_title
from kiosque.corpus.dates.dateline import dateline
from kiosque.corpus.dates.metadata_dates import address_date, read_date
from kiosque.corpus.dates.stamp import Stamp, leading_crumb_date, stamp_beside_title
from kiosque.corpus.dates.stamp import stamp as stamp_of
from kiosque.corpus.draft.draft import Draft, finish, finished
from kiosque.corpus.draft.stamp_lines import extract_credit, extract_stamp
from kiosque.corpus.draft.title import last_crumb
from kiosque.corpus.location import Location
from kiosque.corpus.markup.html_text import article_text, lines_beside_heading, short_lines
from kiosque.corpus.markup.html_tree import LARGEST, parse_page
from kiosque.corpus.markup.page_date import guessed_date
from kiosque.corpus.readers.hocr import hocr, is_hocr
from kiosque.corpus.readers.html_exports import export_reader, read_export
from kiosque.corpus.readers.html_metadata import heading, page_metadata, page_title
from kiosque.corpus.readers.saved_pages import saved_from
from kiosque.corpus.refusal import Refusal, Unreadable
from kiosque.corpus.sources.source import split_title, without_house

_ADDRESS = re.compile(r"https?://\S+")
_TOP = 25  # lines within which the title is repeated, under the menu
_SENTENCE = 40  # characters; without a title, shorter lines alone are a menu
_PARAGRAPH = 200  # characters; a line of a menu is shorter


def read_html(location: Location) -> Iterator[Article | Refusal]:
    """The article of a page, those of an export, or a Refusal that says why there is none. Raises OSError."""
    with location.open() as stream:
        data = stream.read(LARGEST + 1)
    try:
        text = decode_declared(data)
        if reader := export_reader(text):
            yield from read_export(text, reader, location)
        elif is_hocr(text):
            yield from _read_scan(text, location)
        else:
            draft = page_draft(text)
            draft.url = draft.url or saved_from(text, location)
            yield finish(draft, location)
    except Unreadable as error:
        yield Refusal(location.shown, str(error))


def _read_scan(text: str, location: Location) -> Iterator[Article | Refusal]:
    """The pages that OCR wrote. Raises Unreadable where they have no text."""
    pages = list(hocr(parse_page(text, bounded=False)))
    if not pages:
        raise Unreadable("pages hOCR sans texte : y reconnaître les caractères (OCR) de nouveau")
    yield from finished(pages, location)


def page_draft(text: str) -> Draft:
    """The draft of a page's article. Raises Unreadable where there is no text."""
    tree = parse_page(text)
    found = page_metadata(tree)
    title, suffix = _title(found.title or heading(tree), page_title(tree), found.source)
    beside = _written(lines_beside_heading(tree))
    short = [] if found.date else short_lines(tree)
    lines, before = without_boilerplate(_body(article_text(tree), found.body))
    known = read_date(found.date)
    lines, stamp = extract_stamp(_without_address(_below_title(lines, title)), known if _is_day(known) else None)
    stamp = beside or (stamp if stamp.published else _stamp_beside(short, stamp))
    lines, credit = extract_credit(lines)
    _check_text(lines, title)
    opening = dateline(lines)
    stamped = stamp.published or leading_crumb_date(page_title(tree) or "")
    is_dated = found.date or stamped or stamp.updated or opening.date or address_date(found.url)
    return msgspec.structs.replace(
        found,
        title=title,
        **_dates(found, known, beside),
        body="\n".join(without_title(lines, (title,))),
        before=before,
        stamp=stamped,
        guessed=None if is_dated else guessed_date(tree),
        updated=stamp.updated,
        dateline=opening.date,
        credit=suffix or (credit and credit.source) or opening.agency,
        author=found.author or stamp.author or (credit and credit.people),
    )


def _dates(found: Draft, known: str | None, beside: Stamp | None) -> dict[str, Any]:
    """The date of the metadata, unless what is written beside the title contradicts it."""
    written = beside.published if beside else None
    contested = bool(known and written and not known.startswith(written))
    return {"date": None if contested else found.date, "contested": contested or found.contested}


def _is_day(known: str | None) -> bool:
    return known is not None and len(known) == len("2022-01-19")


def _check_text(lines: list[str], title: str) -> None:
    """Raises Unreadable where the lines hold no text: without a title, short ones alone are a menu."""
    if max((len(strip_blanks(line)) for line in lines), default=0) < (1 if title else _SENTENCE):
        raise Unreadable("aucun texte d’article dans cette page")


def _stamp_beside(lines: list[str], known: Stamp) -> Stamp:
    """The stamp outside the text; where several differ, as next to links to other articles, the known one."""
    days = {found.published for found in map(stamp_of, lines) if found and found.published}
    _, found = extract_stamp(lines)
    return found if len(days) <= 1 and (found.published or not known.updated) else known


def _written(lines: list[str]) -> Stamp | None:
    """What is written beside the title of the day of publication, where all that is written there says one day.

    An attribute may be the day of an edit or of a move to another system ("published_time"); people read this one.
    """
    found = [one for one in map(stamp_beside_title, lines) if one and one.published]
    return found[0] if len({one.published for one in found}) == 1 else None


def _title(best: str | None, title: str | None, house: str | None = None) -> tuple[str, str | None]:
    """The article's title without trail and source, and that source."""
    whole, source = split_title(title or best or "")
    return without_house(split_title(best)[0] if best else last_crumb(whole), house), source


def _body(text: str, data: str | None) -> str:
    """The text of the page, unless the page's data have far more of it, as behind some paywalls."""
    return data if data and len(data) > 2 * len(text) else text


def _without_address(lines: list[str]) -> list[str]:
    """The lines without a first one that is only an address, as that of the page itself."""
    first = next((number for number, line in enumerate(lines) if strip_blanks(line)), None)
    return lines[first + 1 :] if first is not None and _ADDRESS.fullmatch(strip_blanks(lines[first])) else lines


def _below_title(lines: list[str], title: str) -> list[str]:
    """The lines after the title, where only a menu comes before it."""
    for number, line in enumerate(lines[:_TOP]):
        if len(line) > _PARAGRAPH:
            break
        if title and same_letters(nfc_line(line), title):
            return lines[number + 1 :]
    return lines
