"""Texts of articles never run as scripts, and the CDN script has the known hash."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from kiosque.web.app import create_app

if TYPE_CHECKING:
    from tests.browser.visitor import Visitor

EVIL = "<script>document.title='vaincu'</script>\"><img src=x onerror=alert(1)>"


@pytest.mark.parametrize("path", ["/", "/search?q=corps", "/articles/evil?q=corps", f"/search?q={quote(EVIL)}"])
def test_a_script_in_an_article_is_text(visitor: Visitor, path: str) -> None:
    page = visitor.open(path)
    expect(page.locator("#content")).to_be_visible()
    assert page.locator("main script, main img, main [onerror]").count() == 0
    assert page.title() != "vaincu"
    assert visitor.errors == []


def test_a_typed_script_is_text(visitor: Visitor) -> None:
    page = visitor.open("/")
    page.locator("#q").fill("corps " + EVIL)
    expect(page).to_have_url(re.compile("script"))
    assert page.locator("main script, main img").count() == 0
    assert page.title() != "vaincu"


def test_a_script_in_an_article_is_displayed(visitor: Visitor) -> None:
    page = visitor.open("/articles/evil")
    expect(page.locator("h1")).to_contain_text("<script>document.title=")


def test_the_integrity_hash_is_that_of_the_npm_file(htmx: Path, visitor: Visitor) -> None:
    digest = base64.b64encode(hashlib.sha384(htmx.read_bytes()).digest()).decode()
    tag = visitor.open("/").locator("script[src^='https://cdn.jsdelivr.net/npm/htmx.org@2.0.11/']")
    expect(tag).to_have_attribute("integrity", f"sha384-{digest}")
    expect(tag).to_have_attribute("crossorigin", "anonymous")


def test_without_an_index_the_page_says_what_to_run(visitor: Visitor, tmp_path: Path) -> None:
    answer = create_app({"INDEX": str(tmp_path / "none")}).test_client().get("/")
    page = visitor.open("/")
    page.set_content(answer.text)
    expect(page.locator("main")).to_contain_text("make index")
