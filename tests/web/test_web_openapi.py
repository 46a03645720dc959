"""openapi.json and the API page describe every route and model; links and cursors."""

from __future__ import annotations

import re

import msgspec
import pytest

from kiosque.search import RequestError, SearchPage, SearchRequest
from kiosque.search.parameters import PARAMETERS
from kiosque.web.api.operations import OPERATIONS
from kiosque.web.urls.cursors import read, write
from tests.web.fake_engine import ARTICLES, FakeEngine, NoIndex, article, visit

MANY = [article(f"a{n:02}", body="mot", date="2022") for n in range(25)]


def test_every_api_route_is_described() -> None:
    rules = {rule.rule for rule in visit().application.url_map.iter_rules() if rule.rule.startswith("/api/v1/")}
    served = {re.sub(r"<id:\w+>", "{id}", rule) for rule in rules}
    [several] = [rule for rule in served if "any(" in rule]
    suffixes = re.findall(r"\w+", several.partition("any(")[2].partition(")")[0])
    served = served - {several} | {f"/api/v1/search.{suffix}" for suffix in suffixes}
    assert served == {operation.path for operation in OPERATIONS}


def test_every_parameter_of_a_search_is_described() -> None:
    [search] = [operation for operation in OPERATIONS if operation.path == "/api/v1/search"]
    assert {row.name for row in search.parameters} == {row.name for row in PARAMETERS} | {"cursor"}


def test_the_schemas_are_those_of_the_models() -> None:
    answer = visit(engine=NoIndex()).get("/api/openapi.json")
    assert answer.json is not None
    assert answer.json["openapi"] == "3.1.0"
    schemas = answer.json["components"]["schemas"]
    fields = msgspec.structs.fields(SearchPage)
    assert schemas["SearchPage"]["required"] == [field.encode_name for field in fields if field.required]
    assert {"SearchPage", "Hit", "ArticleView", "Trends", "Stats", "Problem"} <= set(schemas)
    ids = [path["get"]["operationId"] for path in answer.json["paths"].values()]
    assert len(set(ids)) == len(OPERATIONS)


def test_links_name_existing_operations_and_parameters() -> None:
    paths = (visit(engine=NoIndex()).get("/api/openapi.json").json or {})["paths"].values()
    parameters = {path["get"]["operationId"]: {row["name"] for row in path["get"]["parameters"]} for path in paths}
    links = [link for path in paths for link in path["get"]["responses"]["200"].get("links", {}).values()]
    assert {link["operationId"] for link in links} == {"articles", "articles/similar", "citations", "search"}
    assert all(link["parameters"].keys() <= parameters[link["operationId"]] for link in links)


def test_the_api_page_lists_every_operation() -> None:
    page = visit(engine=NoIndex()).get("/api").text
    for operation in OPERATIONS:
        assert f"http://localhost{operation.path}" in page


def links(header: str | None) -> dict[str, str]:
    return {rel: url for url, rel in re.findall(r'<(.*?)>; rel="(\w+)"', header or "")}


def test_link_headers_name_the_other_pages() -> None:
    client = visit(*MANY)
    around = links(client.get("/api/v1/search?q=mot&page=2&match=any").headers["Link"])
    assert around == {
        "first": "/api/v1/search?q=mot&match=any",
        "prev": "/api/v1/search?q=mot&match=any",
        "next": "/api/v1/search?q=mot&page=3&match=any",
        "last": "/api/v1/search?q=mot&page=3&match=any",
    }
    assert "next" not in links(client.get("/api/v1/search?q=mot&page=3").headers["Link"])
    assert links(client.get("/api/v1/search?q=mot&page=9").headers["Link"])["prev"].endswith("page=3")
    assert "Link" not in client.get("/api/v1/search?q=absent").headers


class Changing(FakeEngine):
    state = "1"

    def generation(self) -> str:
        return self.state


def test_a_cursor_reads_every_article_once() -> None:
    client = visit(*MANY)
    url, ids = "/api/v1/search?q=mot&size=7&cursor=", []
    while url:
        answer = client.get(url)
        assert answer.json is not None
        ids += [hit["id"] for hit in answer.json["hits"]]
        url = links(answer.headers.get("Link")).get("next", "")
    assert ids == [row.id for row in MANY]


def test_a_cursor_belongs_to_one_search_and_one_state_of_the_index() -> None:
    engine = Changing(MANY)
    client = visit(engine=engine)
    url = links(client.get("/api/v1/search?q=mot&cursor=").headers["Link"])["next"]
    assert client.get(url.replace("q=mot", "q=autre")).status_code == 404
    engine.state = "2"
    gone = client.get(url)
    assert gone.json is not None
    assert (gone.status_code, gone.json["parameter"]) == (410, "cursor")


@pytest.mark.parametrize("word", ["x", "AAAA", "é", "k6ExoTECkw", "////", "-" * 5000])
def test_an_invalid_cursor_is_refused(word: str) -> None:
    answer = visit(*MANY).get("/api/v1/search", query_string={"q": "mot", "cursor": word})
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_a_cursor_round_trips() -> None:
    asked = SearchRequest(q="é", sources=["a"], size=3)
    assert read(write("g", asked, 7), "g", asked).page == 7


class Strict(FakeEngine):
    def search(self, request: SearchRequest) -> SearchPage:
        raise RequestError("q", "La requête est trop longue.", 2000)


def test_an_error_has_the_position_in_the_query() -> None:
    answer = visit(engine=Strict(ARTICLES)).get("/api/v1/search?q=x")
    assert answer.json is not None
    assert (answer.json["parameter"], answer.json["position"]) == ("q", 2000)
    unplaced = visit().get("/api/v1/search?page=x").json
    assert unplaced is not None
    assert "position" not in unplaced
