"""Spreadsheets of Excel and LibreOffice: one article a row, of every sheet that names its columns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, XmlError, ZipError

from kiosque.corpus.article import Article
from kiosque.corpus.draft.draft import finish
from kiosque.corpus.draft.field_map import FieldMap, field_map
from kiosque.corpus.location import Location
from kiosque.corpus.packed.zip_parts import document
from kiosque.corpus.refusal import Refusal, Unreadable

LARGEST = 64 * 2**20
"""Bytes of a file; a table of a million articles is a matter for CSV."""

MOST_CELLS = 10_000_000
_TOP = 20  # rows above the names of the columns: a title, the day of the export
_ERRORS = (CalamineError, PasswordError, XmlError, ZipError)


def read_spreadsheet(location: Location) -> Iterator[Article | Refusal]:
    """The articles of an .xlsx, .ods or .xls file, and a Refusal for each row that gives none. Raises OSError."""
    fields = field_map(location.settings.fields)
    tables = list(_tables(location, fields))
    if not tables:
        raise Unreadable("classeur sans colonne connue : les nommer (titre, texte, date, source)")
    for sheet, names, rows in tables:
        place = sheet if len(tables) > 1 else None
        for number, row in rows:
            yield _read(dict(zip(names, row, strict=False)), location, fields, number, place)


def _tables(location: Location, fields: FieldMap) -> Iterator[tuple[str, list[str], list[tuple[int, list[str]]]]]:
    """The sheets that name columns: their name, the names, and the rows that are not empty, with their numbers."""
    book = _workbook(location)
    for name in book.sheet_names:
        rows = _rows(book, name)
        head = next(
            (place for place, row in enumerate(rows[:_TOP]) if fields.knows(row) and sum(map(bool, row)) > 1), None
        )
        if head is not None:
            yield (
                name,
                rows[head],
                [(number, row) for number, row in enumerate(rows, 1) if number > head + 1 and any(row)],
            )


def _workbook(location: Location) -> CalamineWorkbook:
    data = location.read(LARGEST)
    if data.startswith(b"PK"):
        with document(location):  # refuses bombs
            pass
    try:
        return CalamineWorkbook.from_filelike(BytesIO(data))
    except PasswordError as error:
        raise Unreadable("classeur protégé : l’enregistrer sans mot de passe") from error
    except _ERRORS as error:
        raise Unreadable("classeur abîmé : le rouvrir et l’enregistrer de nouveau, ou en CSV") from error


def _rows(book: CalamineWorkbook, name: str) -> list[list[str]]:
    try:
        sheet: CalamineSheet = book.get_sheet_by_name(name)
        if sheet.height * sheet.width > MOST_CELLS:
            raise Unreadable("classeur de plus de dix millions de cellules : l’enregistrer en CSV")
        return [list(map(_text, row)) for row in sheet.iter_rows()]
    except _ERRORS:
        return []  # a sheet of a chart


def _text(cell: object) -> str:
    """A cell as it is written: a day without its midnight, a number without ".0"."""
    if isinstance(cell, datetime) and not (cell.hour or cell.minute or cell.second):
        return cell.date().isoformat()
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def _read(
    record: dict[str, str], location: Location, fields: FieldMap, number: int, sheet: str | None
) -> Article | Refusal:
    try:
        return finish(fields.draft(record), location, number)
    except Unreadable as error:
        return Refusal(location.part(sheet), str(error), number)
