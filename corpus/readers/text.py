"""Plain text: one article a file, its title on the first line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import msgspec

from kiosque.corpus.article import Article, Origin
from kiosque.corpus.clean.cuts import known_cuts
from kiosque.corpus.clean.lines import (
    NotTextError,
    decode,
    join,
    normalise_newlines,
    strip_blanks,
    without_boilerplate,
    without_title,
)
from kiosque.corpus.clean.mojibake import mended
from kiosque.corpus.clean.printed import without_breaks
from kiosque.corpus.dates.dateline import choose_with_dateline, dateline
from kiosque.corpus.dates.stamp import Stamp, choose_date, file_name_date, leading_date
from kiosque.corpus.draft.draft import Draft, finished
from kiosque.corpus.draft.stamp_lines import extract_credit, extract_stamp
from kiosque.corpus.draft.title import is_title, title_of_paragraph
from kiosque.corpus.location import Location
from kiosque.corpus.readers.sniffing import HEAD, sniff
from kiosque.corpus.readers.text_exports import export_of_text
from kiosque.corpus.refusal import Refusal
from kiosque.corpus.sources.from_path import date_from_file_time, date_from_folders, source_from_path
from kiosque.corpus.sources.source import Credit, choose_source, split_title, suffix_after

_EMPTY_LINES = re.compile(r"\n(?:[ \t]*+\n){2,}+")  # each line is looked at by many rules; millions may be empty

LARGEST = 16 * 2**20  # bytes; a year of a daily paper has less


def read_text(location: Location) -> Iterator[Article | Refusal]:
    """The article of a .txt file, or a Refusal that says why there is none. Raises OSError."""
    with location.open() as stream:
        data = stream.read(LARGEST + 1)
    try:
        text = _decode(data)
        export = export_of_text(text)
        if export is None:
            yield article_of_text(text, location)
    except NotTextError as error:
        yield Refusal(location.shown, str(error))
    else:
        yield from finished(list(export), location) if export else ()


def draft_of_text(text: str) -> Draft:
    """What a text alone says of its article, as of a page whose text a tool has taken out. Raises NotTextError."""
    parts = _take_apart(normalise_newlines(text))
    return Draft(
        title=parts.title, body=parts.body, before=parts.before, stamp=parts.stamp.published, credit=parts.source
    )


def _decode(data: bytes) -> str:
    if len(data) > LARGEST:
        raise NotTextError("trop gros pour un article : le couper, un article par fichier")
    if not data.strip():
        raise NotTextError("fichier vide")
    if other := sniff(data[:HEAD]):
        raise NotTextError(f"pas du texte, mais le contenu d’un fichier {other}")
    text = without_breaks(unicodedata.normalize("NFC", mended(normalise_newlines(decode(data)))))
    return _EMPTY_LINES.sub("\n\n", text)


class _Parts(msgspec.Struct):
    """The parts of a text; `before` is the whole text where some lines were boilerplate."""

    title: str
    source: str | None
    stamp: Stamp
    credit: Credit | None
    body: str
    before: str | None


def article_of_text(text: str, location: Location) -> Article:
    """The article of a text with its title on the first line. Raises NotTextError where there is none."""
    leading, text = leading_date(text)
    parts = _take_apart(text)
    chosen = choose_date(
        (leading or parts.stamp.published, Origin.TEXT),
        (file_name_date(location.name), Origin.FILE_NAME),
        date_from_folders(location),
    )
    opening = dateline(parts.body.split("\n", 20)[:20])
    chosen = choose_with_dateline(chosen, opening.date, parts.stamp.updated)
    date, date_origin = choose_date(chosen, date_from_file_time(location))
    source, source_origin = choose_source(
        (parts.source, Origin.TEXT),
        (parts.credit and parts.credit.source, Origin.TEXT),
        (opening.agency, Origin.TEXT),
        source_from_path(location),
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
        format="texte",
        cuts=known_cuts(parts.before, parts.body),
    )


def _take_apart(text: str) -> _Parts:
    """The parts of a text. Raises NotTextError where nothing but boilerplate is in it."""
    kept, before = without_boilerplate(text)
    lines, stamp_found = extract_stamp(kept)
    lines, credit_found = extract_credit(lines)
    first = next((strip_blanks(line) for line in lines if strip_blanks(line)), None)
    if first is None:
        raise NotTextError("aucun texte d’article")
    if not is_title(first):
        return _Parts(title_of_paragraph(first), None, stamp_found, credit_found, join(lines), before)
    title, source = split_title(first)
    lines = without_title(lines, (first, title))
    source = source or suffix_after(title, strip_blanks(lines[0]) if lines else "")
    lines = without_title(lines, (f"{title} {source}",)) if source else lines
    return _Parts(title, source, stamp_found, credit_found, join(lines), before)
