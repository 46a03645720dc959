"""The Flask application: pages and an API over an engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask
from werkzeug.routing import BaseConverter

from kiosque.corpus.french import typeset
from kiosque.search import open_engine
from kiosque.web import french, problems
from kiosque.web.api.exports import exports
from kiosque.web.api.feeds import feeds, xml
from kiosque.web.api.views import api, docs
from kiosque.web.engine import attach
from kiosque.web.pages.corpus import corpus
from kiosque.web.pages.facet_values import facet_values
from kiosque.web.pages.trends import trends
from kiosque.web.pages.views import help_html, pages
from kiosque.web.serving import assets, bounds, caching, forwarded, headers, limits, telemetry
from kiosque.web.serving.settings import DEFAULTS


class IdConverter(BaseConverter):
    """An article's id in a URL: any text. Werkzeug's `path` takes neither a line break nor a slash at the start."""

    part_isolating = False
    regex = r"[\s\S]+?"


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """An app over the index folder INDEX, or over ENGINE if one is given; `config` overlays web.serving.settings.

    The index need not exist yet: every answer then says how to build it. Raises AssetError where the assets are to
    be local and are not there.
    """
    app = Flask(__name__)
    app.config.from_mapping(DEFAULTS, ENGINE=None, SEARCH=None)
    app.config.from_mapping(config or {})
    app.url_map.converters["id"] = IdConverter
    app.url_map.merge_slashes = False  # an id may be a URL: /articles/https://…
    app.jinja_env.filters.update(french.FILTERS, typeset=typeset, xml=xml)
    app.jinja_env.globals["help_html"] = help_html
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    attach(app, app.config["ENGINE"] or open_engine(str(app.config["INDEX"]), app.config["SEARCH"], served=True))
    for blueprint in (pages, facet_values, trends, corpus, exports, feeds, api, docs, telemetry.health):
        app.register_blueprint(blueprint)
    for part in (telemetry, limits, caching, problems, headers, assets, bounds, forwarded):
        part.register(app)
    return app
