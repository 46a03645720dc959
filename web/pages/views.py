"""The pages for people: search, and one article."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, render_template, request

from kiosque.search import SearchRequest
from kiosque.search.parameters import Parameter
from kiosque.web import htmx
from kiosque.web.engine import engine
from kiosque.web.pages.article_view import Reading
from kiosque.web.pages.parts import part_of
from kiosque.web.pages.results_view import ResultsView
from kiosque.web.pages.zero_results import ways
from kiosque.web.problems import UnknownArticleError
from kiosque.web.urls.params import changed, is_blank, read_request

pages = Blueprint("pages", __name__)

PART: Final = Parameter("part", "number", "number", "la partie d’un très long article")


@pages.get("/", endpoint="start")
@pages.get("/search")
def search() -> Response:
    """The search page; to htmx, only its results."""
    asked = read_request(request.args)
    face = _start(asked) if is_blank(asked) else _found(asked)
    if not htmx.wants_fragment():
        return Response(render_template("search.html", face=face))
    response = Response(render_template("_results.html", face=face, fragment=True))
    htmx.name_url(response, face.url)
    return response


def _found(asked: SearchRequest) -> ResultsView:
    page = engine().search(asked)
    return ResultsView(asked, page, ways=() if page.total else ways(engine(), asked))


def _start(asked: SearchRequest) -> ResultsView:
    """Before anything is asked: what there is, and the newest of it."""
    newest = changed(asked, q="", sort="newest", size=6)
    return ResultsView(asked, engine().search(newest), engine().stats())


@pages.get("/articles/<id:article_id>")
def article(article_id: str) -> str:
    """One article, marked for the query that found it."""
    asked = read_request(request.args)
    view = engine().article(article_id, asked.q)
    if view is None:
        raise UnknownArticleError(article_id)
    part = PART.read(request.args.getlist("part")) if "part" in request.args else None
    shown = part_of(view.article.body, view.body_marks, part)
    similar = engine().similar(article_id) or ()
    reading = Reading(asked, view, shown, similar, request.args.get("original") == "1")
    return render_template("article.html", reading=reading)


@pages.after_request
def vary(response: Response) -> Response:
    """One URL, two answers: no cache may take the fragment for the page."""
    response.vary.add("HX-Request")
    return response
