"""The API described as OpenAPI 3.1, from the table of operations and the models themselves."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import msgspec

from kiosque.corpus.french import typeset
from kiosque.web.api.operations import OPERATIONS, Described, Operation
from kiosque.web.problems import Problem

REF: Final = "#/components/schemas/{name}"
EVERYWHERE: Final = {
    304: "L’index n’a pas changé depuis la réponse dont If-None-Match donne l’ETag.",
    421: "Le serveur ne répond pas sous ce nom.",
    414: "L’adresse est trop longue.",
    429: "Trop de demandes ; Retry-After dit quand revenir.",
    503: "L’index ne répond pas, la recherche a pris trop de temps, ou trop d’exports sont en cours.",
}
ERRORS: Final = {
    400: "Un paramètre ne peut pas être lu ; `parameter` le nomme, et `position` dit où, dans la requête.",
    404: "Aucun article n’a cet identifiant, aucune lecture ce `cursor`, ou un réglage ferme cette adresse.",
    410: "L’index a changé depuis le début de la lecture : recommencez sans `cursor`.",
}
ETAG: Final = {"description": "L’état de l’index.", "schema": {"type": "string"}}
LINK: Final = {"description": "Les pages first, prev, next et last (RFC 8288).", "schema": {"type": "string"}}


@cache
def document() -> bytes:
    """The description as JSON."""
    models = [operation.answer for operation in OPERATIONS if not isinstance(operation.answer, str | dict)]
    _, components = msgspec.json.schema_components([*models, Problem], ref_template=REF)
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {
                "title": "Kiosque",
                "version": "1",
                "description": "Chercher dans des articles de presse.",
                "license": {"name": "GPL-3.0-or-later", "identifier": "GPL-3.0-or-later"},
            },
            "paths": {operation.path: {"get": _operation(operation)} for operation in OPERATIONS},
            "components": {"schemas": components},
        }
    )


def _operation(operation: Operation) -> dict[str, Any]:
    problems = {code: ERRORS[code] for code in operation.errors} | EVERYWHERE
    responses = {str(code): _problem(code, text) for code, text in sorted(problems.items())}
    return {
        "operationId": _id(operation.path),
        "summary": operation.title,
        "parameters": [_parameter(row) for row in operation.parameters],
        "responses": {"200": _answer(operation), **responses},
    }


def _id(path: str) -> str:
    return path.removeprefix("/api/v1/").replace("/{id}", "").replace(".", "_")


def _parameter(row: Described) -> dict[str, Any]:
    return {
        "name": row.name,
        "in": row.place,
        "description": row.help,
        "required": row.place == "path",
        "schema": row.schema,
    }


def _answer(operation: Operation) -> dict[str, Any]:
    headers = {"ETag": ETAG} | ({"Link": LINK} if operation.path == "/api/v1/search" else {})
    links = {row.name: {"operationId": _id(row.path), "parameters": row.parameters} for row in operation.links}
    answer = {"description": operation.title, "headers": headers, "content": _content(operation.answer)}
    return answer | ({"links": links} if links else {})


def _content(answer: Any) -> dict[str, Any]:
    if isinstance(answer, str):
        return {answer: {"schema": {"type": "string"}}}
    if isinstance(answer, dict):
        return {mimetype: {"schema": {}} for mimetype in answer.values()}
    [schema], _ = msgspec.json.schema_components([answer], ref_template=REF)
    return {"application/json": {"schema": schema}}


def _problem(code: int, text: str) -> dict[str, Any]:
    text = typeset(text)
    if code == 304:
        return {"description": text, "headers": {"ETag": ETAG}}
    return {
        "description": text,
        "content": {"application/problem+json": {"schema": {"$ref": REF.format(name="Problem")}}},
    }
