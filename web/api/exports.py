"""Exports: a whole result, written article by article while it is sent."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple

import msgspec
from flask import Blueprint, Response, request
from unidecode import unidecode

from kiosque.corpus.french import typeset
from kiosque.search import RequestError, SearchRequest
from kiosque.search.model import Article
from kiosque.web.api.citations import CITATIONS, bibtex, ris
from kiosque.web.engine import engine
from kiosque.web.problems import UnknownArticleError
from kiosque.web.urls.params import read_request

exports = Blueprint("exports", __name__)

BATCH: Final = 64
"""Articles per chunk; smaller chunks cost more in system calls."""

BROKEN: Final = typeset('\n"*** Export interrompu : la suite manque. Recommencez. ***')
"""Neither a row of CSV, as its quote is never closed, nor JSON, nor a record of RIS or BibTeX."""

FIELDS: Final = ("id", "title", "source", "date", "author", "section", "url", "source_origin", "date_origin", "body")
FORMULA: Final = re.compile(r"[\s\ufeff]*[=+\-@\t\r＝＋－＠]")
"""The start of a cell that a spreadsheet runs instead of showing (OWASP, "CSV injection")."""

INNER_FORMULA: Final = re.compile(r"(?P<border>[;\t\r\n][^\S\r\n]*)(?=[=+@＝＋＠]|[-－][^\W_])")
"""The same inside a cell, after what French Excel takes for the end of a cell or row; "- Bonjour" is a dialogue."""


def as_csv(articles: Iterable[Article]) -> Iterator[str]:
    """A table with a header, safe for spreadsheets: a byte order mark, and no cell is a formula."""
    yield "\ufeff" + _row(FIELDS)
    for article in articles:
        yield _row([defused(getattr(article, name)) for name in FIELDS])


def _row(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def defused(value: str | None) -> str:
    """A cell that a spreadsheet shows and does not run, also where it takes ; or tabs for separators, as in French."""
    text = INNER_FORMULA.sub(r"\g<border>'", (value or "").replace("\x00", ""))
    return f"'{text}" if FORMULA.match(text) else text


def as_json_lines(articles: Iterable[Article]) -> Iterator[str]:
    """One article a line, as the API has it; `python -m index build` reads it back."""
    return (msgspec.json.encode(article).decode() + "\n" for article in articles)


class Format(NamedTuple):
    """A format of a whole result."""

    label: str
    write: Callable[[Iterable[Article]], Iterator[str]]
    mimetype: str


FORMATS: Final = {
    "csv": Format("CSV", as_csv, "text/csv"),
    "jsonl": Format("JSON Lines", as_json_lines, "application/x-ndjson"),
    "ris": Format("RIS", lambda articles: map(ris, articles), CITATIONS["ris"].mimetype),
    "bib": Format("BibTeX", lambda articles: map(bibtex, articles), CITATIONS["bibtex"].mimetype),
}
"""By their suffix in a URL."""


@exports.get("/search.<any(csv, jsonl, ris, bib):suffix>")
@exports.get("/api/v1/search.<any(csv, jsonl, ris, bib):suffix>", endpoint="api")
def whole(suffix: str) -> Response:
    """Every article of a result in its order, streamed. `Kiosque-Total` says how many there are."""
    asked, kind = read_request(request.args, api=True), FORMATS[suffix]
    export = engine().export(asked)
    response = Response(_batched(kind.write(export.articles)), content_type=f"{kind.mimetype}; charset=utf-8")
    response.headers["Kiosque-Total"] = str(export.total)
    response.headers["Content-Disposition"] = f'attachment; filename="{_name(asked)}.{suffix}"'
    return response


def _batched(records: Iterator[str]) -> Iterator[bytes]:
    """The records in chunks. The server ends an answer properly even where its articles cannot be read to the last:
    BROKEN then tells people, and programs cannot read it."""
    try:
        while batch := "".join(islice(records, BATCH)):
            yield batch.encode("utf-8", "replace")
    except Exception:
        yield BROKEN.encode()
        raise


def _name(asked: SearchRequest) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", unidecode(asked.q).lower()).strip("-")[:60].strip("-")
    return f"kiosque-{words}" if words else "kiosque"


@exports.get("/citations/<id:article_id>")
@exports.get("/api/v1/citations/<id:article_id>", endpoint="api_citation")
def citation(article_id: str) -> Response:
    """How to cite an article, in the format that `format` names."""
    name = request.args.get("format", "text")
    if name not in CITATIONS:
        raise RequestError("format", f"« format » vaut {', '.join(CITATIONS)}, et non « {name} ».")
    view = engine().article(article_id)
    if view is None:
        raise UnknownArticleError(article_id)
    kind = CITATIONS[name]
    response = Response(kind.write(view.article), content_type=f"{kind.mimetype}; charset=utf-8")
    if name != "text":
        response.headers["Content-Disposition"] = f'attachment; filename="article.{kind.suffix}"'
    return response
