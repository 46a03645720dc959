"""What browser tests share: indexes of rows, a server over one, and a reader's desk with a browser on it."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route, expect
from werkzeug.serving import WSGIRequestHandler, make_server

from kiosque.index.build.full_build import build
from kiosque.search import open_engine, warm_up
from kiosque.web.app import create_app

PATIENCE = 60_000
"""Milliseconds that a test waits for what must come; a machine with much else to do is slow, not wrong."""

expect.set_options(timeout=PATIENCE)


def missing(what: str) -> NoReturn:
    """Skip where a developer has no browser; fail where KIOSQUE_REQUIRE_BROWSER says that there must be one."""
    if os.environ.get("KIOSQUE_REQUIRE_BROWSER") == "1":
        pytest.fail(what, pytrace=False)
    pytest.skip(what)


class Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
        pass


def indexed(folder: Path, rows: list[dict[str, str]], texts: Mapping[str, str] = MappingProxyType({})) -> str:
    """An index of `rows` and of files in `folder`, ready to answer."""
    corpus = folder / "corpus"
    corpus.mkdir()
    (corpus / "articles.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    for name, text in texts.items():
        (corpus / name).write_text(text, encoding="utf-8")
    build([corpus], folder / "index")
    warm_up(open_engine(str(folder / "index")))  # on a fresh clone the first search compiles kernels: ten seconds
    return str(folder / "index")


def served(config: dict[str, Any]) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, create_app(config), threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# What htmx writes when a newer search takes the place of one under way, as it must while somebody types.
REPLACED = ("htmx:afterRequest,", "htmx:sendAbort,")


class Desk:
    """Opens pages of the site; remembers what the browser complained of."""

    def __init__(self, browser: Browser, site: str, htmx: Path) -> None:
        self.browser, self.site, self.htmx = browser, site, htmx
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def open(self, path: str, width: int = 1280, cdn: bool = True, **options: Any) -> Page:
        """A page in a window of its own; without `cdn`, nothing but the site can be reached."""
        context = self.browser.new_context(base_url=self.site, viewport={"width": width, "height": 900}, **options)
        self.contexts.append(context)
        context.set_default_timeout(PATIENCE)
        cors = {"access-control-allow-origin": "*", "content-type": "text/javascript"}
        answer = partial(Route.fulfill, path=self.htmx, headers=cors) if cdn else Route.abort
        context.route("https://cdn.jsdelivr.net/**", lambda route: answer(route))
        page = context.new_page()
        page.on("console", self.hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(path)
        return page

    def hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(REPLACED):
            self.complaints.append(message.text)

    def close(self) -> None:
        for context in self.contexts:
            context.close()
