"""The JSON API: the structs of search/model.py, as they are."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Blueprint, Response, abort, current_app, render_template, request

from kiosque.search import SearchRequest
from kiosque.web.api.openapi import document
from kiosque.web.api.operations import OPERATIONS
from kiosque.web.engine import engine
from kiosque.web.problems import UnknownArticleError
from kiosque.web.urls import cursors
from kiosque.web.urls.links import path_url
from kiosque.web.urls.params import arguments, read_request

api = Blueprint("api", __name__, url_prefix="/api/v1")


def _json(answer: Any) -> Response:
    return Response(msgspec.json.encode(answer), mimetype="application/json")


@api.get("/search")
def search() -> Response:
    """A page of results: SearchPage. `Link` leads to the others, by cursor where one was given."""
    asked, word = read_request(request.args, api=True), request.args.get("cursor")
    if word is None:
        page = engine().search(asked)
    else:
        generation = engine().generation()
        asked = cursors.read(word, generation, asked)
        page = engine().search(asked)
        if engine().generation() != generation:  # a commit came in between
            raise cursors.GoneError
    answer = _json(page)
    if links := _links(asked, page.pages, word is not None):
        answer.headers["Link"] = ", ".join(f'<{url}>; rel="{rel}"' for rel, url in links.items())
    return answer


def _links(asked: SearchRequest, pages: int, by_cursor: bool) -> dict[str, str]:
    """The URLs of the pages around this one; a cursor leads only forwards."""
    if by_cursor:
        return {"next": _url(asked, cursor=asked.page + 1)} if asked.page < pages else {}
    numbers = {"first": 1, "prev": min(asked.page - 1, pages), "next": asked.page + 1, "last": pages}
    return {rel: _url(asked, page=number) for rel, number in numbers.items() if 1 <= number <= pages}


def _url(asked: SearchRequest, *, page: int = 1, cursor: int | None = None) -> str:
    there = msgspec.structs.replace(asked, page=page)
    word = {} if cursor is None else {"cursor": cursors.write(engine().generation(), asked, cursor)}
    return path_url("/api/v1/search", {**arguments(there), **word})


@api.get("/explain")
def explain() -> Response:
    """How a page was found and scored, where the setting allows it: Explanation."""
    if not current_app.config["EXPLAIN"]:
        abort(404)
    return _json(engine().explain(read_request(request.args, api=True)))


@api.get("/articles/<id:article_id>")
def article(article_id: str) -> Response:
    """An article with the marks of `q`: ArticleView."""
    view = engine().article(article_id, request.args.get("q", ""))
    if view is None:
        raise UnknownArticleError(article_id)
    return _json(view)


@api.get("/articles/<id:article_id>/similar")
def similar(article_id: str) -> Response:
    """The articles nearest to one, at most `size`: a list of Hit."""
    found = engine().similar(article_id, _size(default=5))
    if found is None:
        raise UnknownArticleError(article_id)
    return _json(found)


@api.get("/suggest")
def suggest() -> Response:
    """What `q` may become, at most `size`: a list of Suggestion."""
    return _json(engine().suggest(request.args.get("q", ""), _size(default=8)))


def _size(default: int) -> int:
    return read_request(request.args, api=True).size if "size" in request.args else default


@api.get("/stats")
def stats() -> Response:
    """What the index holds: Stats."""
    return _json(engine().stats())


docs = Blueprint("docs", __name__)


@docs.get("/api/openapi.json")
def openapi() -> Response:
    """The description of the API for programs: OpenAPI 3.1."""
    return Response(document(), mimetype="application/json")


@docs.get("/api")
def for_people() -> str:
    """The description of the API for people."""
    return render_template("api.html", operations=OPERATIONS, root=request.host_url.rstrip("/") + request.script_root)
