"""The article page: steps between marks, with and without JavaScript, and citations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.browser.visitor import Visitor


def test_buttons_step_through_the_marks(visitor: Visitor) -> None:
    page = visitor.open("/articles/casques?q=casques")
    places = page.locator("[data-places]")
    expect(places).to_have_text("2\u00a0mots trouvés")
    page.get_by_role("button", name="Mot suivant").click()
    expect(places).to_have_text("1 sur 2")
    expect(page.locator("mark.here")).to_have_id("m1")
    page.keyboard.press("n")
    expect(page.locator("mark.here")).to_have_id("m2")
    page.keyboard.press("n")
    page.keyboard.press("p")
    expect(places).to_have_text("2 sur 2")
    page.locator("#q").press("n")
    expect(places).to_have_text("2 sur 2")


def test_an_article_without_marks_has_no_buttons(visitor: Visitor) -> None:
    expect(visitor.open("/articles/casques").locator(".places")).to_have_count(0)


def test_without_javascript_a_link_leads_to_the_first_mark(visitor: Visitor) -> None:
    page = visitor.open("/articles/casques?q=casques", java_script_enabled=False)
    page.get_by_role("link", name="Aller au premier").click()
    expect(page.get_by_role("button", name="Mot suivant")).to_be_hidden()
    assert page.url.endswith("#m1")


def test_the_citation_is_shown_and_downloads_as_bibtex(visitor: Visitor) -> None:
    page = visitor.open("/articles/casques")
    page.get_by_text("Citer cet article").click()
    expect(page.locator("#reference")).to_contain_text("Le Courrier du Rhin, 26\u00a0janvier\u00a02022")
    with page.expect_download() as download:
        page.get_by_role("link", name="BibTeX").click()
    assert "@article{" in download.value.path().read_text(encoding="utf-8")


def test_a_result_is_downloaded_as_a_file(visitor: Visitor) -> None:
    page = visitor.open("/search?q=manifestations")
    page.get_by_text("Emporter les 12").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.path().read_text(encoding="utf-8-sig").count("Nouvelle journée") == 12
    assert visitor.errors == []
