"""JSON lines: one article a line, with its metadata, taken as it is."""

from __future__ import annotations

import gzip
import re
import zlib
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from functools import lru_cache
from io import BufferedIOBase
from typing import NamedTuple

import msgspec

from corpus.article import Article, Origin
from corpus.cleaning import decode_line, normalise_newlines
from corpus.date_forms import read_date
from corpus.dating import choose_date, folder_date
from corpus.draft import finish
from corpus.field_map import foreign_draft
from corpus.location import Location
from corpus.refusal import Refusal
from corpus.sourcing import choose_source, folder_source
from corpus.titling import title_of_paragraph

LONGEST_LINE = 64 * 2**20  # bytes; keeps memory flat even on a file without any line feed


class Row(msgspec.Struct):
    """The fields that a line may have; others are passed over."""

    id: str | int | None = None
    title: str | None = None
    body: str | None = None
    source: str | None = None
    date: str | None = None
    url: str | None = None
    author: str | list[str] | None = None
    section: str | None = None


_decoder = msgspec.json.Decoder(Row)


def read_json_lines(location: Location) -> Iterator[Article | Refusal]:
    """The articles of a .jsonl file, and a Refusal for each line that gives none. Raises OSError."""
    with location.open() as stream:
        yield from _read(stream, location)


def read_gzipped_json_lines(location: Location) -> Iterator[Article | Refusal]:
    """As `read_json_lines`; where the gzip stream breaks, a last Refusal says so. Raises OSError."""
    with location.open() as raw, gzip.GzipFile(fileobj=raw) as stream:
        try:
            yield from _read(stream, location)
        except EOFError:
            yield Refusal(location.shown, "archive gzip tronquée\u00a0: les lignes complètes sont lues, pas la suite")
        except (gzip.BadGzipFile, zlib.error):
            yield Refusal(location.shown, "archive gzip abîmée\u00a0: la suite est illisible")


def _read(stream: BufferedIOBase, location: Location) -> Iterator[Article | Refusal]:
    number = 0
    for number, line in enumerate(_lines(stream), start=1):
        if number == 1 and line.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
            yield Refusal(location.shown, "encodé en UTF-16\u00a0: le convertir en UTF-8")
            return
        if line.strip():
            yield _read_line(line, number, location)
    if number == 0:
        yield Refusal(location.shown, "fichier vide")


def _lines(stream: BufferedIOBase) -> Iterator[bytes]:
    """The lines; of one that is too long only the start, one byte longer than what is accepted."""
    while line := stream.readline(LONGEST_LINE + 1):
        rest = line
        while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
            rest = stream.readline(LONGEST_LINE + 1)
        yield line


def _read_line(line: bytes, number: int, location: Location) -> Article | Refusal:
    try:
        if len(line) > LONGEST_LINE:
            raise ValueError("ligne trop longue pour un article")
        return _read_text(decode_line(line.removeprefix(BOM_UTF8)), number, location)
    except ValueError as error:
        return Refusal(location.shown, str(error), number)


def _read_text(text: str, number: int, location: Location) -> Article:
    """The article of a line. Raises ValueError with a reason for people."""
    try:
        row = _decoder.decode(text)
    except msgspec.ValidationError as error:
        if draft := foreign_draft(text, Row.__struct_fields__, valid=False):
            return finish(draft, location, number)
        raise ValueError(_explain(str(error))) from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError("JSON illisible") from error
    if row.title and row.body and row.source and row.date:
        return _article(row, number, location)
    draft = foreign_draft(text, Row.__struct_fields__)
    return finish(draft, location, number) if draft else _article(row, number, location)


def _explain(message: str) -> str:
    """msgspec's "Expected `str | null`, got `int` - at `$.title`", for people."""
    field = re.search(r"`\$\.(\w+)", message)
    return f"champ «\u00a0{field[1]}\u00a0»\u00a0: texte attendu" if field else "pas un objet JSON"


class Folders(NamedTuple):
    """What the folders of a file say of its articles."""

    date: str | None
    source: str | None


@lru_cache(maxsize=1)
def _folders(location: Location) -> Folders:
    """Asked for each line of one file, found once."""
    return Folders(folder_date(location.folders), folder_source(location.folders))


def _article(row: Row, number: int, location: Location) -> Article:
    found = _folders(location)
    title, body = _text(row.title) or "", _text(row.body) or ""
    if not title and not body:
        raise ValueError("ni titre ni texte (champs «\u00a0title\u00a0» et «\u00a0body\u00a0»)")
    # The file's own name says nothing: "2022-01-19_export.jsonl" is the day of the export.
    date, date_origin = choose_date((read_date(row.date), Origin.METADATA), (found.date, Origin.FOLDER))
    source, source_origin = choose_source((_text(row.source), Origin.METADATA), (found.source, Origin.FOLDER))
    return Article(
        id=_text(str("" if row.id is None else row.id)) or f"{location.id}:{number}",
        title=title or title_of_paragraph(body),
        body=body,
        source=source,
        source_origin=source_origin,
        date=date,
        date_origin=date_origin,
        url=_text(row.url),
        author=_author(row.author),
        section=_text(row.section),
        format="JSON lines",
    )


def _text(value: str | None) -> str | None:
    """The value with normalised newlines and without blanks around it; None where nothing is left."""
    return normalise_newlines(value).strip() or None if value else None


def _author(value: str | list[str] | None) -> str | None:
    return _text(", ".join(value)) if isinstance(value, list) else _text(value)
