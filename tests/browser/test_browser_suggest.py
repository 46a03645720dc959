"""The combobox of suggestions, over fixed answers of /api/v1/suggest."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, Route, expect

if TYPE_CHECKING:
    from tests.browser.visitor import Visitor

SUGGESTIONS = [
    {"text": "casques bleus", "kind": "query", "id": None, "count": 12},
    {"text": "casque", "kind": "query", "id": None, "count": 3},
    {"text": "L’Allemagne livre des casques", "kind": "article", "id": "casques", "count": 0},
]


@pytest.fixture
def page(visitor: Visitor) -> Page:
    opened = visitor.open("/")
    body = json.dumps(SUGGESTIONS)
    opened.route("**/api/v1/suggest?*", lambda route: route.fulfill(body=body, content_type="application/json"))
    opened.locator("#q").fill("casq")  # one request: the answer to a later key would reset the list
    expect(opened.get_by_role("option")).to_have_count(3)
    return opened


def test_arrows_move_through_suggestions_and_enter_searches(page: Page) -> None:
    field = page.get_by_role("combobox")
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "suggestion-0")
    expect(field).to_have_value("casques bleus")
    expect(page.get_by_role("option", selected=True)).to_contain_text("casques bleus")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("listbox")).to_be_hidden()
    page.wait_for_url("**/search?q=casque")
    expect(field).to_be_focused()


def test_a_late_answer_keeps_the_active_suggestion(page: Page) -> None:
    held: list[Route] = []
    page.unroute("**/api/v1/suggest?*")
    page.route("**/api/v1/suggest?*", lambda route: held.append(route))
    with page.expect_request("**/api/v1/suggest?*"):
        page.keyboard.press("u")
    page.keyboard.press("ArrowDown")
    for route in held:
        route.fulfill(body="[]", content_type="application/json")
    expect(page.get_by_role("combobox")).to_have_attribute("aria-activedescendant", "suggestion-0")
    expect(page.get_by_role("option")).to_have_count(3)


def test_arrows_past_the_ends_return_to_the_typed_text(page: Page) -> None:
    field = page.get_by_role("combobox")
    page.keyboard.press("ArrowUp")
    expect(field).to_have_attribute("aria-activedescendant", "suggestion-2")
    expect(field).to_have_value("casq")
    page.keyboard.press("ArrowDown")
    expect(field).not_to_have_attribute("aria-activedescendant", "suggestion-2")
    expect(field).to_have_value("casq")


def test_a_suggested_article_opens(page: Page) -> None:
    page.get_by_role("option").nth(2).click()
    page.wait_for_url("**/articles/casques")


def test_escape_closes_the_list_and_keeps_the_typed_text(page: Page) -> None:
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(page.get_by_role("combobox")).to_have_value("casq")


def test_enter_without_a_choice_searches_the_typed_text(page: Page) -> None:
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=casq")
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_a_suggestion_is_never_markup(visitor: Visitor) -> None:
    page = visitor.open("/")
    evil = {"text": "<img src=x onerror=alert(1)>", "kind": "query", "id": None, "count": 1}
    body = json.dumps([evil])
    page.route("**/api/v1/suggest?*", lambda route: route.fulfill(body=body, content_type="application/json"))
    page.locator("#q").fill("im")
    expect(page.get_by_role("option")).to_contain_text("<img")
    assert page.locator("#suggestions img").count() == 0


def test_an_engine_without_suggestions_is_asked_once(visitor: Visitor) -> None:
    page = visitor.open("/")
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=404)

    page.route("**/api/v1/suggest?*", answer)
    with page.expect_response("**/api/v1/suggest?*"):
        page.locator("#q").fill("ca")
    expect(page).to_have_url(f"{visitor.site}/search?q=ca")
    page.locator("#q").press_sequentially("sques", delay=150)
    expect(page).to_have_url(f"{visitor.site}/search?q=casques")
    assert len(asked) == 1
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_suggestions_of_the_real_engine(visitor: Visitor) -> None:
    page = visitor.open("/")
    page.locator("#q").fill("manif")
    expect(page.get_by_role("option").first).to_contain_text("manifestations")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_contain_text("12\u00a0articles")
    assert visitor.errors == []
