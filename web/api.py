"""The JSON API: the structs of search/model.py, as they are."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Blueprint, Response, request

from web.engine import engine
from web.params import read_request
from web.problems import UnknownArticleError

api = Blueprint("api", __name__, url_prefix="/api/v1")


def _json(answer: Any) -> Response:
    return Response(msgspec.json.encode(answer), mimetype="application/json")


@api.get("/search")
def search() -> Response:
    """A page of results: SearchPage."""
    return _json(engine().search(read_request(request.args, api=True)))


@api.get("/articles/<path:article_id>")
def article(article_id: str) -> Response:
    """An article with the marks of `q`: ArticleView."""
    view = engine().article(article_id, request.args.get("q", ""))
    if view is None:
        raise UnknownArticleError(article_id)
    return _json(view)


@api.get("/articles/<path:article_id>/similar")
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
