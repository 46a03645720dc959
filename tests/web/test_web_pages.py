"""The pages, requested as a browser without JavaScript does, and as htmx does."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from werkzeug.test import TestResponse

from kiosque.search import QueryTimeout, SearchPage, SearchRequest
from kiosque.search.model import Note
from tests.web.fake_engine import ARTICLES, FakeEngine, NoIndex, article, visit

HTMX = {"HX-Request": "true"}
TYPING = {**HTMX, "HX-Trigger": "q"}


def text(answer: TestResponse) -> str:
    """The page with plain spaces."""
    return answer.text.replace("\u00a0", " ").replace("&nbsp;", " ").replace("\u202f", " ")


class Elements(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def test_the_start_page_says_what_there_is() -> None:
    page = text(visit().get("/"))
    assert "4 articles de 3 sources, de janvier 2022 au 7 mars 2023" in page
    assert page.index("La grève des retraites") < page.index("Une aide militaire en débat")
    assert 'lang="fr"' in page


def test_results() -> None:
    page = text(visit().get("/search?q=aide"))
    assert "2 articles · 0,9 ms" in page
    assert "Une <mark>aide</mark> militaire en débat" in page
    assert '<time datetime="2022-01">janvier 2022</time>' in page
    assert '<time datetime="2022-02-03">3 février 2022</time>' in page
    assert "<title>aide · Kiosque</title>" in page.replace("\n", "")


def test_a_hit_shows_its_reading_time() -> None:
    assert "5 min" in text(visit(article("a", body="mot " * 1250)).get("/search?q=mot"))


def test_an_undated_hit_says_so() -> None:
    assert '<span class="undated">sans date</span>' in text(visit().get("/search?q=divers"))


def test_htmx_gets_only_the_results() -> None:
    answer = visit().get("/search?q=aide", headers=HTMX)
    assert "<!doctype" not in answer.text
    assert 'id="status" hx-swap-oob' in answer.text
    assert 'id="facets" hx-swap-oob' in answer.text
    assert "HX-Request" in answer.headers["Vary"]


def test_history_restore_gets_the_whole_page() -> None:
    answer = visit().get("/search?q=aide", headers={**HTMX, "HX-History-Restore-Request": "true"})
    assert "<!doctype html>" in answer.text
    assert "HX-Push-Url" not in answer.headers
    assert "HX-Request" in answer.headers["Vary"]


def test_typing_replaces_the_history_entry_and_other_requests_add_one() -> None:
    typed = visit().get("/search?q=aide&from=&to=", headers=TYPING)
    entered = visit().get("/search?q=aide&from=&to=", headers={**HTMX, "HX-Trigger": "search-form"})
    assert typed.headers["HX-Replace-Url"] == "/search?q=aide"
    assert "HX-Push-Url" not in typed.headers
    assert entered.headers["HX-Push-Url"] == "/search?q=aide"


def test_an_empty_field_gives_the_start_page() -> None:
    answer = visit().get("/search?q=&from=&to=", headers=TYPING)
    assert answer.headers["HX-Replace-Url"] == "/"
    assert "4 articles de 3 sources" in text(answer)


def test_an_article_links_back_to_its_search() -> None:
    client = visit()
    assert 'href="/articles/kiev-2?q=aide&amp;source=AFP"' in client.get("/search?q=aide&source=AFP").text
    page = client.get("/articles/kiev-2?q=aide&source=AFP").text
    assert 'href="/search?q=aide&amp;source=AFP"' in page
    assert "Retour aux résultats" in page


def test_an_article() -> None:
    page = text(visit().get("/articles/kiev-1?q=casques"))
    assert 'livre 5 000 <mark id="m1" tabindex="-1">casques</mark> à l’Ukraine</h1>' in page
    assert '<p>Les <mark id="m2" tabindex="-1">casques</mark> partiront bientôt.</p>' in page
    assert '<a class="unscripted" href="#m1">Aller au premier des 2 mots trouvés</a>' in page
    assert "d’après les métadonnées" in page
    assert '<a href="https://exemple.fr/casques"' in page


def test_an_article_lists_similar_ones() -> None:
    page = text(visit().get("/articles/kiev-1?q=casques"))
    assert "Articles proches" in page
    assert "Une aide militaire en débat" in page
    assert 'href="/articles/kiev-2"' in visit().get("/articles/kiev-1?q=casques").text, "the link drops the search"
    assert "Articles proches" not in text(visit(ARTICLES[0]).get("/articles/kiev-1"))


def test_an_article_without_a_search_links_to_the_start_page() -> None:
    assert re.search(r'<p class="back"><a href="/">.*Accueil</a>', visit().get("/articles/kiev-1").text)
    assert "Accueil" not in visit().get("/articles/kiev-1?q=casques").text


@pytest.mark.parametrize(
    "name", ["https://exemple.fr/a?b=c#d", "dossier/été 100%.txt", "a//b", "<i>", "/a", "a\nb", "\r\n"]
)
def test_any_id_has_a_page(name: str) -> None:
    client = visit(article(name, title="Le bon", body="mot"))
    links = [str(a["href"]) for a in Elements(client.get("/search?q=mot").text).all("a")]
    [url] = [link for link in links if link.startswith("/articles/")]
    assert "Le bon" in client.get(url).text


def test_a_javascript_url_is_not_linked() -> None:
    page = visit(article("a", url="javascript:alert(1)")).get("/articles/a").text
    assert 'href="javascript:' not in page


def test_a_new_query_keeps_the_filters() -> None:
    inputs = Elements(visit().get("/search?q=aide&source=AFP&sort=newest&undated=1").text).all("input")
    kept = {(i["name"], i["value"]) for i in inputs if i.get("type") == "hidden" and i["form"] == "search-form"}
    assert kept == {("source", "AFP"), ("sort", "newest"), ("undated", "1")}


def test_a_page_past_the_end() -> None:
    page = text(visit().get("/search?q=aide&page=99"))
    assert "Il n’y a pas de page 99" in page
    assert "Ce résultat tient en 1 page." in page


def test_a_page_past_the_end_links_to_the_last_page() -> None:
    page = visit(*ARTICLES * 10).get("/search?q=aide&page=99").text
    assert 'rel="prev" href="/search?q=aide&amp;page=2"' in page


def test_paging() -> None:
    page = text(visit(*ARTICLES * 10).get("/search?q=aide&page=2"))
    assert "page 2 sur 2" in page
    assert 'rel="prev" href="/search?q=aide"' in page
    assert 'rel="next"' not in page
    assert '<ol class="hits" start="11">' in page


def test_notes_are_sentences_and_offer_their_query() -> None:
    notes = [Note(kind="mended", message="Guillemet fermé à la fin."), Note(kind="x", message="Ou", query="aidé")]
    page = visit(engine=FakeEngine(ARTICLES, notes)).get("/search?q=aide&source=AFP").text
    assert "Guillemet fermé à la fin." in page
    assert 'href="/search?q=aid%C3%A9&amp;source=AFP"' in page


def test_an_empty_index_says_how_to_fill_it() -> None:
    assert "make index CORPUS=" in visit(engine=FakeEngine([])).get("/").text


@pytest.mark.parametrize("url", ["/", "/search?q=a", "/articles/a"])
def test_a_missing_index_says_make_index(url: str) -> None:
    answer = visit(engine=NoIndex()).get(url)
    assert answer.status_code == 503
    assert "<!doctype html>" in answer.text
    assert "make index" in answer.text


class Slow(FakeEngine):
    """Every search times out."""

    def search(self, request: SearchRequest) -> SearchPage:
        raise QueryTimeout(10)


def test_a_query_timeout_suggests_a_cheaper_query_and_a_retry() -> None:
    for url in ("/search?q=a*", "/api/v1/search?q=a*"):
        answer = visit(engine=Slow(ARTICLES)).get(url)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
        assert "jokers" in answer.text and "make index" not in answer.text


@pytest.mark.parametrize(
    ("url", "status", "says"),
    [
        ("/search?page=abc", 400, "« page » doit être un nombre"),
        ("/search?q=a&from=2022-13", 400, "n’est pas une date"),
        ("/articles/inconnu", 404, "inconnu"),
        ("/nulle-part", 404, "Page introuvable"),
    ],
)
def test_errors_are_pages_in_french(url: str, status: int, says: str) -> None:
    answer = visit().get(url)
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    assert says in text(answer)
    assert "<!doctype html>" in answer.text


def test_an_error_keeps_the_query_in_the_field() -> None:
    assert Elements(visit().get("/search?q=aide&page=abc").text).all("input")[0]["value"] == "aide"


def test_an_error_links_to_the_search_without_the_wrong_parameter() -> None:
    page = visit().get("/search?q=a&from=2022-13&source=AFP").text
    assert 'href="/search?q=a&amp;source=AFP"' in page


def test_an_error_for_htmx_is_a_fragment() -> None:
    answer = visit().get("/search?from=2022-13", headers=HTMX)
    assert answer.status_code == 400
    assert "<!doctype" not in answer.text
    assert "n’est pas une date" in text(answer)


def test_a_page_refuses_post() -> None:
    answer = visit().post("/search")
    assert (answer.status_code, answer.mimetype) == (405, "text/html")


@pytest.mark.parametrize("url", ["/", "/search?q=a", "/articles/kiev-1", "/nulle-part", "/api/v1/stats", "/healthz"])
def test_every_answer_has_security_headers(url: str) -> None:
    headers = visit().get(url).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


EVIL = "<script>alert(1)</script>\"'&amp;"


@pytest.mark.parametrize("url", ["/", "/search", "/articles/evil", "/nulle-part"])
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_text_of_an_article_is_never_markup(url: str, headers: dict[str, str]) -> None:
    client = visit(article("evil", title=EVIL, body=EVIL, source=EVIL, author=EVIL, section=EVIL))
    given = {"q": EVIL} if url != "/" else {}
    page = client.get(url, query_string={**given, "source": EVIL}, headers=headers).text
    assert "<script>alert" not in page
    for tag, attributes in Elements(page).found:
        assert not [name for name in attributes if name.startswith("on")], tag
        assert "style" not in attributes, tag
        assert tag != "script" or attributes.get("src"), "no inline script"
