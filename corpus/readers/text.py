"""Plain text: one article a file, its title on the first line."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from corpus.article import Article, Origin
from corpus.cleaning import (
    NotTextError,
    bare,
    composed,
    decode,
    join,
    normalise_newlines,
    without_boilerplate,
    without_title,
)
from corpus.dating import Stamp, choose_date, file_name_date, folder_date, leading_date, stamp
from corpus.location import Location
from corpus.refusal import Refusal
from corpus.sourcing import Credit, choose_source, credit, folder_source, split_title, suffix_after
from corpus.titling import is_title, title_of_paragraph

LARGEST = 16 * 2**20  # bytes; a year of a daily paper has less
_LAST_LINES = 3  # a credit line stands among these


def read_text(location: Location) -> Iterator[Article | Refusal]:
    """The article of a .txt file, or a Refusal that says why there is none. Raises OSError."""
    with location.path.open("rb") as stream:
        data = stream.read(LARGEST + 1)
    try:
        yield _article(_decode(data), location)
    except NotTextError as error:
        yield Refusal(location.shown, str(error))


def _decode(data: bytes) -> str:
    if len(data) > LARGEST:
        raise NotTextError("trop gros pour un article\u00a0: le couper, un article par fichier")
    if not data.strip():
        raise NotTextError("fichier vide")
    return normalise_newlines(decode(data))


class _Parts(msgspec.Struct):
    """What is taken out of a text, line after line."""

    title: str
    source: str | None
    stamp: Stamp
    credit: Credit | None
    body: str


def _article(text: str, location: Location) -> Article:
    leading, text = leading_date(text)
    parts = _take_apart(text)
    date, date_origin = choose_date(
        (leading or parts.stamp.published, Origin.TEXT),
        (file_name_date(location.name), Origin.FILE_NAME),
        (folder_date(location.folders), Origin.FOLDER),
    )
    if date is None:
        date, date_origin = choose_date((parts.stamp.updated, Origin.TEXT))
    source, source_origin = choose_source(
        (parts.source, Origin.TEXT),
        (parts.credit and parts.credit.source, Origin.TEXT),
        (folder_source(location.folders), Origin.FOLDER),
    )
    return Article(
        id=location.id,
        title=parts.title,
        body=parts.body,
        source=source,
        source_origin=source_origin,
        date=date,
        date_origin=date_origin,
        author=parts.stamp.author or (parts.credit and parts.credit.people),
    )


def _take_apart(text: str) -> _Parts:
    """The parts of a text. Raises NotTextError where nothing but boilerplate is in it."""
    lines, stamp_found = _take_stamp(without_boilerplate(text.split("\n")))
    lines, credit_found = _take_credit(lines)
    first = next((bare(line) for line in lines if bare(line)), None)
    if first is None:
        raise NotTextError("aucun texte d’article")
    if not is_title(first):
        return _Parts(title_of_paragraph(first), None, stamp_found, credit_found, join(lines))
    title, source = split_title(first)
    lines = without_title(lines, (first, title))
    source = source or suffix_after(title, bare(lines[0]) if lines else "")
    lines = without_title(lines, (f"{title} {source}",)) if source else lines
    return _Parts(title, source, stamp_found, credit_found, join(lines))


def _take_stamp(lines: list[str]) -> tuple[list[str], Stamp]:
    """The lines without those that only say when the article was published, and the first of these."""
    stamps = [stamp(composed(line)) for line in lines]
    rest = [line for line, found in zip(lines, stamps, strict=True) if found is None]
    return rest, next(filter(None, stamps), Stamp(None, None, None))


def _take_credit(lines: list[str]) -> tuple[list[str], Credit | None]:
    """The lines without the credit line at their end, and what it says."""
    last = [number for number, line in enumerate(lines) if bare(line)][-_LAST_LINES:]
    for number in last:
        if found := credit(composed(lines[number])):
            return lines[:number] + lines[number + 1 :], found
    return lines, None
