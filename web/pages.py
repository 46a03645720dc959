"""The pages for people: search, and one article."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, render_template, request

from search import SearchRequest
from web import htmx
from web.engine import engine
from web.face import Face
from web.links import article_url, search_url
from web.marking import marked, paragraphs
from web.params import changed, is_blank, read_request
from web.problems import UnknownArticleError

pages = Blueprint("pages", __name__)
WEB: Final = ("https://", "http://")
"""Only these become links: an article may say that its address is `javascript:…`."""


@pages.get("/", endpoint="start")
@pages.get("/search")
def search() -> Response:
    """The search page; to htmx, only its results."""
    asked = read_request(request.args)
    face = _start(asked) if is_blank(asked) else Face(asked, engine().search(asked))
    if not htmx.wants_fragment():
        return Response(render_template("search.html", face=face))
    response = Response(render_template("_results.html", face=face, fragment=True))
    htmx.name_url(response, face.url)
    return response


def _start(asked: SearchRequest) -> Face:
    """Before anything is asked: what there is, and the newest of it."""
    newest = changed(asked, q="", sort="newest", size=6)
    return Face(asked, engine().search(newest), engine().stats())


@pages.get("/articles/<path:article_id>")
def article(article_id: str) -> str:
    """One article, marked for the query that found it."""
    asked = read_request(request.args)
    view = engine().article(article_id, asked.q)
    if view is None:
        raise UnknownArticleError(article_id)
    return render_template(
        "article.html",
        article=view.article,
        title=marked(view.article.title, view.title_marks),
        paragraphs=list(paragraphs(view.article.body, view.body_marks)),
        is_web=(view.article.url or "").startswith(WEB),
        q=asked.q,
        similar=[(hit, article_url(SearchRequest(), hit.id)) for hit in engine().similar(article_id) or ()],
        back=None if is_blank(asked) else search_url(asked),
    )


@pages.after_request
def vary(response: Response) -> Response:
    """One URL, two answers: no cache may take the fragment for the page."""
    response.vary.add("HX-Request")
    response.cache_control.no_cache = True
    return response
