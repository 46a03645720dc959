"""Errors as answers: RFC 9457 problems for programs, a page in French for people. Never a stack trace."""

from __future__ import annotations

import math
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

import msgspec
from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException

from kiosque.corpus.french import NBSP, typeset
from kiosque.search import EngineUnavailable, QueryTimeout, RequestError
from kiosque.web.htmx import wants_fragment
from kiosque.web.urls.cursors import GoneError, UnknownCursorError

PROGRAMS: Final = ("/api/", "/search.", "/citations/", "/healthz", "/readyz")
URN: Final = "urn:kiosque:problem:"


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """An error in the form of RFC 9457.

    `parameter` names the parameter at fault, `position` is the offset of the fault in it.
    """

    title: str
    status: int
    detail: str
    type: str = "about:blank"
    instance: str = ""
    parameter: str | msgspec.UnsetType = msgspec.UNSET
    position: int | msgspec.UnsetType = msgspec.UNSET


class UnknownArticleError(LookupError):
    """No article of the index has this id."""


class UnknownHostError(ValueError):
    """The request names another host."""

    def __init__(self) -> None:
        super().__init__(
            typeset("Ce serveur ne répond pas sous ce nom. Ajoutez-le au réglage « hosts » : KIOSQUE_HOSTS.")
        )


class TooLongError(ValueError):
    """The query string is longer than the setting allows."""

    def __init__(self, longest: int) -> None:
        super().__init__(
            f"L’adresse dépasse {longest} octets. Raccourcissez la requête, ou choisissez moins de sources."
        )


class TooLargeError(RuntimeError):
    """A page would be larger than any reader has use for."""

    def __init__(self) -> None:
        super().__init__(
            typeset(
                "Cette page serait trop longue. Demandez une requête plus courte, moins de filtres ou des dates plus "
                "proches, ou prenez les nombres en CSV."
            )
        )


class TooManyError(RuntimeError):
    """The client has to wait; `seconds` says how long."""

    def __init__(self, seconds: float) -> None:
        self.seconds = math.ceil(seconds)
        super().__init__(f"Trop de demandes à la fois. Réessayez dans {self.seconds} s.")


GONE: Final = typeset(
    "L’index a changé depuis le début de la lecture. Recommencez sans « cursor », ou prenez un export."
)
ENGINE_SECONDS: Final = 5
"""Retry-After for an engine that did not answer: a cluster that lost a node needs a few seconds."""

HTTP_TEXTS: Final = {
    404: ("Page introuvable", "Rien ne se trouve à cette adresse."),
    405: ("Méthode refusée", "Cette adresse ne se lit qu’avec GET."),
    500: ("Erreur interne", "Quelque chose s’est mal passé de notre côté. L’incident est noté dans le journal."),
}


def register(app: Flask) -> None:
    """Translate every error of `app`, once."""
    app.register_error_handler(RequestError, lambda error: _answer(_of_request(error)))
    app.register_error_handler(QueryTimeout, _of_time)
    app.register_error_handler(EngineUnavailable, _of_engine)
    app.register_error_handler(UnknownArticleError, lambda error: _answer(_of_article(error)))
    app.register_error_handler(
        UnknownCursorError, lambda error: _answer(_of_cursor(404, "Lecture inconnue", str(error)))
    )
    app.register_error_handler(GoneError, lambda error: _answer(_of_cursor(410, "Lecture interrompue", GONE)))
    app.register_error_handler(UnknownHostError, lambda error: _answer(_of_host(error)))
    app.register_error_handler(TooLongError, lambda error: _answer(_of_length(error)))
    app.register_error_handler(TooLargeError, lambda error: _answer(_of_size(error)))
    app.register_error_handler(TooManyError, _of_rate)
    app.register_error_handler(HTTPException, _of_http)


def _of_request(error: RequestError) -> Problem:
    return Problem(
        type=URN + "request",
        title="Demande impossible",
        status=400,
        detail=str(error),
        parameter=error.parameter,
        position=msgspec.UNSET if error.position is None else error.position,
    )


def _of_engine(error: EngineUnavailable) -> Response:
    answer = _answer(Problem(type=URN + "index", title="L’index ne répond pas", status=503, detail=str(error)))
    answer.headers["Retry-After"] = str(ENGINE_SECONDS)
    return answer


def _of_article(error: UnknownArticleError) -> Problem:
    detail = f"Aucun article de l’index n’a l’identifiant «{NBSP}{error}{NBSP}»."
    return Problem(type=URN + "article", title="Article inconnu", status=404, detail=detail)


def _of_cursor(status: int, title: str, detail: str) -> Problem:
    return Problem(type=URN + "cursor", title=title, status=status, detail=detail, parameter="cursor")


def _of_host(error: UnknownHostError) -> Problem:
    return Problem(type=URN + "host", title="Nom de serveur inconnu", status=421, detail=str(error))


def _of_length(error: TooLongError) -> Problem:
    return Problem(type=URN + "length", title="Adresse trop longue", status=414, detail=str(error))


def _of_size(error: TooLargeError) -> Problem:
    return Problem(type=URN + "size", title="Page trop longue", status=400, detail=str(error))


def _of_rate(error: TooManyError) -> Response:
    answer = _answer(Problem(type=URN + "rate", title="Trop de demandes", status=429, detail=str(error)))
    answer.headers["Retry-After"] = str(error.seconds)
    return answer


def _of_time(error: QueryTimeout) -> Response:
    # 503 and not 4xx: the same query may succeed when the machine is less busy
    answer = _answer(
        Problem(type=URN + "time", title="Recherche arrêtée", status=503, detail=str(error), parameter="q")
    )
    answer.headers["Retry-After"] = str(error.seconds)
    return answer


def _of_http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:  # a redirection is an exception too
        return Response(headers=error.get_response().headers, status=status)
    title, detail = HTTP_TEXTS.get(status, (f"Erreur {status}", HTTPStatus(status).phrase))
    answer = _answer(Problem(title=title, status=status, detail=detail))
    answer.headers.extend((name, value) for name, value in error.get_headers() if name == "Allow")
    return answer


def _answer(problem: Problem) -> Response:
    if request.path.startswith(PROGRAMS):
        return _as_json(problem)
    template = "_error.html" if wants_fragment() else "error.html"
    return Response(render_template(template, problem=problem, repaired=_repaired(problem)), status=problem.status)


def _as_json(problem: Problem) -> Response:
    with_instance = msgspec.structs.replace(problem, instance=request.full_path.rstrip("?"))
    return Response(msgspec.json.encode(with_instance), status=problem.status, mimetype="application/problem+json")


def _repaired(problem: Problem) -> str | None:
    """The URL of the same page without the parameter at fault."""
    if problem.parameter is msgspec.UNSET:
        return None
    others = [(name, value) for name, value in request.args.items(multi=True) if name != problem.parameter]
    return request.script_root + request.path + ("?" + urlencode(others) if others else "")
