"""The feed of a search and the OpenSearch description: well-formed for any article."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.web.app import create_app
from tests.web.fake_engine import ARTICLES, FakeEngine, NoIndex, article, visit

ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = "<script>alert(1)</script>]]>&amp;\x00\x0b\ufffe"


def feed(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)


def test_a_feed_is_newest_first_with_permanent_links() -> None:
    root = feed(visit().get("/search.atom?q=aide&sort=oldest&page=2").text)
    assert [e.findtext(f"{ATOM}id") for e in root.iter(f"{ATOM}entry")] == [
        "urn:kiosque:article:kiev-2",
        "urn:kiosque:article:kiev-1",
    ]
    assert root.findtext(f"{ATOM}updated") == "2022-02-03T00:00:00Z"
    assert root.findtext(f"{ATOM}title") == "aide · Kiosque"
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links["self"] == "http://localhost/search.atom?q=aide"
    assert links["alternate"] == "http://localhost/search?q=aide&sort=newest"


def test_an_undated_article_has_no_publication_date() -> None:
    [entry] = feed(visit().get("/search.atom?q=divers").text).iter(f"{ATOM}entry")
    assert entry.find(f"{ATOM}published") is None
    assert entry.findtext(f"{ATOM}updated") == "1970-01-01T00:00:00Z"


def test_a_feed_has_fifty_entries() -> None:
    engine = FakeEngine([])
    visit(engine=engine).get("/search.atom?q=x")
    assert [(asked.size, asked.sort) for asked in engine.requests] == [(50, "newest")]


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_feed_of_any_text_is_well_formed(title: str, q: str) -> None:
    client = visit(article("a", title + HOSTILE, HOSTILE, source=HOSTILE + title))
    root = feed(client.get("/search.atom", query_string={"q": q}).text)
    assert all(child.tag.startswith(ATOM) for child in root.iter())


def test_a_summary_is_escaped_twice() -> None:
    page = visit(article("a", body="un <b>mot</b>")).get("/search.atom?q=mot").text
    assert "un &amp;lt;b&amp;gt;&lt;mark&gt;mot&lt;/mark&gt;" in page


@pytest.mark.parametrize("url", ["/search.atom?q=aide", "/api/v1/search.atom?q=aide"])
def test_a_feed_has_the_atom_type(url: str) -> None:
    assert visit().get(url).mimetype == "application/atom+xml"
    assert visit(engine=NoIndex()).get(url).mimetype == "application/problem+json"


def test_the_opensearch_description_uses_the_public_address() -> None:
    client = create_app({"ENGINE": FakeEngine(ARTICLES), "HOSTS": "*"}).test_client()
    assert 'rel="search" type="application/opensearchdescription+xml"' in client.get("/").text
    answer = client.get("/opensearch.xml", base_url="https://presse.exemple.fr/archives")
    assert answer.mimetype == "application/opensearchdescription+xml"
    assert 'template="https://presse.exemple.fr/archives/search?q={searchTerms}' in answer.text
    feed(answer.text)


def test_a_results_page_links_to_its_feed() -> None:
    assert 'type="application/atom+xml" title="aide · Kiosque' in visit().get("/search?q=aide").text
