"""The engine of the running app."""

from __future__ import annotations

from typing import Final, cast

from flask import Flask, current_app

from kiosque.search import Engine

KEY: Final = "kiosque.engine"


def attach(app: Flask, engine: Engine) -> None:
    """Make `engine` the one that answers in `app`."""
    app.extensions[KEY] = engine


def engine() -> Engine:
    """The engine that answers the current request."""
    return cast(Engine, current_app.extensions[KEY])
