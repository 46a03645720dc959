"""ETags, rate limits, CORS, request ids, logs, metrics, proxies, assets."""

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


# ETags.


class Rebuilt(FakeEngine):
    state = "1"

    def generation(self) -> str:
        return self.state


@pytest.mark.parametrize(
    "url", ["/", "/search?q=aide", "/articles/kiev-1", "/api/v1/search", "/search.csv", "/tendances?q=aide"]
)
def test_a_known_etag_gets_304_without_a_search(url: str) -> None:
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


def test_each_variant_of_a_url_has_its_own_etag() -> None:
    client = visit()
    headers = [{}, HTMX, {**HTMX, "HX-Trigger": "q"}]
    assert len({client.get("/search?q=aide", headers=h).headers["ETag"] for h in headers}) == 3


def test_an_answer_during_a_commit_has_no_etag_and_no_cursor() -> None:
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
def test_answers_that_do_not_depend_on_the_index_have_no_etag(url: str) -> None:
    assert "ETag" not in visit().get(url).headers


@pytest.mark.parametrize(
    ("url", "status"),
    [
        *((url, 304) for url in ("/search?q=aide", "/articles/kiev-1", "/api/v1/stats", "/search.csv?q=aide")),
        *(("/articles/inconnu", 404), ("/nulle-part", 404), ("/search?page=x", 400), ("/healthz", 200)),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_star_is_any_answer_that_exists_and_no_error(method: str, url: str, status: int) -> None:
    answer = visit().open(url, method=method, headers={"If-None-Match": "*"})
    assert answer.status_code == status
    if status == 304:
        assert answer.data == b""
        assert "ETag" in answer.headers and "Content-Type" not in answer.headers


# Rate limits.


def test_a_client_over_its_rate_gets_429() -> None:
    client = visitor(RATE=2)
    assert [client.get("/").status_code for _ in range(3)] == [200, 200, 429]
    answer = client.get("/api/v1/stats")
    assert answer.mimetype == "application/problem+json"
    assert 1 <= int(answer.headers["Retry-After"]) <= 30
    assert client.get("/", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 200


@pytest.mark.parametrize("probe", ["/healthz", "/readyz"])
def test_a_probe_has_no_rate_and_takes_no_turn(probe: str) -> None:
    client = visitor(RATE=1)
    assert {client.get(probe).status_code for _ in range(5)} == {200}
    assert [client.get(url).status_code for url in ("/", probe, "/")] == [200, 200, 429]


def test_a_rate_bucket_refills() -> None:
    now = [0.0]
    buckets = Buckets(60, lambda: now[0])
    assert [buckets.wait("a") for _ in range(61)] == [0.0] * 60 + [1.0]
    now[0] = 1.0
    assert [buckets.wait("a"), buckets.wait("a")] == [0.0, 1.0]


def test_the_oldest_clients_are_forgotten_first() -> None:
    buckets = Buckets(1, lambda: 0.0)
    for n in range(MOST_CLIENTS + 1):
        buckets.wait(str(n))
    assert buckets.wait("0") == 0.0
    assert buckets.wait(str(MOST_CLIENTS)) > 0


def test_a_url_over_the_limit_gets_414() -> None:
    answer = visitor(LONGEST_URL=1000).get("/api/v1/search?q=" + "x" * 1000)
    assert (answer.status_code, answer.mimetype) == (414, "application/problem+json")


# CORS.


def test_cors_is_off_without_the_setting() -> None:
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


# Request ids, logs, metrics.


def test_every_answer_has_an_id_which_a_proxy_may_set() -> None:
    client = visitor()
    assert client.get("/").headers["X-Request-Id"] != client.get("/").headers["X-Request-Id"]
    assert client.get("/", headers={"X-Request-Id": "abc-1"}).headers["X-Request-Id"] == "abc-1"
    assert client.get("/", headers={"X-Request-Id": "<b>"}).headers["X-Request-Id"] != "<b>"


def test_the_json_log_has_one_line_a_request_without_the_query(capsys: pytest.CaptureFixture[str]) -> None:
    answer = visitor(LOG="json").get("/search?q=secret")
    line = json.loads(capsys.readouterr().err)
    assert (line["path"], line["status"], line["id"]) == ("/search", 200, answer.headers["X-Request-Id"])
    assert "secret" not in str(line)


def test_a_newline_in_a_path_stays_on_one_log_line(capsys: pytest.CaptureFixture[str]) -> None:
    visitor(LOG="text").get("/articles/a%0A2026 b")
    assert capsys.readouterr().err.count("\n") == 1


def test_a_log_line_is_a_single_write(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    monkeypatch.setattr(sys.stderr, "write", lambda text: written.append(text) if text else None)
    visitor(LOG="json").get("/")
    assert [text.endswith("}\n") for text in written] == [True]


def test_nothing_is_logged_by_default(capsys: pytest.CaptureFixture[str]) -> None:
    visitor().get("/")
    assert capsys.readouterr().err == ""


def test_metrics_need_the_setting() -> None:
    assert visitor().get("/metrics").status_code == 404
    client = visitor(METRICS=True)
    client.get("/search?q=aide")
    client.get("/articles/inconnu")
    text = client.get("/metrics").text
    assert 'kiosque_requests_total{endpoint="pages.search",status="200"} 1.0' in text
    assert 'kiosque_requests_total{endpoint="pages.article",status="404"} 1.0' in text
    assert 'kiosque_seconds_bucket{endpoint="pages.search",le="5.0"} 1.0' in text


def test_forwarded_headers_need_the_setting() -> None:
    sent = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "presse.exemple", "X-Forwarded-Prefix": "/archives"}
    assert "http://localhost/" in visitor().get("/opensearch.xml", headers=sent).text
    behind = visitor(PROXIES=1, FORWARDED="proto host prefix")
    assert "https://presse.exemple/archives/search?q=" in behind.get("/opensearch.xml", headers=sent).text


# Assets.


def test_local_htmx_is_served_and_the_cdn_is_not_named(tmp_path: Path, htmx_file: Path) -> None:
    client = visitor(ASSETS="local", ASSETS_DIR=str(htmx_file.parents[1]))
    page = client.get("/")
    assert 'src="/assets/htmx.js?v=' in page.text
    assert "https://" not in page.headers["Content-Security-Policy"]
    with client.get("/assets/htmx.js") as script:
        assert script.data == htmx_file.read_bytes()
        assert "max-age=31536000" in script.headers["Cache-Control"]


@pytest.mark.parametrize("content", [None, b"alert(1)"])
def test_a_file_with_another_hash_is_not_served_as_htmx(tmp_path: Path, content: bytes | None) -> None:
    if content:
        (tmp_path / "htmx-2.0.11").mkdir()
        (tmp_path / "htmx-2.0.11/htmx.min.js").write_bytes(content)
    with pytest.raises(AssetError, match="make assets"):
        visitor(ASSETS="local", ASSETS_DIR=str(tmp_path))


def test_the_policy_allows_one_file_of_the_cdn() -> None:
    policy = visit().get("/").headers["Content-Security-Policy"]
    assert "script-src 'self' https://cdn.jsdelivr.net/npm/htmx.org@2.0.11/dist/htmx.min.js" in policy


def test_static_files_are_cached_under_a_versioned_url() -> None:
    client = visit()
    url = client.get("/").text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert url.startswith("/static/style.css?v=")
    with client.get(url) as answer:
        assert "max-age=31536000" in answer.headers["Cache-Control"]
