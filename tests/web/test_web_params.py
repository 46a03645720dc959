"""URLs and SearchRequests convert both ways; each parameter is read, documented, and an option."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from kiosque.search import RequestError, SearchRequest
from kiosque.search.__main__ import main
from kiosque.search.parameters import PARAMETERS, Parameter
from kiosque.web.urls.links import search_url
from kiosque.web.urls.params import arguments, is_blank, read_request
from tests.web.fake_engine import visit

APP = visit().application
TEXTS = st.text(max_size=20)
DATES = st.none() | st.sampled_from(["2022", "2022-01", "2022-01-19", "0001", "9999-12-31"])
REQUESTS = st.builds(
    SearchRequest,
    q=TEXTS,
    sources=st.lists(st.text(min_size=1, max_size=10), max_size=3, unique=True),
    since=DATES,
    until=DATES,
    undated=st.booleans(),
    sort=st.sampled_from(["relevance", "newest", "oldest"]),
    page=st.integers(1, 999_999_999),
    size=st.integers(1, 100),
    match=st.sampled_from(["all", "any"]),
    copies=st.sampled_from(["grouped", "all"]),
)


def args(query: str) -> MultiDict[str, str]:
    return MultiDict(parse_qsl(query, keep_blank_values=True))


def url(request: SearchRequest) -> str:
    with APP.test_request_context():
        return search_url(request)


@given(REQUESTS)
def test_a_request_round_trips_through_a_url(request: SearchRequest) -> None:
    written = url(request)
    read = read_request(args(urlsplit(written).query), api=True)
    assert read == request or (is_blank(request) and written == "/")
    assert written.isascii()


def test_defaults_are_left_out() -> None:
    assert url(SearchRequest()) == "/"
    assert url(SearchRequest(q="aide")) == "/search?q=aide"
    assert url(SearchRequest(q="à", sources=["Le Monde", "AFP"])) == "/search?q=%C3%A0&source=Le+Monde&source=AFP"
    assert url(SearchRequest(since="2022", undated=True, page=2)) == "/search?from=2022&undated=1&page=2"


def test_empty_fields_of_a_form_are_defaults() -> None:
    assert read_request(args("q=&from=&to=&source=&undated=&utm_source=courriel")) == SearchRequest()


def test_a_repeated_source_counts_once() -> None:
    assert read_request(args("source=AFP&source=AFP")).sources == ["AFP"]


def test_the_page_ignores_parameters_of_the_api() -> None:
    assert read_request(args("size=50&match=any")) == SearchRequest()


@pytest.mark.parametrize(
    "query",
    [
        *("page=abc", "page=0", "page=-1", "page=1.5", "page=", "page=1_0", "page=%C2%B2", "page=99999999999999"),
        *("size=0", "size=x", "sort=foo", "sort=", "match=some", "copies=oui", "undated=oui"),
        *("from=hier", "from=2022-13", "to=2022-02-30", "to=22", "from=2022-1", "from=0000", "to=19/01/2022"),
    ],
)
def test_an_invalid_value_names_its_parameter(query: str) -> None:
    with pytest.raises(RequestError) as caught:
        read_request(args(query), api=True)
    assert caught.value.parameter == query.partition("=")[0]
    assert "«" in str(caught.value)


OTHERS = {"text": "chou", "texts": "AFP", "date": "2022-01", "flag": "1", "number": "7"}


def other(row: Parameter) -> str:
    """A value other than the default."""
    return OTHERS.get(row.kind) or next(
        choice for choice in row.choices if choice != getattr(SearchRequest(), row.field)
    )


def test_every_field_of_a_search_is_a_parameter() -> None:
    assert sorted(row.field for row in PARAMETERS) == sorted(SearchRequest.__struct_fields__)


@pytest.mark.parametrize("row", PARAMETERS, ids=lambda row: row.name)
def test_a_row_is_read_from_a_url_and_written_back(row: Parameter) -> None:
    read = read_request(args(f"{row.name}={other(row)}"), api=True)
    assert getattr(read, row.field) != getattr(SearchRequest(), row.field)
    assert arguments(read).keys() == {row.name}


@pytest.mark.parametrize("row", PARAMETERS, ids=lambda row: row.name)
def test_a_row_is_described_in_openapi(row: Parameter) -> None:
    document = msgspec.json.decode(visit().get("/api/openapi.json").data)
    described = {one["name"]: one for one in document["paths"]["/api/v1/search"]["get"]["parameters"]}
    assert described[row.name]["description"].endswith(row.help)
    if row.choices:
        assert described[row.name]["schema"]["enum"] == list(row.choices)


@pytest.mark.parametrize("row", PARAMETERS, ids=lambda row: row.name)
def test_a_row_is_an_option_of_the_command_line(row: Parameter, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert caught.value.code == 0
    assert f"--{row.name} " in said or row.name == "q"
    assert " ".join(row.help.split()) in said


@pytest.mark.parametrize("option", ["--page=0", "--size=x", "--sort=best"])
def test_an_invalid_option_is_named(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([option])
    assert caught.value.code == 2
    assert option.partition("=")[0] in capsys.readouterr().err
