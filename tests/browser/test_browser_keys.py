"""Keyboard shortcuts, and how to disable them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.browser.visitor import Visitor


def test_slash_focuses_the_search_field(visitor: Visitor) -> None:
    page = visitor.open("/search?q=manifestations")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("casques / j")
    expect(page.locator("#q")).to_have_value("casques / j")


def test_j_and_k_move_between_hits_and_enter_opens_one(visitor: Visitor) -> None:
    page = visitor.open("/search?q=manifestations")
    links = page.locator(".hit h2 a")
    for key, at in (("j", 0), ("j", 1), ("j", 2), ("k", 1), ("k", 0), ("k", 0)):
        page.keyboard.press(key)
        expect(links.nth(at)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/**")


def test_question_mark_lists_the_keys_which_can_be_disabled(visitor: Visitor) -> None:
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


def test_keys_with_modifiers_are_left_to_the_browser(visitor: Visitor) -> None:
    page = visitor.open("/search?q=manifestations")
    page.keyboard.press("Control+j")
    page.keyboard.press("j")
    expect(page.locator(".hit h2 a").first).to_be_focused()  # not the second: Control+j moved nothing
