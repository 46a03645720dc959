"""Citations in each format; no text of an article breaks out of its field."""

from __future__ import annotations

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.web.api.citations import CITATIONS, bibtex, csl, ris, sentence
from tests.web.fake_engine import article, visit

FULL = article(
    "monde/1",
    "Grève & blocages",
    source="Le Courrier",
    date="2022-01-19",
    author="Anne Dupré",
    section="Économie",
    url="https://exemple.fr/a_b?x=50%25",
)
BARE = article("x", "Un titre")
TEXTS = st.text(alphabet="aé{}\\%$#_&~^\"'\r\n\u2028\x00TY- ", max_size=30)


def test_a_citation_as_a_sentence() -> None:
    expected = "Anne Dupré, « Grève & blocages », Le Courrier, 19 janvier 2022, https://exemple.fr/a_b?x=50%25."
    assert sentence(FULL).replace("\u00a0", " ") == expected
    assert sentence(BARE).replace("\u00a0", " ") == "« Un titre », sans date."


def test_ris() -> None:
    lines = ris(FULL).split("\r\n")
    assert lines[0] == "TY  - NEWS"
    assert {"TI  - Grève & blocages", "PY  - 2022", "DA  - 2022/01/19/", "T2  - Le Courrier"} <= set(lines)
    assert lines[-3:] == ["ER  - ", "", ""]
    assert "DA" not in ris(BARE)
    assert "DA  - 2022/01//" in ris(article("m", date="2022-01"))


def test_bibtex() -> None:
    entry = bibtex(FULL)
    assert r"title = {{Grève \& blocages}}" in entry
    assert "url = {https://exemple.fr/a_b?x=50%25}" in entry
    assert "date = {2022-01-19}" in entry
    assert "year" not in bibtex(BARE)


def test_different_ids_get_different_bibtex_keys() -> None:
    keys = {bibtex(article(name)).partition(",")[0] for name in ("le-monde/1", "le-monde-1", "été", "ete", "/", "-")}
    assert len(keys) == 6


def test_csl() -> None:
    [item] = msgspec.json.decode(csl(FULL))
    assert item["issued"] == {"date-parts": [[2022, 1, 19]]}
    assert item["author"] == [{"literal": "Anne Dupré"}]
    assert item["container-title"] == "Le Courrier"
    assert "issued" not in msgspec.json.decode(csl(BARE))[0]


@given(TEXTS, TEXTS, TEXTS)
def test_no_field_ends_a_ris_record(title: str, source: str, author: str) -> None:
    lines = ris(article("a", title, source=source, author=author)).split("\r\n")
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines[:-2])
    assert [line for line in lines if line.startswith(("TY", "ER"))] == ["TY  - NEWS", "ER  - "]


@given(TEXTS, TEXTS)
def test_no_field_ends_a_bibtex_entry(title: str, url: str) -> None:
    entry = bibtex(article("a", title, url=url))
    depth = 0
    for found in re.finditer(r"\\.|[{}]", entry):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        assert depth > 0 or found.end() == len(entry.rstrip())
    assert depth == 0


@pytest.mark.parametrize("name", CITATIONS)
@pytest.mark.parametrize("prefix", ["", "/api/v1"])
def test_every_format_has_a_url(name: str, prefix: str) -> None:
    answer = visit(FULL).get(f"{prefix}/citations/monde/1?format={name}")
    assert answer.text == CITATIONS[name].write(FULL)
    assert answer.mimetype == CITATIONS[name].mimetype


def test_unknown_articles_and_formats_are_refused() -> None:
    assert visit().get("/citations/inconnu").status_code == 404
    answer = visit().get("/citations/kiev-1?format=mla")
    assert answer.json is not None
    assert (answer.status_code, answer.json["parameter"]) == (400, "format")


def test_an_article_links_to_its_citations() -> None:
    page = visit(FULL).get("/articles/monde/1").text
    for name in CITATIONS:
        assert f'href="/citations/monde/1?format={name}"' in page
