"""Searching: typing, Enter, facets, history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Page, Route, expect

if TYPE_CHECKING:
    from tests.browser.visitor import Visitor

HITS = "#results .hit"


def steps(page: Page) -> int:
    """The number of history entries."""
    return int(page.evaluate("history.length"))


def wait_for_steps(page: Page, count: int) -> None:
    page.wait_for_function("count => history.length === count", arg=count)


def typed(page: Page, text: str) -> None:
    page.locator("#q").press_sequentially(text, delay=40)


def test_typing_refreshes_without_a_history_entry(visitor: Visitor) -> None:
    page = visitor.open("/")
    before = steps(page)
    typed(page, "casques")
    expect(page.locator(HITS)).to_have_count(1)
    expect(page).to_have_url(f"{visitor.site}/search?q=casques")
    expect(page).to_have_title("casques · Kiosque")
    expect(page.locator("#status")).to_contain_text("1\u00a0article")
    expect(page.locator("#q")).to_be_focused()
    assert steps(page) == before
    assert visitor.errors == []


def test_the_status_element_is_never_replaced(visitor: Visitor) -> None:
    page = visitor.open("/")
    page.evaluate("document.querySelector('#status').kept = true")
    typed(page, "casques")
    expect(page.locator(HITS)).to_have_count(1)
    assert page.evaluate("document.querySelector('[role=status]').kept")
    assert page.locator("[role=status]").count() == 1


def test_enter_adds_a_history_entry_and_back_undoes_it(visitor: Visitor) -> None:
    page = visitor.open("/")
    before = steps(page)
    typed(page, "casques")
    expect(page.locator(HITS)).to_have_count(1)
    page.keyboard.press("Enter")
    wait_for_steps(page, before + 1)
    expect(page).to_have_url(f"{visitor.site}/search?q=casques")
    page.go_back()
    expect(page).to_have_url(f"{visitor.site}/")
    expect(page.locator("#status")).to_contain_text("15\u00a0articles")
    expect(page.locator("#q")).to_have_value("")
    page.go_forward()
    expect(page.locator(HITS)).to_have_count(1)
    expect(page.locator("#q")).to_have_value("casques")


def test_enter_right_after_typing_adds_one_history_entry(visitor: Visitor) -> None:
    page = visitor.open("/")
    before = steps(page)
    page.locator("#q").fill("casques")
    page.keyboard.press("Enter")
    expect(page.locator(HITS)).to_have_count(1)
    wait_for_steps(page, before + 1)
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.press("Enter")
    page.locator("#q").press_sequentially(" militaire", delay=20)
    expect(page).to_have_url(f"{visitor.site}/search?q=casques+militaire")
    assert steps(page) == before + 1


def test_a_facet_narrows_and_back_restores(visitor: Visitor) -> None:
    page = visitor.open("/search?q=manifestations")
    expect(page.locator("#status")).to_contain_text("12\u00a0articles")
    before = steps(page)
    page.locator("#facets").get_by_role("link", name="La Dépêche imaginaire").click()
    expect(page.locator("#status")).to_contain_text("4\u00a0articles")
    expect(page.locator("#facets").get_by_role("link", name="Agence du Nord")).to_contain_text("8")
    assert steps(page) == before + 1
    page.go_back()
    expect(page).to_have_url(f"{visitor.site}/search?q=manifestations")
    expect(page.locator("#status")).to_contain_text("12\u00a0articles")
    expect(page.locator(".chips")).to_have_count(0)
    page.go_forward()
    expect(page.locator(".chips")).to_contain_text("La Dépêche imaginaire")
    assert visitor.errors == []


def test_sources_accumulate_and_a_chip_removes_one(visitor: Visitor) -> None:
    page = visitor.open("/search?q=manifestations&source=La+D%C3%A9p%C3%AAche+imaginaire")
    page.locator("#facets").get_by_role("link", name="Agence du Nord").click()
    expect(page.locator("#status")).to_contain_text("12\u00a0articles")
    page.locator(".chips").get_by_role("link", name="La Dépêche imaginaire").click()
    expect(page.locator("#status")).to_contain_text("8\u00a0articles")


def test_a_new_query_keeps_the_selected_source(visitor: Visitor) -> None:
    page = visitor.open("/search?q=manifestations")
    page.locator("#facets").get_by_role("link", name="Agence du Nord").click()
    expect(page.locator(".chips")).to_be_visible()
    page.locator("#q").fill("journée 1")
    expect(page).to_have_url(f"{visitor.site}/search?q=journ%C3%A9e+1&source=Agence+du+Nord")


def test_a_bar_of_the_histogram_narrows(visitor: Visitor) -> None:
    page = visitor.open("/search?q=manifestations")
    page.locator(".bars a").first.click()
    expect(page.locator(".chips")).to_be_visible()
    expect(page.locator("#status")).to_contain_text("4\u00a0articles")
    expect(page).to_have_url(f"{visitor.site}/search?q=manifestations&from=2023-01&to=2023-01")


def test_undated_articles_have_a_facet(visitor: Visitor) -> None:
    page = visitor.open("/search?q=corps")
    page.locator("#undated").click()
    expect(page.locator(".chips")).to_contain_text("sans date")
    expect(page.locator(HITS)).to_have_count(1)


def test_dates_typed_by_hand(visitor: Visitor) -> None:
    page = visitor.open("/search?q=manifestations")
    page.get_by_label("Du").fill("2023-01")
    page.get_by_label("au").fill("2023-01-31")
    page.get_by_role("button", name="Appliquer").click()
    expect(page).to_have_url(f"{visitor.site}/search?q=manifestations&from=2023-01&to=2023-01-31")
    expect(page.locator("#status")).to_contain_text("4\u00a0articles")


def test_an_error_is_shown_and_the_next_search_works(visitor: Visitor) -> None:
    page = visitor.open("/search?q=manifestations")
    page.get_by_label("Du").fill("2023-13")
    page.get_by_role("button", name="Appliquer").click()
    expect(page.locator("#results")).to_contain_text("n’est pas une date")
    expect(page.locator("#status")).to_have_text("Demande impossible")
    page.get_by_label("Du").fill("2023")
    page.get_by_role("button", name="Appliquer").click()
    expect(page.locator("#status")).to_contain_text("12\u00a0articles")


def test_sorting_and_paging(visitor: Visitor) -> None:
    page = visitor.open("/search?q=manifestations")
    page.get_by_role("link", name="Plus anciens").click()
    expect(page.locator("#results [aria-current=true]")).to_have_text("Plus anciens")
    expect(page.locator(HITS).first).to_contain_text("janvier\u00a02023")
    page.get_by_role("link", name="Page suivante").click()
    expect(page).to_have_url(f"{visitor.site}/search?q=manifestations&sort=oldest&page=2")
    expect(page.locator(HITS)).to_have_count(2)
    expect(page.locator("#results > ol")).to_have_attribute("start", "11")


def test_an_article_and_back_to_what_was_typed(visitor: Visitor) -> None:
    page = visitor.open("/")
    typed(page, "casques")
    expect(page).to_have_url(f"{visitor.site}/search?q=casques")  # "casque" finds the article too
    page.locator(HITS).get_by_role("link", name="L’Allemagne livre des casques").click()
    expect(page.locator("article mark").first).to_have_text("casques")
    expect(page.locator(".provenance")).to_contain_text("d’après les métadonnées")
    page.get_by_role("link", name="Retour aux résultats").click()
    expect(page).to_have_url(f"{visitor.site}/search?q=casques")
    page.go_back()
    page.go_back()
    expect(page).to_have_url(f"{visitor.site}/search?q=casques")
    expect(page.locator("#q")).to_have_value("casques")
    assert visitor.errors == []


def test_a_slow_answer_shows_progress(visitor: Visitor) -> None:
    page = visitor.open("/")
    held: list[Route] = []
    page.route("**/search?q=casques*", lambda route: held.append(route))
    page.locator("#q").fill("casques")
    expect(page.locator("#progress")).to_be_visible()
    held[0].continue_()
    expect(page.locator(HITS)).to_have_count(1)
    expect(page.locator("#progress")).to_be_hidden()


def test_the_focus_stays_on_the_selected_source(visitor: Visitor) -> None:
    page = visitor.open("/search?q=manifestations")
    source = page.locator("#facets").get_by_role("link", name="La Dépêche imaginaire")
    source.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".chips")).to_be_visible()
    expect(source).to_be_focused()


def test_the_focus_moves_to_the_results_when_its_filter_disappears(visitor: Visitor) -> None:
    page = visitor.open("/search?q=manifestations&source=Agence+du+Nord")
    page.locator(".chips a").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".chips")).to_have_count(0)
    expect(page.locator("#results")).to_be_focused()
