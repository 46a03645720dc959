"""The headers that keep a page to its own scripts, styles and origin, whatever an article contains."""

from __future__ import annotations

from typing import Final

from flask import Flask, Response
from werkzeug.datastructures import Headers

from kiosque.web.serving.assets import HTMX_URL

POLICY: Final = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def register(app: Flask) -> None:
    """Add them to every response of `app`. Of the CDN's scripts one may run, which the page names by hash."""
    scripts = "'self'" if app.config["ASSETS"] == "local" else f"'self' {HTMX_URL}"
    policy = "; ".join(f"{name} {value}" for name, value in {**POLICY, "script-src": scripts}.items())
    headers = Headers({"Content-Security-Policy": policy, **HEADERS})

    def secure(response: Response) -> Response:
        response.headers.extend(headers)
        return response

    app.after_request(secure)
