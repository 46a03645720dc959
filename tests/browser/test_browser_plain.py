"""The pages without JavaScript, and without htmx."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.visitor import Visitor, build_index
from tests.threaded_server import serve_in_thread

ARTICLE = [{"id": "a", "title": "Des casques", "body": "Des casques partent.", "date": "2022-01-26"}]


def test_search_facet_and_paging(visitor: Visitor) -> None:
    page = visitor.open("/", java_script_enabled=False)
    page.locator("#q").fill("manifestations")
    page.get_by_role("button", name="Rechercher").click()
    expect(page.locator("#status")).to_contain_text("12\u00a0articles")
    page.get_by_role("link", name="Page suivante").click()
    expect(page.locator(".hit")).to_have_count(2)
    page.locator("#facets").get_by_role("link", name="Agence du Nord").click()
    expect(page.locator("#status")).to_contain_text("8\u00a0articles")
    page.locator("#q").fill("numéro")
    page.keyboard.press("Enter")
    expect(page.locator(".chips")).to_contain_text("Agence du Nord")
    page.locator(".hit a").first.click()
    expect(page.locator("article mark").first).to_be_visible()


def test_filters_open_on_a_narrow_screen(visitor: Visitor) -> None:
    page = visitor.open("/search?q=manifestations", width=390, java_script_enabled=False)
    expect(page.get_by_label("Du")).to_be_hidden()
    page.get_by_text("Filtrer les résultats").click()
    page.get_by_label("Du").fill("2023-02")
    page.get_by_role("button", name="Appliquer").click()
    expect(page.locator(".chips")).to_contain_text("depuis")


def test_error_links_work_without_javascript(visitor: Visitor) -> None:
    page = visitor.open("/search?q=manifestations&from=2023-13", java_script_enabled=False)
    page.get_by_role("link", name="Reprendre sans ce paramètre").click()
    expect(page.locator("#status")).to_contain_text("12\u00a0articles")


def test_the_page_works_without_the_cdn(visitor: Visitor) -> None:
    """Our scripts run without htmx: every control loads a page instead."""
    page = visitor.open("/", cdn=False)
    page.locator("#q").fill("manifestations")
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_contain_text("12\u00a0articles")
    page.locator("#facets").get_by_role("link", name="Agence du Nord").click()
    expect(page.locator(".chips")).to_contain_text("Agence du Nord")
    page.locator("#bar-1").click()
    expect(page.locator(".chips a")).to_have_count(2)
    page.wait_for_load_state()  # keys are bound after the page has loaded
    page.keyboard.press("j")
    expect(page.locator(".hit h2 a").first).to_be_focused()
    page.go_back()
    expect(page.locator(".chips a")).to_have_count(1)


def test_a_drag_without_htmx_loads_the_page(visitor: Visitor) -> None:
    page = visitor.open("/search?q=manifestations", cdn=False)
    for at, name in enumerate(("#bar-1", "#bar-2")):
        box = page.locator(name).bounding_box()
        assert box
        page.mouse.move(box["x"] + 5, box["y"] + box["height"] - 5)
        if not at:
            page.mouse.down()
    page.mouse.up()
    page.wait_for_url("**from=2023-01&to=2023-02*")
    expect(page.locator(".chips")).to_contain_text("février")


def test_htmx_is_served_locally(browser: Browser, htmx: Path, tmp_path: Path) -> None:
    config = {"INDEX": build_index(tmp_path, ARTICLE), "ASSETS": "local", "ASSETS_DIR": str(htmx.parents[1])}
    with serve_in_thread(config) as address:
        opened = Visitor(browser, address, htmx)
        page = opened.open("/", cdn=False)
        page.locator("#q").press_sequentially("casques", delay=30)
        expect(page).to_have_url(f"{address}/search?q=casques")
        assert opened.errors == []
        opened.close()
