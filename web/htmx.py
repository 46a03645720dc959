"""What htmx says of a request, and what it wants to hear. No other file reads its headers."""

from __future__ import annotations

from flask import Response, request


def wants_fragment() -> bool:
    """Whether the results alone are asked for; going Back asks for the whole page."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def is_typing() -> bool:
    """Whether the request comes from the search field rather than from Enter or a link."""
    return request.headers.get("HX-Trigger") == "q"


def name_url(response: Response, url: str) -> None:
    """Put `url` in the address bar: typing renames the history entry, all else adds one."""
    response.headers["HX-Replace-Url" if is_typing() else "HX-Push-Url"] = url
