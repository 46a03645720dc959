"""The JSON API: answers are structs of the model, errors are problem documents."""

from __future__ import annotations

import msgspec
import pytest

from kiosque.search import SearchPage, SearchRequest
from kiosque.search.model import ArticleView, Explanation, Hit, Stats, Suggestion
from kiosque.web.app import create_app
from tests.web.fake_engine import ARTICLES, FakeEngine, NoIndex, visit


def test_search() -> None:
    answer = visit().get("/api/v1/search?q=aide&source=AFP&from=2022&to=2022-12&sort=newest&size=5&match=any")
    page = msgspec.json.decode(answer.data, type=SearchPage)
    assert answer.mimetype == "application/json"
    assert [hit.id for hit in page.hits] == ["kiev-2"]
    assert (page.size, page.sort, page.match) == (5, "newest", "any")
    assert answer.json is not None
    assert answer.json["facets"]["date"]["buckets"][0] == {
        "from": "2022-02",
        "to": "2022-02",
        "count": 1,
        "selected": False,
    }


def test_the_engine_gets_the_request() -> None:
    engine = FakeEngine([])
    visit(engine=engine).get("/api/v1/search?q=x&undated=1&page=2")
    assert engine.requests == [SearchRequest(q="x", undated=True, page=2)]


def test_article() -> None:
    view = msgspec.json.decode(visit().get("/api/v1/articles/kiev-1?q=casques").data, type=ArticleView)
    assert view.article.date == "2022-01"
    start, end = view.body_marks[0]
    assert view.article.body[start:end] == "casques"


def test_suggest() -> None:
    suggestions = msgspec.json.decode(visit().get("/api/v1/suggest?q=a&size=1").data, type=list[Suggestion])
    assert suggestions == [Suggestion(text="aide", kind="query")]


def test_similar() -> None:
    hits = msgspec.json.decode(visit().get("/api/v1/articles/kiev-1/similar?size=2").data, type=list[Hit])
    assert [hit.id for hit in hits] == ["kiev-2", "greve"]


def test_stats() -> None:
    stats = msgspec.json.decode(visit().get("/api/v1/stats").data, type=Stats)
    assert (stats.articles, stats.undated, stats.first, stats.last) == (4, 1, "2022-01", "2023-03-07")


@pytest.mark.parametrize(
    ("url", "status", "parameter"),
    [
        ("/api/v1/search?page=abc", 400, "page"),
        ("/api/v1/search?size=0", 400, "size"),
        ("/api/v1/search?size=101", 400, "size"),
        ("/api/v1/search?sort=foo", 400, "sort"),
        ("/api/v1/search?from=2022-13", 400, "from"),
        ("/api/v1/search?q=" + "x" * 1001, 400, "q"),
        ("/api/v1/articles/inconnu", 404, None),
        ("/api/v1/articles/inconnu/similar", 404, None),
        ("/api/v1/articles/kiev-1/similar?size=0", 400, "size"),
        ("/api/v1/suggest?q=a&size=beaucoup", 400, "size"),
        ("/api/v1/nulle-part", 404, None),
        ("/api/", 404, None),
    ],
)
def test_problems(url: str, status: int, parameter: str | None) -> None:
    answer = visit().get(url)
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert answer.status_code == answer.json["status"] == status
    assert answer.json.get("parameter") == parameter
    assert answer.json["instance"] == url
    assert {"type", "title", "detail"} <= answer.json.keys()


def test_only_get() -> None:
    answer = visit().post("/api/v1/search")
    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(
    "url",
    [
        "/api/v1/search",
        "/api/v1/articles/a",
        "/api/v1/articles/a/similar",
        "/api/v1/suggest",
        "/api/v1/stats",
        "/readyz",
    ],
)
def test_without_an_index(url: str) -> None:
    answer = visit(engine=NoIndex()).get(url)
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.json is not None
    assert "make index" in answer.json["detail"]


def test_an_explanation_needs_the_setting() -> None:
    answer = visit().get("/api/v1/explain?q=aide")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    client = create_app({"ENGINE": FakeEngine(ARTICLES), "EXPLAIN": True}).test_client()
    found = msgspec.json.decode(client.get("/api/v1/explain?q=aide").data, type=Explanation)
    page = msgspec.json.decode(client.get("/api/v1/search?q=aide").data, type=SearchPage)
    assert [hit.id for hit in found.hits] == [hit.id for hit in page.hits]


def test_health() -> None:
    assert visit(engine=NoIndex()).get("/healthz").text == "ok\n"
    assert visit().get("/readyz").text == "ok\n"


def test_an_index_that_serves_an_older_commit_is_ready_and_says_why() -> None:
    class Refusing(FakeEngine):
        def trouble(self) -> str:
            return "L’index « x » est illisible. Reconstruisez-le\u00a0: make index."

    answer = visit(engine=Refusing(ARTICLES)).get("/readyz")
    assert (answer.status_code, answer.text) == (200, Refusing([]).trouble() + "\n")


class Broken(FakeEngine):
    def search(self, request: SearchRequest) -> SearchPage:
        raise KeyError("un secret de l’intérieur")


@pytest.mark.parametrize("url", ["/api/v1/search", "/search?q=a"])
def test_an_internal_error_hides_its_traceback_and_logs_it(url: str, caplog: pytest.LogCaptureFixture) -> None:
    answer = visit(engine=Broken([])).get(url)
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert "un secret" in caplog.text, "the log has what the answer hides"
