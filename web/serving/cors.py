"""Which other sites' pages may call the API (https://fetch.spec.whatwg.org/#http-cors-protocol)."""

from __future__ import annotations

from typing import Final

from flask import Flask, Response, request

API: Final = "/api/"
EXPOSED: Final = "ETag, Kiosque-Total, Link, Retry-After, X-Request-Id"
PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "If-None-Match, X-Request-Id",
    "Access-Control-Max-Age": "86400",
}


def register(app: Flask) -> None:
    """Let the origins of the setting `cors` in; nothing is said to others, which keeps them out."""
    origins = frozenset(app.config["CORS"].split())

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
