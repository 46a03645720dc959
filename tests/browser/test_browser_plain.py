"""Every URL works without JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from desk import Desk


def test_search_facet_and_paging(desk: Desk) -> None:
    page = desk.open("/", java_script_enabled=False)
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


def test_filters_open_on_a_narrow_screen(desk: Desk) -> None:
    page = desk.open("/search?q=manifestations", width=390, java_script_enabled=False)
    expect(page.get_by_label("Du")).to_be_hidden()
    page.get_by_text("Filtrer par source ou par date").click()
    page.get_by_label("Du").fill("2023-02")
    page.get_by_role("button", name="Appliquer").click()
    expect(page.locator(".chips")).to_contain_text("depuis")


def test_the_tools_for_search_need_no_script(desk: Desk) -> None:
    page = desk.open("/search?q=manifestations&from=2023-13", java_script_enabled=False)
    page.get_by_role("link", name="Reprendre sans ce paramètre").click()
    expect(page.locator("#status")).to_contain_text("12\u00a0articles")
