"""The pages for people: search, and one article."""

from __future__ import annotations

from typing import Final, NamedTuple

from flask import Blueprint, Response, render_template, request

from search import SearchRequest
from search.reading import reading_minutes
from web import htmx
from web.citing import CITATIONS, sentence
from web.engine import engine
from web.face import Face
from web.links import Link, article_url, citation_url, part_link, part_links, search_url
from web.marking import marked, numbered, paragraphs, with_cuts
from web.params import changed, is_blank, number, read_request
from web.parts import Part, part_of
from web.problems import UnknownArticleError
from web.rescue import ways

pages = Blueprint("pages", __name__)
WEB: Final = ("https://", "http://")
"""Only these become links: an article may say that its address is `javascript:…`."""


class Parts(NamedTuple):
    """The links between the parts of a very long article."""

    pager: list[Link | None]
    previous: Link | None
    following: Link | None


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


def _found(asked: SearchRequest) -> Face:
    page = engine().search(asked)
    return Face(asked, page, ways=() if page.total else ways(engine(), asked))


def _start(asked: SearchRequest) -> Face:
    """Before anything is asked: what there is, and the newest of it."""
    newest = changed(asked, q="", sort="newest", size=6)
    return Face(asked, engine().search(newest), engine().stats())


@pages.get("/articles/<id:article_id>")
def article(article_id: str) -> str:
    """One article, marked for the query that found it."""
    asked = read_request(request.args)
    view = engine().article(article_id, asked.q)
    if view is None:
        raise UnknownArticleError(article_id)
    part = part_of(view.article.body, view.body_marks, _part_asked())
    texts = [marked(view.article.title, view.title_marks), *paragraphs(part.text, part.marks)]
    (title, *body), places = numbered(texts)
    original = request.args.get("original") == "1" and part.parts == 1
    return render_template(
        "article.html",
        article=view.article,
        title=title,
        paragraphs=with_cuts(body, view.article.cuts if original else ()),
        part=part,
        parts=_parts(asked, article_id, part) if part.parts > 1 else None,
        cuts=len(view.article.cuts) if part.parts == 1 else 0,
        original=original,
        other=article_url(asked, article_id, original=not original),
        places=places,
        minutes=reading_minutes(len(view.article.body.encode())),
        is_web=(view.article.url or "").startswith(WEB),
        citation=sentence(view.article),
        citations=[Link(kind.label, citation_url(article_id, name)) for name, kind in CITATIONS.items()],
        q=asked.q,
        kept=view.places,
        copies=view.copies,
        others=[(copy, article_url(asked, copy.id)) for copy in view.copies.others] if view.copies else [],
        similar=[(hit, article_url(SearchRequest(), hit.id)) for hit in engine().similar(article_id) or ()],
        back=None if is_blank(asked) else search_url(asked),
    )


def _part_asked() -> int | None:
    return number("part", request.args.getlist("part")) if "part" in request.args else None


def _parts(asked: SearchRequest, article_id: str, part: Part) -> Parts:
    before, after = (part_link(asked, article_id, part.number + step, part.number) for step in (-1, 1))
    return Parts(
        part_links(asked, article_id, part.number, part.parts),
        before if part.number > 1 else None,
        after if part.number < part.parts else None,
    )


@pages.after_request
def vary(response: Response) -> Response:
    """One URL, two answers: no cache may take the fragment for the page."""
    response.vary.add("HX-Request")
    return response
