"""Keys of one letter: where they lead, and that they can be turned off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.browser.visitor import Visitor


def test_slash_goes_to_the_field(visitor: Visitor) -> None:
    page = visitor.open("/search?q=manifestations")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("casques / j")
    expect(page.locator("#q")).to_have_value("casques / j")


def test_j_and_k_walk_the_hits_and_enter_opens_one(visitor: Visitor) -> None:
    page = visitor.open("/search?q=manifestations")
    links = page.locator(".hit h2 a")
    for key, at in (("j", 0), ("j", 1), ("j", 2), ("k", 1), ("k", 0), ("k", 0)):
        page.keyboard.press(key)
        expect(links.nth(at)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/**")


def test_the_question_mark_lists_them_and_they_can_be_turned_off(visitor: Visitor) -> None:
    page = visitor.open("/search?q=manifestations")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Raccourcis")
    expect(dialog).to_be_visible()
    dialog.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("/")
    expect(page.locator("#q")).not_to_be_focused()
    page.reload()
    page.keyboard.press("?")
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Raccourcis clavier").click()
    expect(dialog).to_be_visible()
    assert visitor.errors == []


def test_modifiers_are_the_browsers_own(visitor: Visitor) -> None:
    page = visitor.open("/search?q=manifestations")
    page.keyboard.press("Control+j")
    expect(page.locator(".hit h2 a").first).not_to_be_focused()
