"""Scripts and styles: htmx from its CDN or from here, ours under URLs that change with their content."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

import flask
from flask import Blueprint, Flask, Response, send_file

from kiosque.corpus.french import typeset

HTMX_VERSION: Final = "2.0.11"
HTMX_URL: Final = f"https://cdn.jsdelivr.net/npm/htmx.org@{HTMX_VERSION}/dist/htmx.min.js"
HTMX_INTEGRITY: Final = "sha384-2OatzQy1H+Zd/IIrjr1TcuDGqLXeHhbooAyJY1KdQMKnr4LZ22k31GBLdYKHmVjg"
LONG: Final = 31_536_000
"""max-age in seconds of a file whose URL changes with its content."""

assets = Blueprint("assets", __name__)


class AssetError(RuntimeError):
    """The folder of the assets lacks htmx, or has another version; the message names the repair, in French."""

    def __init__(self, message: str) -> None:
        super().__init__(typeset(message))


def register(app: Flask) -> None:
    """Give templates the URLs of assets; AssetError where they are to be local and htmx is missing."""
    local = local_htmx(Path(app.config["ASSETS_DIR"])) if app.config["ASSETS"] == "local" else None
    app.extensions["kiosque.htmx"] = local
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = LONG
    app.jinja_env.globals |= {
        "static_url": static_urls(Path(app.static_folder or "")),
        "htmx_url": (lambda: flask.request.script_root + "/assets/htmx.js?v=" + HTMX_VERSION)
        if local
        else lambda: HTMX_URL,
        "htmx_integrity": HTMX_INTEGRITY,
    }
    if local:
        app.register_blueprint(assets)


def local_htmx(folder: Path) -> Path:
    """The file of htmx in `folder`; AssetError unless it has the expected hash."""
    path = folder / f"htmx-{HTMX_VERSION}" / "htmx.min.js"
    try:
        digest = base64.b64encode(hashlib.sha384(path.read_bytes()).digest()).decode()
    except OSError as error:
        raise AssetError(f"Il n’y a pas de fichier {path}. Lancez : make assets") from error
    if f"sha384-{digest}" != HTMX_INTEGRITY:
        raise AssetError(f"{path} n’est pas htmx {HTMX_VERSION}. Supprimez-le et lancez : make assets")
    return path.resolve()


def static_urls(folder: Path) -> Callable[[str], str]:
    """A function from the name of one of our files to its URL, which changes when the file does."""
    digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:12] for path in folder.iterdir()}

    def url(name: str) -> str:
        return f"{flask.request.script_root}/static/{name}?v={digests[name]}"

    return url


@assets.get("/assets/htmx.js")
def htmx() -> Response:
    """Our copy of the CDN's htmx."""
    return send_file(flask.current_app.extensions["kiosque.htmx"], mimetype="text/javascript", max_age=LONG)
