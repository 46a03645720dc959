"""Facets by mouse and keyboard: dragging over bars, arrow keys, filtering sources by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Visitor, build_index
from tests.threaded_server import serve_in_thread

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site with thirty sources and twelve months."""
    rows = [
        {
            "id": f"a{n}",
            "title": f"Récolte {n}",
            "body": "La moisson.",
            "source": f"Écho {n}",
            "date": f"2023-{n % 12 + 1:02}-15",
        }
        for n in range(30)
    ]
    with serve_in_thread({"INDEX": build_index(tmp_path_factory.mktemp("many"), rows)}) as address:
        yield address


@pytest.fixture
def page(browser: Browser, many: str, htmx: Path) -> Iterator[Page]:
    visitor = Visitor(browser, many, htmx)
    yield visitor.open("/search?q=moisson")
    visitor.close()
    assert visitor.errors == []


def drag(page: Page, first: Locator, last: Locator) -> None:
    for at, bar in enumerate((first, last)):
        box = bar.bounding_box()
        assert box
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 5)
        if not at:
            page.mouse.down()
    page.mouse.up()


def test_a_drag_selects_a_range_of_dates(page: Page) -> None:
    drag(page, page.locator("#bar-3"), page.locator("#bar-5"))
    expect(page.locator(".chips")).to_contain_text("mars\u00a02023 à\u00a0mai\u00a02023")
    expect(page.locator("#status")).to_contain_text("9\u00a0articles")
    page.wait_for_url("**/search?q=moisson&from=2023-03&to=2023-05")


def test_a_backward_drag_selects_the_same_range(page: Page) -> None:
    drag(page, page.locator("#bar-5"), page.locator("#bar-3"))
    page.wait_for_url("**/search?q=moisson&from=2023-03&to=2023-05")


def test_the_breadcrumb_widens_the_dates(page: Page) -> None:
    page.locator("#bar-3").click()
    page.locator(".path").get_by_role("link", name="2023").click()
    page.wait_for_url("**/search?q=moisson&from=2023&to=2023")
    page.locator(".path").get_by_role("link", name="Toutes les dates").click()
    page.wait_for_url("**/search?q=moisson")


def test_the_bars_are_one_tab_stop_with_arrow_keys(page: Page) -> None:
    page.locator("#bar-1").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#bar-2")).to_be_focused()
    page.keyboard.press("End")
    expect(page.locator("#bar-12")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Du")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#bar-12")).to_be_focused()


def test_a_source_is_filtered_by_name(page: Page) -> None:
    page.get_by_label("Filtrer les sources par leur nom").press_sequentially("echo 29", delay=30)
    expect(page.locator("#sources a")).to_have_count(1)
    expect(page.get_by_label("Filtrer les sources par leur nom")).to_be_focused()
    page.locator("#sources").get_by_role("link", name="Écho 29").click()
    expect(page.locator("#status")).to_contain_text("1\u00a0article")
    expect(page.locator("#sources")).to_contain_text("Écho 1")


def test_several_sources_are_checked_at_once(page: Page) -> None:
    page.get_by_role("link", name="Toutes les sources").click()
    page.get_by_label("Écho 7", exact=False).check()
    page.get_by_label("Filtrer par leur nom").fill("echo 29")
    expect(page.locator("#every-value li:visible")).to_have_count(1)
    page.get_by_label("Écho 29", exact=False).check()
    page.get_by_role("button", name="Chercher dans les sources cochées").click()
    expect(page.locator("#status")).to_contain_text("2\u00a0articles")
    expect(page.locator(".chips a")).to_have_count(2)
