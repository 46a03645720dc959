"""What proxies in front say of a request: X-Forwarded headers, each believed only where the settings name it.

A header that the proxy does not set comes from the client, who could make every link of a page lead elsewhere.
"""

from __future__ import annotations

from typing import Final

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

NAMES: Final = ("for", "proto", "host", "port", "prefix")
"""The headers that can be believed, by what follows `X-Forwarded-`."""


def register(app: Flask) -> None:
    """Take over what `proxies` proxies say in the headers that `forwarded` names."""
    proxies, named = app.config["PROXIES"], app.config["FORWARDED"].split()
    if proxies:
        believed = {f"x_{name}": proxies if name in named else 0 for name in NAMES}
        app.wsgi_app = ProxyFix(app.wsgi_app, **believed)  # type: ignore[method-assign]
