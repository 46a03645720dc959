"""A visitor with a browser, and the indexes whose pages it opens."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route, expect

from kiosque.index.build.full_build import build
from kiosque.search import open_engine, warm_up

PATIENCE = 60_000
"""Milliseconds before a test gives up on an expected change. Long: a loaded machine is slow, not wrong."""

expect.set_options(timeout=PATIENCE)


def skip_or_fail(what: str) -> NoReturn:
    """Skips where no browser is installed; fails where KIOSQUE_REQUIRE_BROWSER demands one."""
    if os.environ.get("KIOSQUE_REQUIRE_BROWSER") == "1":
        pytest.fail(what, pytrace=False)
    pytest.skip(what)


def build_index(folder: Path, rows: list[dict[str, str]], texts: Mapping[str, str] = MappingProxyType({})) -> str:
    """The path of an index of `rows` and `texts`, built in `folder`; its kernels are compiled."""
    corpus = folder / "corpus"
    corpus.mkdir()
    (corpus / "articles.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    for name, text in texts.items():
        (corpus / name).write_text(text, encoding="utf-8")
    build([corpus], folder / "index")
    warm_up(open_engine(str(folder / "index")))  # on a fresh clone the first search compiles kernels: ten seconds
    return str(folder / "index")


# htmx logs these as errors when a newer search replaces one in flight, which typing does.
REPLACED = ("htmx:afterRequest,", "htmx:sendAbort,")


class Visitor:
    """Opens pages of a site and collects the errors of its console."""

    def __init__(self, browser: Browser, site: str, htmx: Path) -> None:
        self.browser, self.site, self.htmx = browser, site, htmx
        self.contexts: list[BrowserContext] = []
        self.errors: list[str] = []

    def open(self, path: str, width: int = 1280, cdn: bool = True, **options: Any) -> Page:
        """A page in its own window. Without `cdn` it reaches nothing but the site."""
        context = self.browser.new_context(base_url=self.site, viewport={"width": width, "height": 900}, **options)
        self.contexts.append(context)
        context.set_default_timeout(PATIENCE)
        cors = {"access-control-allow-origin": "*", "content-type": "text/javascript"}
        answer = partial(Route.fulfill, path=self.htmx, headers=cors) if cdn else Route.abort
        context.route("https://cdn.jsdelivr.net/**", lambda route: answer(route))
        page = context.new_page()
        page.on("console", self.keep_error)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(path)
        return page

    def keep_error(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(REPLACED):
            self.errors.append(message.text)

    def close(self) -> None:
        for context in self.contexts:
            context.close()
