"""The headers that keep a page to its own scripts, styles and origin, whatever an article contains."""

from __future__ import annotations

from typing import Final

from flask import Response

POLICY: Final = {
    "default-src": "'none'",
    "script-src": "'self' https://cdn.jsdelivr.net",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
HEADERS: Final = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


def secure(response: Response) -> Response:
    """Add them to every response."""
    response.headers.update(HEADERS)
    return response
