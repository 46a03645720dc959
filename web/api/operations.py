"""The API in one table: what openapi.json and the page of the API are made of."""

from __future__ import annotations

from typing import Any, Final, NamedTuple, get_args

from kiosque.search import SearchPage
from kiosque.search.counts.trends import MOST_QUERIES, Trends
from kiosque.search.model import ArticleView, Copies, Corpus, Hit, Match, Sort, Stats, Suggestion, Unit
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


class Parameter(NamedTuple):
    """A row of an operation's parameters: its name, what it is, its schema, and where it stands."""

    name: str
    help: str
    schema: dict[str, Any]
    place: str = "query"


Q: Final = Parameter(
    "q", "la requête, comme on l’écrit dans le champ de recherche", {"type": "string", "maxLength": 2000}
)
NARROWING: Final = (
    Parameter("source", "une source voulue\u00a0; répétable", {"type": "array", "items": TEXT}),
    Parameter("from", "première date\u00a0: année, mois ou jour", DATE),
    Parameter("to", "dernière date, comprise", DATE),
)
MATCH: Final = Parameter(
    "match",
    "all\u00a0: tous les mots\u00a0; any\u00a0: un seul suffit",
    {"type": "string", "enum": list(get_args(Match))},
)
RESULT: Final = (
    Q,
    *NARROWING,
    Parameter("undated", "1\u00a0: seulement les articles sans date", FLAG),
    Parameter(
        "sort",
        "l’ordre\u00a0: relevance, newest ou oldest",
        {"type": "string", "enum": list(get_args(Sort)), "default": "relevance"},
    ),
    MATCH,
)
COPIES: Final = Parameter(
    "copies",
    "grouped\u00a0: un texte que plusieurs titres ont repris n’est montré qu’une fois\u00a0; all\u00a0: chaque article",
    {"type": "string", "enum": list(get_args(Copies)), "default": "grouped"},
)
SIZE: Final = Parameter("size", "articles par page, 10 sinon", {"type": "integer", "minimum": 1, "maximum": 100})
FEW: Final = Parameter("size", "combien au plus", {"type": "integer", "minimum": 1, "maximum": 20})
TYPED: Final = Parameter("q", "ce qui est tapé jusqu’ici", TEXT)
PAGE: Final = (
    Parameter("page", "la page, à partir de 1", {"type": "integer", "minimum": 1, "maximum": 999_999_999}),
    SIZE,
    Parameter(
        "cursor",
        "pour lire un long résultat page après page\u00a0: vide pour commencer, puis ce que donne l’en-tête Link "
        "(rel=next)\u00a0; ces pages appartiennent à un seul état de l’index",
        TEXT,
    ),
)
ID: Final = Parameter("id", "l’identifiant de l’article", NO_LINE, "path")
TREND: Final = (
    Parameter(
        "q",
        f"une recherche\u00a0; répétable, {MOST_QUERIES} au plus",
        {"type": "array", "items": TEXT, "maxItems": MOST_QUERIES},
    ),
    *NARROWING,
    Parameter(
        "unit",
        "compter par year, month ou day\u00a0; sans lui, l’étendue des dates décide",
        {"type": "string", "enum": list(get_args(Unit))},
    ),
    Parameter("by_source", "1\u00a0: les premières sources, chacune à part", FLAG),
    MATCH,
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
    parameters: tuple[Parameter, ...]
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
        (*RESULT, COPIES, *PAGE),
        SearchPage,
        "?q=aide+militaire&from=2022-01&sort=newest",
        (400, 404, 410),
        _to_article("$response.body#/hits/0/id"),
    ),
    *(
        Operation(
            f"/api/v1/search.{suffix}", f"Le résultat entier, {kind.label}", RESULT, kind.mimetype, "?q=climat", (400,)
        )
        for suffix, kind in FORMATS.items()
    ),
    Operation(
        "/api/v1/search.atom",
        "Les 50 articles les plus récents, en flux Atom",
        (*RESULT, COPIES),
        "application/atom+xml",
        "?q=climat",
        (400,),
    ),
    Operation(
        ARTICLE,
        "Un article, avec les marques d’une requête",
        (ID, Q._replace(schema=TEXT)),
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
        (
            ID,
            Parameter(
                "format",
                "la forme\u00a0: " + ", ".join(CITATIONS),
                {"type": "string", "enum": list(CITATIONS), "default": "text"},
            ),
        ),
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
