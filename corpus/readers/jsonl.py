"""JSON lines: one article a line, with its metadata, taken as it is."""

from __future__ import annotations

import gzip
import re
import zlib
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import msgspec

from kiosque.corpus.article import Article, Origin
from kiosque.corpus.clean.lines import decode_line, normalise_newlines
from kiosque.corpus.clean.mojibake import mended
from kiosque.corpus.dates.metadata_dates import read_date
from kiosque.corpus.dates.stamp import Dated, choose_date
from kiosque.corpus.draft.draft import Draft, finish
from kiosque.corpus.draft.field_map import field_map
from kiosque.corpus.draft.title import title_of_paragraph
from kiosque.corpus.location import Location
from kiosque.corpus.packed.blocks import LONGEST_LINE, Lines, Stream, line_blocks
from kiosque.corpus.packed.unpacking import GuardedGzip
from kiosque.corpus.refusal import Refusal, Unreadable
from kiosque.corpus.sources.from_path import date_from_file_time, date_from_folders, source_from_path
from kiosque.corpus.sources.source import Sourced, choose_source


class Row(msgspec.Struct, gc=False):
    """The fields that a line may have; others are passed over."""

    id: str | int | None = None
    title: str | None = None
    body: str | None = None
    source: str | None = None
    date: str | None = None
    url: str | None = None
    author: str | list[str] | None = None
    section: str | None = None


FORMAT = "JSON lines"
NOT_AN_OBJECT = 'pas un objet JSON : écrire chaque article {"title": …, "body": …}'
_decoder = msgspec.json.Decoder(Row)


def cut_json_lines(location: Location) -> Iterator[Lines | Refusal]:
    """A .jsonl file in blocks of about BLOCK bytes. Raises OSError."""
    with location.open() as stream:
        yield from _cut(stream, location)


def cut_gzipped_json_lines(location: Location) -> Iterator[Lines | Refusal]:
    """As `cut_json_lines`; where the gzip stream breaks or is a bomb, a last Refusal says so. Raises OSError."""
    with location.open() as raw, GuardedGzip(raw) as stream:
        try:
            yield from _cut(stream, location)
        except EOFError:
            yield Refusal(location.shown, "archive gzip tronquée : la récupérer de nouveau pour lire la suite")
        except (gzip.BadGzipFile, zlib.error):
            yield Refusal(location.shown, "archive gzip abîmée : la récupérer de nouveau pour lire la suite")
        except Unreadable as error:
            yield Refusal(location.shown, str(error))


def read_json_lines(location: Location) -> Iterator[Article | Refusal]:
    """The articles of a .jsonl file, and a Refusal for each line that gives none. Raises OSError."""
    return _read(cut_json_lines(location))


def read_gzipped_json_lines(location: Location) -> Iterator[Article | Refusal]:
    """As `read_json_lines`; where the gzip stream breaks, a last Refusal says so. Raises OSError."""
    return _read(cut_gzipped_json_lines(location))


def _read(blocks: Iterator[Lines | Refusal]) -> Iterator[Article | Refusal]:
    for block in blocks:
        if isinstance(block, Refusal):
            yield block
        else:
            yield from read_lines(block)


def read_lines(lines: Lines) -> Iterator[Article | Refusal]:
    """The articles of these lines, and a Refusal for each that gives none."""
    folders, rows = _folders(lines.location), lines.data.split(b"\n")
    for number, line in enumerate(rows if _is_utf8(lines.data) else map(_utf8, rows), lines.first):
        if line and not line.isspace():
            yield _read_line(line, number, lines.location, folders)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _utf8(line: bytes) -> bytes:
    return line if _is_utf8(line) else decode_line(line).encode()


def _cut(stream: Stream, location: Location) -> Iterator[Lines | Refusal]:
    number = 1
    for data in line_blocks(stream):
        if number == 1 and data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
            yield Refusal(location.shown, "encodé en UTF-16 : le convertir en UTF-8")
            return
        yield Lines(location, number, data)
        number += data.count(b"\n")
    if number == 1 and not stream.tell():
        yield Refusal(location.shown, "fichier vide")


def _read_line(line: bytes, number: int, location: Location, folders: Folders) -> Article | Refusal:
    try:
        if len(line) > LONGEST_LINE:
            raise ValueError("ligne trop longue pour un article : la couper")
        return _article_of_line(line.removeprefix(BOM_UTF8), number, location, folders)
    except ValueError as error:
        return Refusal(location.shown, str(error), number)


def _article_of_line(line: bytes, number: int, location: Location, folders: Folders) -> Article:
    """The article of a line. Raises ValueError with a reason for people."""
    fields = field_map(location.settings.fields)
    try:
        row = _decoder.decode(line)
    except msgspec.ValidationError as error:
        if draft := fields.foreign_draft(line, Row.__struct_fields__, valid=False):
            return _finished(draft, number, location)
        raise ValueError(_explain(str(error))) from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError("JSON illisible : corriger la ligne, ou l’exporter de nouveau") from error
    if row.title and row.body and row.source and row.date and not fields.is_own:
        return _article(row, number, location, folders)
    draft = fields.foreign_draft(line, Row.__struct_fields__)
    return _finished(draft, number, location) if draft else _article(row, number, location, folders)


def _finished(draft: Draft, number: int, location: Location) -> Article:
    return msgspec.structs.replace(finish(draft, location, number), format=FORMAT)


def _explain(message: str) -> str:
    """msgspec's "Expected `str | null`, got `int` - at `$.title`", for people."""
    field = re.search(r"`\$\.(\w+)", message)
    return f"champ « {field[1]} » : texte attendu" if field else NOT_AN_OBJECT


class Folders(NamedTuple):
    """What folders, settings and the file itself say of its articles."""

    date: Dated
    source: Sourced
    formats: tuple[str, ...]


def _folders(location: Location) -> Folders:
    date = choose_date(date_from_folders(location), date_from_file_time(location))
    return Folders(date, source_from_path(location), location.settings.date_formats)


def _article(row: Row, number: int, location: Location, folders: Folders) -> Article:
    title, body = _text(row.title) or "", _text(row.body) or ""
    if not title and not body:
        raise ValueError("ni titre ni texte (champs « title » et « body »)")
    date, date_origin = _date(row.date, folders.date, folders.formats)
    source, source_origin = _source(row.source, folders.source)
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
        format=FORMAT,
    )


@lru_cache(maxsize=1 << 14)
def _date(written: str | None, from_path: Dated, formats: tuple[str, ...]) -> Dated:
    """The file's own name says nothing: "2022-01-19_export.jsonl" is the day of the export."""
    return choose_date((read_date(written, formats), Origin.METADATA), from_path)


@lru_cache(maxsize=1 << 14)
def _source(written: str | None, from_path: Sourced) -> Sourced:
    return choose_source((_text(written), Origin.METADATA), from_path)


def _text(value: str | None) -> str | None:
    """The value, mended, with normalised newlines and without blanks around it; None where nothing is left."""
    if not value:
        return None
    # "Ã©", "l\x92été": no damage is long without an é or an apostrophe, and these looks cost a tenth of `mended`.
    damaged = "Ã" in value or "\x92" in value or "\x9c" in value
    return normalise_newlines(mended(value) if damaged else value).strip() or None


def _author(value: str | list[str] | None) -> str | None:
    return _text(", ".join(value)) if isinstance(value, list) else _text(value)
