"""The parameters of a request, one row each: URLs, the API's description and the command line are made from them.

A new parameter of a search is a field of SearchRequest, a row of PARAMETERS, and what uses it. Those of facets come
from their own table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final, Literal, NamedTuple, get_args

from kiosque.corpus.french import number, typeset
from kiosque.search.counts.trends import MOST_QUERIES
from kiosque.search.errors import RequestError
from kiosque.search.facet_table import MOST_WANTED, VALUED
from kiosque.search.model import Copies, Match, SearchRequest, Sort, Unit

Kind = Literal["text", "texts", "date", "flag", "choice", "number"]
ISO_DATE: Final = re.compile(r"\d{4}(-\d{2}){0,2}", re.ASCII)
NUMBER: Final = re.compile(r"0*[1-9][0-9]{0,8}")

MOST_HITS: Final = 100
"""Hits on one page."""

MOST_OFFERED: Final = 20
"""Suggestions, or similar articles, at a time."""

MOST_PAGES: Final = 999_999_999
"""Nine digits: more than any index has pages, and far below what an int64 holds."""


class Parameter(NamedTuple):
    """A row: the name in a URL (`--name` on the command line), the field of the request, and its help in French.

    `most` is the greatest number, or the most values where it repeats. `on_page` is False for what the API and the
    command line take, and the result page does not.
    """

    name: str
    field: str
    kind: Kind
    french: str
    choices: tuple[str, ...] = ()
    most: int | None = None
    on_page: bool = True

    @property
    def help(self) -> str:
        """The help with its no-break spaces."""
        return typeset(self.french)

    def read(self, values: Sequence[str]) -> Any:
        """The field's value; RequestError, in French, where the texts cannot be read."""
        return READERS[self.kind](self, values)


def _text(row: Parameter, values: Sequence[str]) -> str:
    return values[0]


def _texts(row: Parameter, values: Sequence[str]) -> list[str]:
    found = list(dict.fromkeys(value for value in values if value))
    if row.most and len(found) > row.most:
        raise RequestError(
            row.name, f"« {row.name} » se répète {row.most} fois au plus : retirez-en {number(len(found) - row.most)}."
        )
    return found


def _date(row: Parameter, values: Sequence[str]) -> str | None:
    text = values[0].strip()
    if text and not _is_date(text):
        raise RequestError(
            row.name, f"« {text} » n’est pas une date : écrivez 2022, 2022-01 ou 2022-01-19 (année, mois, jour)."
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


def _flag(row: Parameter, values: Sequence[str]) -> bool:
    if values[0] not in ("", "0", "1"):
        raise RequestError(row.name, f"« {row.name} » vaut 1 ou 0, et non « {values[0]} ».")
    return values[0] == "1"


def _choice(row: Parameter, values: Sequence[str]) -> str:
    if values[0] not in row.choices:
        raise RequestError(row.name, f"« {row.name} » vaut {', '.join(row.choices)}, et non « {values[0]} ».")
    return values[0]


def _number(row: Parameter, values: Sequence[str]) -> int:
    if not NUMBER.fullmatch(values[0]):
        raise RequestError(
            row.name, f"« {row.name} » doit être un nombre entier à partir de 1, et non « {values[0]} »."
        )
    return int(values[0])


READERS: Final[dict[Kind, Callable[[Parameter, Sequence[str]], Any]]] = {
    "text": _text,
    "texts": _texts,
    "date": _date,
    "flag": _flag,
    "choice": _choice,
    "number": _number,
}

FACET_PARAMETERS: Final = tuple(
    Parameter(row.column, row.field, "texts", f"{row.help}, {MOST_WANTED} fois au plus", most=MOST_WANTED)
    for row in VALUED
)
DATES: Final = (
    Parameter("from", "since", "date", "première date : année, mois ou jour (2022, 2022-01, 2022-01-19)"),
    Parameter("to", "until", "date", "dernière date, comprise"),
)
MATCH: Final = Parameter(
    "match", "match", "choice", "all : tous les mots ; any : un seul suffit", get_args(Match), on_page=False
)

PARAMETERS: Final = (
    Parameter("q", "q", "text", "la requête, comme on l’écrit dans le champ de recherche ; vide : tous les articles"),
    *FACET_PARAMETERS,
    *DATES,
    Parameter("undated", "undated", "flag", "seulement les articles sans date"),
    Parameter("sort", "sort", "choice", "l’ordre : relevance, newest ou oldest", get_args(Sort)),
    Parameter(
        "copies",
        "copies",
        "choice",
        "grouped : un texte que plusieurs titres ont repris n’est montré qu’une fois ; all : chaque article",
        get_args(Copies),
    ),
    Parameter("page", "page", "number", "la page, à partir de 1", most=MOST_PAGES),
    Parameter(
        "size", "size", "number", f"articles par page, {SearchRequest().size} sinon", most=MOST_HITS, on_page=False
    ),
    MATCH,
)
"""Fields of SearchRequest."""

TREND_PARAMETERS: Final = (
    Parameter("q", "queries", "texts", f"une recherche ; répétable, {MOST_QUERIES} au plus", most=MOST_QUERIES),
    *FACET_PARAMETERS,
    *DATES,
    Parameter(
        "unit",
        "unit",
        "choice",
        "compter par year, month ou day ; sans lui, l’étendue des dates décide",
        get_args(Unit),
    ),
    Parameter("by_source", "by_source", "flag", "les premières sources, chacune à part"),
    MATCH,
)
"""Fields of TrendsRequest."""
