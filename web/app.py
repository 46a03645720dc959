"""The application: an engine behind pages and an API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask

from search import open_engine
from search.help import GROUPS
from search.typography import typeset
from web import french, headers, problems
from web.api import api
from web.engine import attach
from web.health import health
from web.pages import pages


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """An app over the index folder INDEX, or over ENGINE where one is handed in.

    The index need not exist yet: every answer then says how to build it.
    """
    app = Flask(__name__)
    app.config.from_mapping(INDEX="var/index", ENGINE=None)
    app.config.from_mapping(config or {})
    app.url_map.merge_slashes = False  # an id may be a URL: /articles/https://…
    app.jinja_env.filters.update(french.FILTERS, typeset=typeset)
    app.jinja_env.globals["help_groups"] = GROUPS
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    attach(app, app.config["ENGINE"] or open_engine(str(app.config["INDEX"])))
    for blueprint in (pages, api, health):
        app.register_blueprint(blueprint)
    problems.register(app)
    app.after_request(headers.secure)
    return app
