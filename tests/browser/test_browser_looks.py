"""Layout on wide and narrow screens, and color schemes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.browser.visitor import Visitor

PATHS = ["/", "/search?q=manifestations", "/search?q=introuvable&source=AFP", "/articles/casques?q=casques", "/rien"]
BRIGHTNESS = (
    "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).reduce((a, b) => a + +b, 0) / 3"
)


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("path", PATHS)
def test_nothing_overflows(visitor: Visitor, path: str, width: int) -> None:
    page = visitor.open(path, width=width)
    expect(page.locator("#q")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_wide_screen_shows_the_facets_open(visitor: Visitor) -> None:
    expect(visitor.open("/search?q=manifestations").get_by_label("Du")).to_be_visible()


@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
def test_the_page_follows_the_color_scheme(visitor: Visitor, scheme: Literal["light", "dark"], dark: bool) -> None:
    page = visitor.open("/search?q=casques", color_scheme=scheme)
    expect(page.locator(".hit mark").first).to_be_visible()
    assert (page.evaluate(BRIGHTNESS) < 128) is dark


def test_the_first_tab_stop_skips_to_the_content(visitor: Visitor) -> None:
    page = visitor.open("/search?q=casques")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
