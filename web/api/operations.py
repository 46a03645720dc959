"""The API in one table: what openapi.json and the page of the API are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import msgspec

from kiosque.corpus.french import typeset
from kiosque.search import SearchPage, SearchRequest
from kiosque.search.counts.trends import Trends, TrendsRequest
from kiosque.search.model import ArticleView, Corpus, Explanation, Hit, Stats, Suggestion
from kiosque.search.parameters import MOST_OFFERED, PARAMETERS, TREND_PARAMETERS, Kind, Parameter
from kiosque.search.settings import Settings
from kiosque.web.api.citations import CITATIONS
from kiosque.web.api.exports import FORMATS

YEAR: Final = "([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
DATE: Final = {
    "anyOf": [
        {"type": "string", "format": "date"},
        {"type": "string", "pattern": f"^{YEAR}(-(0[1-9]|1[0-2]))?$"},
        {"type": "string", "maxLength": 0},
    ],
    "examples": ["2022-01"],
}
FLAG: Final = {"type": "string", "enum": ["0", "1", ""], "default": "0"}
TEXT: Final = {"type": "string"}
NO_LINE: Final = {"type": "string", "minLength": 1, "pattern": "^[^\\n\\r]+$"}


class Described(NamedTuple):
    """A parameter of an operation as OpenAPI has it: name, description, schema, and where it is (`in`)."""

    name: str
    help: str
    schema: dict[str, Any]
    place: str = "query"


def _described(row: Parameter, defaults: msgspec.Struct) -> Described:
    """A row of a table of parameters; its default is that of the request's field."""
    default = getattr(defaults, row.field)
    schema = SCHEMAS[row.kind](row) | ({"default": default} if default and row.kind in ("choice", "number") else {})
    return Described(row.name, typeset(f"1 : {row.help}") if row.kind == "flag" else row.help, schema)


SCHEMAS: Final[dict[Kind, Callable[[Parameter], dict[str, Any]]]] = {
    "text": lambda row: {"type": "string", "maxLength": Settings().longest_query},
    "texts": lambda row: {"type": "array", "items": TEXT} | ({"maxItems": row.most} if row.most else {}),
    "date": lambda row: DATE,
    "flag": lambda row: FLAG,
    "choice": lambda row: {"type": "string", "enum": list(row.choices)},
    "number": lambda row: {"type": "integer", "minimum": 1, "maximum": row.most},
}

SEARCH: Final = tuple(_described(row, SearchRequest()) for row in PARAMETERS)
FEED: Final = tuple(row for row in SEARCH if row.name not in ("page", "size"))
EXPORT: Final = tuple(row for row in FEED if row.name != "copies")
"""An export has every article, near copies too."""

TREND: Final = tuple(_described(row, TrendsRequest()) for row in TREND_PARAMETERS)
MARKED: Final = SEARCH[0]._replace(schema=TEXT)
"""A query too long to search marks with its beginning."""

TYPED: Final = Described("q", "ce qui est tapé jusqu’ici", TEXT)
FEW: Final = Described("size", "combien au plus", {"type": "integer", "minimum": 1, "maximum": MOST_OFFERED})
CURSOR: Final = Described(
    "cursor",
    typeset(
        "pour lire un long résultat page après page : vide pour commencer, puis ce que donne l’en-tête Link "
        "(rel=next) ; ces pages appartiennent à un seul état de l’index"
    ),
    TEXT,
)
ID: Final = Described("id", "l’identifiant de l’article", NO_LINE, "path")
FORMAT: Final = Described(
    "format",
    typeset("la forme : " + ", ".join(CITATIONS)),
    {"type": "string", "enum": list(CITATIONS), "default": "text"},
)


class Link(NamedTuple):
    """Where an answer leads: a name, another address, and where its parameters are taken from (OpenAPI 3.1, 4.8.20)."""

    name: str
    path: str
    parameters: dict[str, str]


class Operation(NamedTuple):
    """One address of the API; `answer` is a model, or a media type where it is none."""

    path: str
    title: str
    parameters: tuple[Described, ...]
    answer: Any
    example: str
    errors: tuple[int, ...] = ()
    links: tuple[Link, ...] = ()


ARTICLE: Final = "/api/v1/articles/{id}"
SIMILAR: Final = "/api/v1/articles/{id}/similar"
CITATION: Final = "/api/v1/citations/{id}"


def _to_article(id: str) -> tuple[Link, ...]:
    addresses = {"article": ARTICLE, "similar": SIMILAR, "citation": CITATION}
    return tuple(Link(name, path, {"id": id}) for name, path in addresses.items())


OPERATIONS: Final = (
    Operation(
        "/api/v1/search",
        "Une page de résultats",
        (*SEARCH, CURSOR),
        SearchPage,
        "?q=aide+militaire&from=2022-01&sort=newest",
        (400, 404, 410),
        _to_article("$response.body#/hits/0/id"),
    ),
    Operation(
        "/api/v1/explain",
        typeset("Comment une page a été trouvée : l’arbre, le plan, chaque score en détail (réglage explain)"),
        SEARCH,
        Explanation,
        "?q=aide+militaire",
        (400, 404),
    ),
    *(
        Operation(
            f"/api/v1/search.{suffix}", f"Le résultat entier, {kind.label}", EXPORT, kind.mimetype, "?q=climat", (400,)
        )
        for suffix, kind in FORMATS.items()
    ),
    Operation(
        "/api/v1/search.atom",
        "Les 50 articles les plus récents, en flux Atom",
        FEED,
        "application/atom+xml",
        "?q=climat",
        (400,),
    ),
    Operation(
        ARTICLE,
        "Un article, avec les marques d’une requête",
        (ID, MARKED),
        ArticleView,
        "?q=climat",
        (404,),
        _to_article("$request.path.id")[1:],
    ),
    Operation(
        SIMILAR,
        "Les articles les plus proches d’un autre",
        (ID, FEW),
        list[Hit],
        "",
        (400, 404),
        _to_article("$response.body#/0/id"),
    ),
    Operation(
        CITATION,
        "Comment citer un article",
        (ID, FORMAT),
        {name: kind.mimetype for name, kind in CITATIONS.items()},
        "?format=bibtex",
        (400, 404),
    ),
    Operation(
        "/api/v1/trends", "Le nombre d’articles par période", TREND, Trends, "?q=ukraine&q=russie&unit=month", (400,)
    ),
    Operation(
        "/api/v1/trends.csv", "Le nombre d’articles par période, CSV", TREND, "text/csv", "?q=ukraine&unit=year", (400,)
    ),
    Operation(
        "/api/v1/suggest",
        "De quoi compléter ce qu’on tape",
        (TYPED, FEW),
        list[Suggestion],
        "?q=plan+de+rel",
        (400,),
        (Link("search", "/api/v1/search", {"q": "$response.body#/0/text"}),),
    ),
    Operation("/api/v1/corpus", "Les articles par source et par année, et comment ils ont été lus", (), Corpus, ""),
    Operation("/api/v1/stats", "Ce que l’index contient", (), Stats, ""),
)
