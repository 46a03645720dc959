"""Accessibility: axe-core on every page in both color schemes; 320 pixels, 200 % zoom, print."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitor import skip_or_fail

if TYPE_CHECKING:
    from tests.browser.visitor import Visitor

ROOT = Path(__file__).parents[2]
AXE = Path(os.environ.get("KIOSQUE_AXE") or ROOT / "var/assets/axe-core-4.14.1/axe.min.js")
PAGES = {
    "start": "/",
    "results": "/search?q=manifestations",
    "picked": "/search?q=manifestations&source=Agence+du+Nord&from=2023-01&to=2023-02",
    "undated": "/search?q=corps&undated=1",
    "empty": "/search?q=introuvable&source=Agence+du+Nord",
    "past the end": "/search?q=manifestations&page=99",
    "error": "/search?q=a&from=2023-13",
    "unknown": "/rien",
    "article": "/articles/casques?q=casques",
    "sources": "/sources?q=manifestations",
    "trends": "/tendances?q=manifestations&q=casques",
    "no trends": "/tendances",
    "corpus": "/corpus",
    "original": "/articles/coupe?original=1",
    "api": "/api",
}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="session")
def axe() -> str:
    if not AXE.is_file():
        skip_or_fail(f"no axe-core at {AXE}: run make test, or name the file in KIOSQUE_AXE")
    return AXE.read_text(encoding="utf-8")


def violations(page: Page, axe: str) -> list[str]:
    """The violations that axe finds. It is evaluated in the page, whose policy forbids foreign script files."""
    found: dict[str, Any] = page.evaluate(f"async (rules) => {{ {axe}; return await axe.run(document, rules) }}", RULES)
    return [
        f"{rule['id']}: {node['html']} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_axe_finds_no_violation(visitor: Visitor, axe: str, path: str, scheme: Literal["light", "dark"]) -> None:
    page = visitor.open(path, color_scheme=scheme)
    expect(page.locator("#content")).to_be_visible()
    assert violations(page, axe) == []


@pytest.mark.parametrize("path", ["/search?q=manifestations", "/articles/casques?q=casques", "/tendances?q=casques"])
def test_axe_finds_no_violation_on_a_narrow_screen(visitor: Visitor, axe: str, path: str) -> None:
    page = visitor.open(path, width=320)
    for details in page.locator("details").all():
        details.locator("summary").click()
    assert violations(page, axe) == []


def test_axe_finds_no_violation_in_dialogs_and_suggestions(visitor: Visitor, axe: str) -> None:
    page = visitor.open("/")
    body = '[{"text": "casques", "kind": "query", "id": null, "count": 2}]'
    page.route("**/api/v1/suggest?*", lambda route: route.fulfill(body=body, content_type="application/json"))
    page.locator("#q").fill("cas")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    assert violations(page, axe) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Raccourcis clavier").click()
    assert violations(page, axe) == []


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_nothing_overflows_at_320_pixels_or_200_percent(visitor: Visitor, path: str) -> None:
    """640 pixels at 200 % is 320 again: text of double size must still wrap."""
    page = visitor.open(path, width=320)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size({"width": 640, "height": 900})
    page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640


def test_print_shows_only_the_text(visitor: Visitor) -> None:
    page = visitor.open("/articles/casques?q=casques")
    page.emulate_media(media="print")
    expect(page.locator("article h1")).to_be_visible()
    for unneeded in (".search", ".places", ".back", ".colophon"):
        expect(page.locator(unneeded)).to_be_hidden()


def test_reduced_motion_disables_transitions(visitor: Visitor) -> None:
    moving = "[...document.querySelectorAll('*')].filter(e => getComputedStyle(e).transitionDuration !== '0s').length"
    assert visitor.open("/search?q=manifestations").evaluate(moving) > 0
    assert visitor.open("/search?q=manifestations", reduced_motion="reduce").evaluate(moving) == 0
