"""Any request gets a safe answer: security headers, no cookie, GET only, no server error."""

from __future__ import annotations

import csv
import io
import re
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiosque.search import SearchPage, SearchRequest
from kiosque.web.api.exports import defused
from kiosque.web.app import create_app
from kiosque.web.serving.headers import HEADERS
from tests.effort import examples
from tests.web.fake_engine import ARTICLES, FakeEngine, article, visit

CLIENT = create_app({"ENGINE": FakeEngine(ARTICLES), "METRICS": False}).test_client()
FIXED = sorted({str(rule) for rule in CLIENT.application.url_map.iter_rules() if "<" not in str(rule)})
PATHS = [*FIXED, "/articles/kiev-1", "/api/v1/articles/kiev-1", "/search.csv", "/citations/kiev-1", "/static/style.css"]


@pytest.mark.parametrize("path", [*PATHS, "/rien", "/articles/inconnu", "/search?page=x", "/api/v1/search?from=hier"])
def test_headers_of_every_answer(path: str) -> None:
    with CLIENT.get(path) as answer:
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "Set-Cookie" not in answer.headers
        assert not {"Server", "X-Powered-By"} & set(answer.headers.keys())
        assert answer.headers["Content-Type"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND"])
def test_only_get_is_allowed(method: str) -> None:
    engine = FakeEngine(ARTICLES)
    client = visit(engine=engine)
    for path in PATHS:
        assert client.open(path, method=method, data=b"q=aide").status_code == 405, path
    assert not engine.requests


@pytest.mark.parametrize("path", PATHS)
def test_head_is_get_without_a_body(path: str) -> None:
    with CLIENT.head(path) as head, CLIENT.get(path) as answer:
        assert (head.status_code, head.data) == (answer.status_code, b"")
        assert head.headers["Content-Type"] == answer.headers["Content-Type"]


OVERLONG = ["%c0%ae%c0%ae%c0%af", "%e0%80%af", "%f0%80%80%af", "%ff", "%ed%a0%80", "%f4%90%80%80", "%c3"]
TRAVERSALS = [
    "../web/app.py",
    "..%2fapp.py",
    "%2e%2e/app.py",
    "..%5capp.py",
    "....//app.py",
    "%00",
    "style.css%00.html",
]


@pytest.mark.parametrize("bytes_", OVERLONG)
def test_invalid_utf_8_is_not_decoded_to_other_characters(bytes_: str) -> None:
    assert CLIENT.get(f"/search?q={bytes_}").status_code == 200
    assert CLIENT.get(f"/api/v1/articles/{bytes_}").status_code == 404
    assert CLIENT.get(f"/static/{bytes_}/app.py").status_code == 404


@pytest.mark.parametrize("path", [*TRAVERSALS, "/etc/passwd", "%2fetc%2fpasswd", "file:///etc/passwd"])
def test_no_path_leaves_the_static_folder(path: str) -> None:
    for folder in ("static", "assets", "corpus", "corpus/refusals"):
        assert CLIENT.get(f"/{folder}/{path}").status_code in (404, 405), folder


@pytest.mark.parametrize(
    "query",
    [
        *(
            "q=a&q=b&q=c",
            "page=1&page=2",
            "sort=newest&sort=x",
            "from=2022&from=hier",
            "&&&=&==",
            "q",
            "%00=1",
            "q[]=a",
        ),
        *("q=%00", "source=" + "&source=".join(map(str, range(900))), "q=" + "a" * 900, "page=999999999", "size=100"),
        *("q=%0d%0aSet-Cookie:a=b", "__proto__=1", "q=%F0%9F%92%A3", "%zz=%zz&q=%", "undated=1&undated=1", ";q=a;b"),
    ],
)
def test_no_parameter_causes_a_server_error(query: str) -> None:
    for path in (
        "/search",
        "/api/v1/search",
        "/search.csv",
        "/search.atom",
        "/tendances",
        "/sources",
        "/api/v1/trends",
    ):
        with CLIENT.get(f"{path}?{query}") as answer:
            assert answer.status_code in (200, 400), path
            assert "Set-Cookie" not in answer.headers


# Any text of an article in XML and CSV.

ANY = st.text(st.characters(exclude_categories=()), max_size=30)  # with controls, U+FFFE and lone surrogates
FORMULAS = st.sampled_from(["=", "+", "-", "@", "\t", "\r", "\n", " ", "＝", "\x00", "'", '"', ",", ";", "\ufeff"])


class Whole(FakeEngine):
    """An engine where every article matches."""

    def search(self, request: SearchRequest) -> SearchPage:
        return super().search(SearchRequest(size=request.size, sort=request.sort))


def visitor(text: str) -> FlaskClient:
    id = f"a{text}".encode(errors="replace").decode()  # ids are indexed as UTF-8
    named = article(id, text, f"{text} et la suite", source=text or "x", author=text, url=text, date="2022")
    return visit(engine=Whole([named]))


@settings(max_examples=examples(20))
@given(ANY, ANY)
def test_a_feed_is_valid_xml_for_any_article(text: str, q: str) -> None:
    answer = visitor(text).get("/search.atom", query_string={"q": q.encode("utf-8", "replace").decode()})
    names = [element.tag.rpartition("}")[2] for element in ElementTree.fromstring(answer.data).iter()]
    assert names.count("entry") == names.count("published") == 1


@settings(max_examples=examples(50))
@given(st.lists(FORMULAS | st.sampled_from("a1"), max_size=8).map("".join) | ANY)
@example("\t=")
def test_no_cell_is_a_formula(text: str) -> None:
    cell = defused(text)
    assert not re.match(r"[\s\x00\ufeff]*[=+\-@＝＋－＠]|[\t\r]", cell)
    assert not re.search(r"[;\t\n][ \t]*[=+@＝＋＠]", cell), "French Excel splits cells at semicolons"
    assert cell.replace("'", "").replace("\x00", "") == text.replace("\x00", "").replace("'", "")


def test_a_dialogue_dash_is_kept() -> None:
    assert defused("Il dit :\n- Bonjour ; - encore") == "Il dit :\n- Bonjour ; - encore"
    assert defused("Budget;=cmd|x;-cmd") == "Budget;'=cmd|x;'-cmd"


@settings(max_examples=examples(20))
@given(st.lists(FORMULAS | st.sampled_from("a1"), max_size=8).map("".join))
def test_a_csv_row_has_ten_columns_for_any_text(text: str) -> None:
    table = visitor(text).get("/search.csv?q=aide").data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(table, newline="")))
    assert [len(row) for row in rows] == [10, 10]
