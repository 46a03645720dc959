"""Security headers, and which other sites' pages may call the API (https://fetch.spec.whatwg.org/#http-cors-protocol).

A page runs its own scripts and styles only, whatever an article contains.
"""

from __future__ import annotations

from typing import Final

from flask import Flask, Response, request
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


API: Final = "/api/"
EXPOSED: Final = "ETag, Kiosque-Total, Link, Retry-After, X-Request-Id"
PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "If-None-Match, X-Request-Id",
    "Access-Control-Max-Age": "86400",
}


def register(app: Flask) -> None:
    """Add the headers to every response. One script of the CDN may run, which the page names by its hash."""
    scripts = "'self'" if app.config["ASSETS"] == "local" else f"'self' {HTMX_URL}"
    policy = "; ".join(f"{name} {value}" for name, value in {**POLICY, "script-src": scripts}.items())
    headers = Headers({"Content-Security-Policy": policy, **HEADERS})

    def secure(response: Response) -> Response:
        response.headers.extend(headers)
        return response

    app.after_request(secure)
    _share(app, frozenset(app.config["CORS"].split()))


def _share(app: Flask, origins: frozenset[str]) -> None:
    """Let these origins call the API; others get no such header, which keeps them out."""

    def allow(response: Response) -> Response:
        if not request.path.startswith(API):
            return response
        origin = request.headers.get("Origin", "")
        if "*" not in origins:
            response.vary.add("Origin")
        if "*" in origins or origin in origins:
            response.headers["Access-Control-Allow-Origin"] = "*" if "*" in origins else origin
            response.headers["Access-Control-Expose-Headers"] = EXPOSED
            if request.method == "OPTIONS":
                response.headers.update(PREFLIGHT)
        return response

    if origins:
        app.after_request(allow)
