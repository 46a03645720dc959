"""The pages for people: search, one article, and the help that is on every page."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup

from kiosque.search import SearchRequest
from kiosque.search.parameters import Parameter
from kiosque.search.query.help import GROUPS
from kiosque.web import htmx
from kiosque.web.engine import engine
from kiosque.web.pages.article_page import ArticlePage
from kiosque.web.pages.article_text import part_of
from kiosque.web.pages.results_view import ResultsView
from kiosque.web.pages.zero_results import alternatives
from kiosque.web.problems import UnknownArticleError
from kiosque.web.urls.params import changed, is_blank, read_request

pages = Blueprint("pages", __name__)

PART: Final = Parameter("part", "number", "number", "la partie d’un très long article")


@pages.get("/", endpoint="start")
@pages.get("/search")
def search() -> Response:
    """The search page; to htmx, only its results."""
    asked = read_request(request.args)
    view = _start(asked) if is_blank(asked) else _found(asked)
    if not htmx.wants_fragment():
        return Response(render_template("search.html", view=view))
    response = Response(render_template("_results.html", view=view, fragment=True))
    htmx.name_url(response, view.url)
    return response


def _found(asked: SearchRequest) -> ResultsView:
    page = engine().search(asked)
    return ResultsView(asked, page, alternatives=() if page.total else alternatives(engine(), asked))


def _start(asked: SearchRequest) -> ResultsView:
    """The start page: what the index holds, and its newest articles."""
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
    page = ArticlePage(asked, view, shown, similar, request.args.get("original") == "1")
    return render_template("article.html", page=page)


@pages.after_request
def vary(response: Response) -> Response:
    """One URL has two answers: a cache must not take the fragment for the page."""
    response.vary.add("HX-Request")
    return response


def help_html() -> Markup:
    """The help, from the table of search/query/help.py; its links lead to this site, wherever a proxy has put it."""
    return _help_at(request.script_root)


@lru_cache(8)
def _help_at(root: str) -> Markup:
    # the same for everybody: rendered each time, it took a quarter of a page's time
    return Markup(render_template("_help.html", help_groups=GROUPS))
