"""A real Chromium before a real server over an index of texts written here. The CDN is answered from the npm file."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from index.build import build
from search import open_engine, warm_up
from web.app import create_app

ROOT = Path(__file__).parents[2]
HTMX = Path(os.environ.get("KIOSQUE_HTMX") or ROOT / "var/assets/htmx-2.0.11/htmx.min.js")
NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
EVIL = "<script>document.title='vaincu'</script><img src=x onerror=\"document.title='vaincu'\">&amp;"

ARTICLES: list[dict[str, str]] = [
    {
        "id": "casques",
        "title": "L’Allemagne livre des casques à l’Ukraine",
        "body": "Berlin annonce une aide militaire à Kiev.\nLes casques partiront bientôt, dit le ministère.",
        "source": "Le Courrier du Rhin",
        "date": "2022-01-26",
        "url": "https://exemple.fr/casques",
    },
    {"id": "evil", "title": f"Piège {EVIL}", "body": f"Un corps piégé {EVIL} pour rien.", "source": f"Gazette {EVIL}"},
    *(
        {
            "id": f"retraites-{n:02}",
            "title": f"Retraites, journée {n}",
            "body": f"Nouvelle journée de manifestations contre la réforme. Bilan numéro {n}.",
            "source": "Agence du Nord" if n % 3 else "La Dépêche imaginaire",
            "date": f"2023-{n % 3 + 1:02}-{n + 1:02}",
        }
        for n in range(1, 13)
    ),
]


def missing(what: str) -> NoReturn:
    """Skip where a developer has no browser; fail where KIOSQUE_REQUIRE_BROWSER says that there must be one."""
    if os.environ.get("KIOSQUE_REQUIRE_BROWSER") == "1":
        pytest.fail(what, pytrace=False)
    pytest.skip(what)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


class Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
        pass


@pytest.fixture(scope="session")
def htmx() -> Path:
    if not HTMX.is_file():
        missing(f"no htmx at {HTMX}: run make setup, or name the file in KIOSQUE_HTMX")
    return HTMX


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over ARTICLES."""
    folder = tmp_path_factory.mktemp("site")
    corpus = folder / "articles.jsonl"
    corpus.write_text("".join(json.dumps(row) + "\n" for row in ARTICLES), encoding="utf-8")
    build([corpus], folder / "index")
    warm_up(open_engine(str(folder / "index")))  # on a fresh clone the first search compiles kernels: ten seconds
    yield from served({"INDEX": str(folder / "index")})


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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    with sync_playwright() as playwright:
        try:
            launched = playwright.chromium.launch(executable_path=path, args=ARGS)
        except Error as error:
            missing(f"no browser: {error.message.splitlines()[0]}")
        yield launched
        launched.close()


class Desk:
    """Opens pages of the site; remembers what the browser complained of."""

    def __init__(self, browser: Browser, site: str, htmx: Path) -> None:
        self.browser, self.site, self.htmx = browser, site, htmx
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def open(self, path: str, width: int = 1280, **options: Any) -> Page:
        context = self.browser.new_context(base_url=self.site, viewport={"width": width, "height": 900}, **options)
        self.contexts.append(context)
        context.set_default_timeout(10_000)
        cors = {"access-control-allow-origin": "*", "content-type": "text/javascript"}
        context.route("https://cdn.jsdelivr.net/**", lambda route: route.fulfill(path=self.htmx, headers=cors))
        page = context.new_page()
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(path)
        return page

    def close(self) -> None:
        for context in self.contexts:
            context.close()


@pytest.fixture
def desk(browser: Browser, site: str, htmx: Path) -> Iterator[Desk]:
    opened = Desk(browser, site, htmx)
    yield opened
    opened.close()
