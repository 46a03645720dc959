"""The help on every page, made from the table of search/query/help.py: rendered once, it is the same for everybody."""

from __future__ import annotations

from functools import lru_cache

from flask import render_template, request
from markupsafe import Markup

from kiosque.search.query.help import GROUPS


def help_html() -> Markup:
    """The help; its links lead to this site, wherever a proxy has put it."""
    return _at(request.script_root)


@lru_cache(8)
def _at(root: str) -> Markup:
    # a quarter of the time of a page, where it was rendered each time
    return Markup(render_template("_help.html", help_groups=GROUPS))
