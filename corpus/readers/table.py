"""CSV and TSV: one article a row, under a first row that names the columns."""

from __future__ import annotations

import csv
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterator
from io import BufferedReader, TextIOWrapper
from itertools import chain, islice
from typing import AnyStr, Protocol

from kiosque.corpus.article import Article
from kiosque.corpus.clean.lines import decode_line
from kiosque.corpus.draft.draft import finish
from kiosque.corpus.draft.field_map import field_map
from kiosque.corpus.location import Location
from kiosque.corpus.refusal import Refusal, Unreadable

LONGEST = 16 * 2**20
"""Bytes of a line and characters of a cell; a quotation mark that is never closed stops here."""

_DELIMITERS = ";\t,|"
_SAMPLE = 100  # lines that tell how a table is written
_OPENED = re.compile(r'(?:^|\t)"', re.MULTILINE)
_CLOSED = re.compile(r'"(?=\t|\r?$)', re.MULTILINE)
_SEP = re.compile(r"sep=(.)\s*", re.IGNORECASE)  # Excel's hint to itself, in a line above the column names


class _Rows(Protocol):
    """The type of csv.reader, whose name csv does not export."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


def read_table(location: Location) -> Iterator[Article | Refusal]:
    """The articles of a .csv or .tsv file, and a Refusal for each row that gives none. Raises OSError."""
    csv.field_size_limit(LONGEST)
    with location.open() as stream:
        lines = _Lines(stream)
        try:
            yield from _read(_rows(iter(lines)), location)
            if lines.is_open():
                yield Refusal(location.shown, "guillemet jamais fermé : le dernier article en contient d’autres")
        except (csv.Error, Unreadable) as error:
            yield Refusal(location.shown, _explain(error))


def _rows(lines: Iterator[str]) -> _Rows:
    head = list(islice(lines, _SAMPLE))
    sep = _SEP.fullmatch(head[0]) if head else None
    return csv.reader(chain(head[1:] if sep else head, lines), _dialect(head, sep[1] if sep else None))


def _read(rows: _Rows, location: Location) -> Iterator[Article | Refusal]:
    names = [name.strip() for name in next(rows, [])]
    fields = field_map(location.settings.fields)
    if not fields.knows(names):
        raise Unreadable("première ligne sans colonne connue : les nommer (titre, texte, date, source)")
    for number, row in enumerate(rows, 1):
        if not any(map(str.strip, row)):
            continue
        try:
            if any(map(str.strip, row[len(names) :])):  # a delimiter in a text without quotation marks has cut it
                raise Unreadable("plus de cellules que de colonnes : mettre les textes entre guillemets")
            yield finish(fields.draft(dict(zip(names, row, strict=False))), location, number)
        except Unreadable as error:
            yield Refusal(location.shown, str(error), rows.line_num)


def _explain(error: Exception) -> str:
    if isinstance(error, Unreadable):
        return str(error)
    return "guillemet jamais fermé ou cellule trop longue : la suite du tableau n’est pas lue"


def _dialect(head: list[str], delimiter: str | None) -> type[csv.Dialect]:
    """How the table is written: by its first row, and for tabs by whether its quotation marks come in pairs."""

    class Dialect(csv.excel):
        pass

    names = head[0] if head else ""
    Dialect.delimiter = delimiter or max(_DELIMITERS, key=names.count)
    if Dialect.delimiter == "\t" and not _is_quoted("".join(head)):
        Dialect.quoting = csv.QUOTE_NONE  # as databases write it, where a quotation mark is only that
    return Dialect


def _is_quoted(text: str) -> bool:
    opened, closed = _OPENED.findall(text), _CLOSED.findall(text)
    return 0 < len(opened) <= len(closed)


def _whole(readline: Callable[[int], AnyStr]) -> Iterator[AnyStr]:
    """All lines. Raises csv.Error at one that is longer than LONGEST."""
    while line := readline(LONGEST + 1):
        if len(line) > LONGEST:
            raise csv.Error("line too long")
        yield line


class _Lines:
    """The lines of a table, whatever its encoding; one that is too long ends the table."""

    def __init__(self, stream: BufferedReader) -> None:
        self._stream = stream
        self._marks = self._since = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._decoded():
            marks = line.count('"')
            self._since = self._since + 1 if not marks else 0
            self._marks += marks
            yield line.replace("\0", "")

    def is_open(self) -> bool:
        """Whether a quotation mark is left open, with lines below it that have none."""
        return self._marks % 2 == 1 and self._since > 0

    def _decoded(self) -> Iterator[str]:
        utf_16 = self._stream.read(2) in (BOM_UTF16_LE, BOM_UTF16_BE)
        self._stream.seek(0)
        if utf_16:  # as Excel writes "Unicode text"
            wide = TextIOWrapper(self._stream, "utf-16", "replace", newline="\n")
            yield from _whole(wide.readline)
            wide.detach()  # it would close the stream
            return
        for line in _whole(self._stream.readline):
            yield decode_line(line.removeprefix(BOM_UTF8))
