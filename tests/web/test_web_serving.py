"""What a server needs besides answers: limits, tags, origins, ids, logs, counts."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosque.search import SearchPage, SearchRequest
from kiosque.web.app import create_app
from kiosque.web.serving.assets import AssetError
from kiosque.web.serving.limits import MOST_CLIENTS, Buckets
from tests.web.fake_engine import ARTICLES, FakeEngine, visit

HTMX = {"HX-Request": "true"}


def visitor(**config: object) -> FlaskClient:
    return create_app({"ENGINE": FakeEngine(ARTICLES), **config}).test_client()


# Tags.


class Rebuilt(FakeEngine):
    state = "1"

    def generation(self) -> str:
        return self.state


@pytest.mark.parametrize(
    "url", ["/", "/search?q=aide", "/articles/kiev-1", "/api/v1/search", "/search.csv", "/tendances?q=aide"]
)
def test_who_has_it_already_is_told_so_and_nothing_is_searched(url: str) -> None:
    engine = Rebuilt(ARTICLES)
    client = visit(engine=engine)
    first = client.get(url)
    asked = len(engine.requests)
    again = client.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, len(engine.requests)) == (304, b"", asked)
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers.get("Vary") == first.headers.get("Vary")
    engine.state = "2"
    assert client.get(url, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_the_answers_of_one_address_have_tags_of_their_own() -> None:
    client = visit()
    headers = [{}, HTMX, {**HTMX, "HX-Trigger": "q"}]
    assert len({client.get("/search?q=aide", headers=h).headers["ETag"] for h in headers}) == 3


def test_what_was_searched_while_a_commit_came_has_no_tag_and_no_cursor_goes_on_from_it() -> None:
    class Committing(Rebuilt):
        def search(self, request: SearchRequest) -> SearchPage:
            page = super().search(request)
            self.state += "1"
            return page

    client = visit(engine=Committing(ARTICLES))
    assert "ETag" not in client.get("/api/v1/search?q=aide").headers
    assert "ETag" in client.get("/api/v1/stats").headers
    assert client.get("/api/v1/search?q=aide&cursor=").status_code == 410


@pytest.mark.parametrize("url", ["/articles/inconnu", "/search?page=x", "/healthz", "/readyz"])
def test_what_the_index_does_not_say_has_no_tag(url: str) -> None:
    assert "ETag" not in visit().get(url).headers


# Limits.


def test_a_client_waits_when_it_asks_too_much() -> None:
    client = visitor(RATE=2)
    assert [client.get("/healthz").status_code for _ in range(3)] == [200, 200, 429]
    answer = client.get("/api/v1/stats")
    assert answer.mimetype == "application/problem+json"
    assert 1 <= int(answer.headers["Retry-After"]) <= 30
    assert client.get("/healthz", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 200


def test_a_bucket_fills_again() -> None:
    now = [0.0]
    buckets = Buckets(60, lambda: now[0])
    assert [buckets.wait("a") for _ in range(61)] == [0.0] * 60 + [1.0]
    now[0] = 1.0
    assert [buckets.wait("a"), buckets.wait("a")] == [0.0, 1.0]


def test_clients_are_forgotten_in_their_order() -> None:
    buckets = Buckets(1, lambda: 0.0)
    for n in range(MOST_CLIENTS + 1):
        buckets.wait(str(n))
    assert buckets.wait("0") == 0.0
    assert buckets.wait(str(MOST_CLIENTS)) > 0


def test_an_address_too_long() -> None:
    answer = visitor(LONGEST_URL=1000).get("/api/v1/search?q=" + "x" * 1000)
    assert (answer.status_code, answer.mimetype) == (414, "application/problem+json")


# Other sites.


def test_other_sites_may_call_the_api_by_setting_only() -> None:
    origin = {"Origin": "https://redaction.exemple"}
    assert "Access-Control-Allow-Origin" not in visitor().get("/api/v1/stats", headers=origin).headers
    client = visitor(CORS="https://redaction.exemple https://autre.exemple")
    allowed = client.get("/api/v1/stats", headers=origin)
    assert allowed.headers["Access-Control-Allow-Origin"] == "https://redaction.exemple"
    assert "Origin" in allowed.headers["Vary"]
    other = client.get("/api/v1/stats", headers={"Origin": "https://inconnu.exemple"})
    assert "Access-Control-Allow-Origin" not in other.headers
    assert "Access-Control-Allow-Origin" not in client.get("/search", headers=origin).headers
    before = client.options("/api/v1/search", headers={**origin, "Access-Control-Request-Method": "GET"})
    assert "GET" in before.headers["Access-Control-Allow-Methods"]
    assert visitor(CORS="*").get("/api/v1/stats").headers["Access-Control-Allow-Origin"] == "*"


# Ids, logs, counts.


def test_every_answer_has_an_id_and_a_proxy_may_give_it() -> None:
    client = visitor()
    assert client.get("/").headers["X-Request-Id"] != client.get("/").headers["X-Request-Id"]
    assert client.get("/", headers={"X-Request-Id": "abc-1"}).headers["X-Request-Id"] == "abc-1"
    assert client.get("/", headers={"X-Request-Id": "<b>"}).headers["X-Request-Id"] != "<b>"


def test_a_line_of_json_for_each_request_without_the_query(capsys: pytest.CaptureFixture[str]) -> None:
    answer = visitor(LOG="json").get("/search?q=secret")
    line = json.loads(capsys.readouterr().err)
    assert (line["path"], line["status"], line["id"]) == ("/search", 200, answer.headers["X-Request-Id"])
    assert "secret" not in str(line)


def test_a_line_of_text_stays_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    visitor(LOG="text").get("/articles/a%0A2026 b")
    assert capsys.readouterr().err.count("\n") == 1


def test_a_line_is_one_write_so_that_processes_do_not_mix_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    monkeypatch.setattr(sys.stderr, "write", lambda text: written.append(text) if text else None)
    visitor(LOG="json").get("/")
    assert [text.endswith("}\n") for text in written] == [True]


def test_no_line_by_default(capsys: pytest.CaptureFixture[str]) -> None:
    visitor().get("/")
    assert capsys.readouterr().err == ""


def test_metrics_by_setting() -> None:
    assert visitor().get("/metrics").status_code == 404
    client = visitor(METRICS=True)
    client.get("/search?q=aide")
    client.get("/articles/inconnu")
    text = client.get("/metrics").text
    assert 'kiosque_requests_total{endpoint="pages.search",status="200"} 1.0' in text
    assert 'kiosque_requests_total{endpoint="pages.article",status="404"} 1.0' in text
    assert 'kiosque_seconds_bucket{endpoint="pages.search",le="5.0"} 1.0' in text


def test_a_proxy_in_front_is_believed_by_setting_only() -> None:
    sent = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "presse.exemple", "X-Forwarded-Prefix": "/archives"}
    assert "http://localhost/" in visitor().get("/opensearch.xml", headers=sent).text
    assert "https://presse.exemple/archives/search?q=" in visitor(PROXIES=1).get("/opensearch.xml", headers=sent).text


# Assets.


def test_htmx_from_here_is_the_same_and_no_other_origin_is_named(tmp_path: Path, htmx_file: Path) -> None:
    client = visitor(ASSETS="local", ASSETS_DIR=str(htmx_file.parents[1]))
    page = client.get("/")
    assert 'src="/assets/htmx.js?v=' in page.text
    assert "https://" not in page.headers["Content-Security-Policy"]
    with client.get("/assets/htmx.js") as script:
        assert script.data == htmx_file.read_bytes()
        assert "max-age=31536000" in script.headers["Cache-Control"]


@pytest.mark.parametrize("content", [None, b"alert(1)"])
def test_another_file_is_not_served_as_htmx(tmp_path: Path, content: bytes | None) -> None:
    if content:
        (tmp_path / "htmx-2.0.11").mkdir()
        (tmp_path / "htmx-2.0.11/htmx.min.js").write_bytes(content)
    with pytest.raises(AssetError, match="make assets"):
        visitor(ASSETS="local", ASSETS_DIR=str(tmp_path))


def test_the_cdn_may_give_one_file() -> None:
    policy = visit().get("/").headers["Content-Security-Policy"]
    assert "script-src 'self' https://cdn.jsdelivr.net/npm/htmx.org@2.0.11/dist/htmx.min.js" in policy


def test_our_files_are_kept_under_a_name_that_changes_with_them() -> None:
    client = visit()
    url = client.get("/").text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert url.startswith("/static/style.css?v=")
    with client.get(url) as answer:
        assert "max-age=31536000" in answer.headers["Cache-Control"]
