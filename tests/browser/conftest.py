"""A real Chromium, a real server and an index of texts written here. Requests to the CDN get the npm file."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

from tests.browser.visitor import Visitor, build_index, skip_or_fail
from tests.threaded_server import serve_in_thread

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)
            # A closing browser drops connections; the file of an answer is then closed by the garbage collector.
            item.add_marker(pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"))


@pytest.fixture(scope="session")
def htmx() -> Path:
    if not HTMX.is_file():
        skip_or_fail(f"no htmx at {HTMX}: run make setup, or name the file in KIOSQUE_HTMX")
    return HTMX


TEXTS = {
    "coupe.txt": "Le pont rouvre\n\nLes voitures passent.\nÀ lire aussi : le bac\n\nLes vélos attendent.\nFacebook\n",
    "vide.txt": "",
}
"""More files: one with removed lines, one that is refused."""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over ARTICLES and TEXTS."""
    with serve_in_thread({"INDEX": build_index(tmp_path_factory.mktemp("site"), ARTICLES, TEXTS)}) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    with sync_playwright() as playwright:
        try:
            launched = playwright.chromium.launch(executable_path=path, args=ARGS)
        except Error as error:
            skip_or_fail(f"no browser: {error.message.splitlines()[0]}")
        yield launched
        launched.close()


@pytest.fixture
def visitor(browser: Browser, site: str, htmx: Path) -> Iterator[Visitor]:
    opened = Visitor(browser, site, htmx)
    yield opened
    opened.close()
