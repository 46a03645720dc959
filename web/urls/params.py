"""The parameters of a search, in one table: from a URL to a SearchRequest, and back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final, NamedTuple, get_args

import msgspec
from werkzeug.datastructures import MultiDict

from kiosque.search import RequestError, SearchRequest
from kiosque.search.model import Copies, Match, Sort

Values = list[str]
ISO_DATE: Final = re.compile(r"\d{4}(-\d{2}){0,2}", re.ASCII)


class Parameter(NamedTuple):
    """One row: its name in a URL, its field in a SearchRequest, and how its values are read."""

    name: str
    field: str
    read: Callable[[str, Values], Any]
    api_only: bool = False


def _text(name: str, values: Values) -> str:
    return values[0]


def _texts(name: str, values: Values) -> list[str]:
    return list(dict.fromkeys(value for value in values if value))


def number(name: str, values: Values) -> int:
    """A reader of whole numbers from 1 on."""
    if not re.fullmatch(r"0*[1-9][0-9]{0,8}", values[0]):
        raise RequestError(
            name, f"«\u00a0{name}\u00a0» doit être un nombre entier à partir de 1, et non «\u00a0{values[0]}\u00a0»."
        )
    return int(values[0])


def _day(name: str, values: Values) -> str | None:
    text = values[0].strip()
    if text and not _is_date(text):
        raise RequestError(
            name,
            f"«\u00a0{text}\u00a0» n’est pas une date\u00a0: écrivez 2022, 2022-01 ou 2022-01-19 (année, mois, jour).",
        )
    return text or None


def _is_date(text: str) -> bool:
    """Whether `text` is a date that exists, of day, month or year precision."""
    if not ISO_DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return False
    return True


def _flag(name: str, values: Values) -> bool:
    if values[0] not in ("", "0", "1"):
        raise RequestError(name, f"«\u00a0{name}\u00a0» vaut 1 ou 0, et non «\u00a0{values[0]}\u00a0».")
    return values[0] == "1"


def one_of(choices: tuple[str, ...]) -> Callable[[str, Values], str]:
    """A reader that lets only these through."""

    def read(name: str, values: Values) -> str:
        if values[0] not in choices:
            raise RequestError(
                name, f"«\u00a0{name}\u00a0» vaut {', '.join(choices)}, et non «\u00a0{values[0]}\u00a0»."
            )
        return values[0]

    return read


PARAMETERS: Final = (
    Parameter("q", "q", _text),
    Parameter("source", "sources", _texts),
    Parameter("from", "since", _day),
    Parameter("to", "until", _day),
    Parameter("undated", "undated", _flag),
    Parameter("sort", "sort", one_of(get_args(Sort))),
    Parameter("copies", "copies", one_of(get_args(Copies))),
    Parameter("page", "page", number),
    Parameter("size", "size", number, api_only=True),
    Parameter("match", "match", one_of(get_args(Match)), api_only=True),
)
PARAMETER_OF_FIELD: Final = {row.field: row.name for row in PARAMETERS}
DEFAULT: Final = SearchRequest()


def read_request(args: MultiDict[str, str], *, api: bool = False) -> SearchRequest:
    """The search that a URL asks for; RequestError, in French, names the parameter that cannot be read.

    Unknown parameters are left alone: `?utm_source=` on a shared link must not break it.
    """
    rows = [row for row in PARAMETERS if row.name in args and (api or not row.api_only)]
    return SearchRequest(**{row.field: row.read(row.name, args.getlist(row.name)) for row in rows})


def arguments(request: SearchRequest) -> Mapping[str, Any]:
    """The arguments of the canonical URL of `request`: what is as by default is left out."""
    pairs = {row.name: getattr(request, row.field) for row in PARAMETERS}
    defaults = {row.name: getattr(DEFAULT, row.field) for row in PARAMETERS}
    return {name: _written(value) for name, value in pairs.items() if value != defaults[name]}


def _written(value: Any) -> Any:
    return "1" if value is True else value


def changed(request: SearchRequest, **changes: Any) -> SearchRequest:
    """`request` with other fields, from its first page."""
    return msgspec.structs.replace(request, **{"page": 1, **changes})


def is_blank(request: SearchRequest) -> bool:
    """Whether nothing is asked: no word, no filter. Such a request shows the start page."""
    return not request.q.strip() and not is_filtered(request) and request.page == 1


def is_filtered(request: SearchRequest) -> bool:
    """Whether a source or a date narrows the search."""
    return bool(request.sources or request.since or request.until or request.undated)
