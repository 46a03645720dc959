"""Exports of a whole result: complete, and safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.search import EngineUnavailable, SearchRequest
from kiosque.search.export import Export
from kiosque.search.model import Article
from kiosque.web.api.exports import FIELDS, FORMATS, as_csv
from tests.web.fake_engine import ARTICLES, FakeEngine, NoIndex, article, visit

MANY = [article(f"a{n:02}", f"Titre {n}", "Le mot.", source="AFP", date=f"2022-01-{n + 1:02}") for n in range(31)]


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
def test_a_csv_has_every_article_in_result_order(prefix: str) -> None:
    answer = visit(*MANY).get(f"{prefix}/search.csv?q=mot&sort=oldest&page=2&size=5")
    assert [row["id"] for row in rows(answer.text)] == [f"a{n:02}" for n in range(31)]
    assert answer.headers["Kiosque-Total"] == "31"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="kiosque-mot.csv"'
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"


def test_an_export_obeys_the_filters() -> None:
    assert [row["id"] for row in rows(visit().get("/search.csv?q=aide&source=AFP").text)] == ["kiev-2"]


def test_json_lines_are_articles() -> None:
    lines = visit(*MANY).get("/search.jsonl?q=mot").text.splitlines()
    assert [msgspec.json.decode(line, type=Article) for line in lines] == MANY


@pytest.mark.parametrize(("suffix", "opens"), [("ris", "TY  - NEWS"), ("bib", "@article{")])
def test_reference_files_have_every_article(suffix: str, opens: str) -> None:
    assert visit(*MANY).get(f"/search.{suffix}?q=mot").text.count(opens) == 31


@pytest.mark.parametrize(
    ("formula", "cell"),
    [
        *(
            (formula, f"'{formula}")
            for formula in ("=1+1", "+1", "-1", "@SUM(A1)", " =1", "＝1", '=HYPERLINK("http://x")')
        ),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("\n@x", "\n'@x"),
    ],
)
def test_a_formula_is_exported_as_text(formula: str, cell: str) -> None:
    [row] = rows("".join(as_csv([article("a", formula, formula, author=formula)])))
    for name in ("title", "body", "author"):
        assert row[name] == cell


@given(st.text(alphabet="aé\"',;\r\n=\x00", max_size=20), st.text(alphabet='x",\n\r', max_size=20))
def test_any_text_stays_in_its_cell(title: str, body: str) -> None:
    [row] = rows("".join(as_csv([article("a", title, body)])))
    assert set(row) == set(FIELDS)
    assert row["title"].replace("'", "") == title.replace("\x00", "").replace("'", "")
    assert row["body"] in (body, "'" + body)


@pytest.mark.parametrize("suffix", FORMATS)
def test_errors_are_sent_instead_of_a_file(suffix: str) -> None:
    answer = visit(engine=NoIndex()).get(f"/search.{suffix}")
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert visit().get(f"/search.{suffix}?from=2022-13").status_code == 400


def test_a_file_name_keeps_only_safe_characters() -> None:
    answer = visit().get("/search.csv", query_string={"q": 'é"; filename="../x\r\nX: y'})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="kiosque-e-filename-x-x-y.csv"'


def test_the_results_link_to_every_export() -> None:
    page = visit().get("/search?q=aide&source=AFP").text
    for suffix in FORMATS:
        assert f'href="/search.{suffix}?q=aide&amp;source=AFP"' in page


class Breaking(FakeEngine):
    """The articles of its exports cannot be read beyond the hundredth."""

    def export(self, request: SearchRequest) -> Export:
        def articles() -> Iterator[Article]:
            yield from (article(f"a{at}", body="mot", url=f"https://exemple.fr/{at}") for at in range(100))
            raise EngineUnavailable("Un nœud ne répond plus.")

        return Export(200, articles())


@pytest.mark.parametrize("suffix", FORMATS)
def test_an_export_that_breaks_off_cannot_be_taken_for_a_whole_one(suffix: str) -> None:
    answer = visit(engine=Breaking(ARTICLES)).get(f"/search.{suffix}?q=mot", buffered=False)
    chunks = []
    with pytest.raises(EngineUnavailable):
        for chunk in answer.iter_encoded():
            chunks.append(chunk)
    text = b"".join(chunks).decode()
    assert "Export interrompu" in text.splitlines()[-1]
    if suffix == "csv":
        with pytest.raises(csv.Error):
            list(csv.reader(io.StringIO(text), strict=True))
    if suffix == "jsonl":
        with pytest.raises(json.JSONDecodeError):
            [json.loads(line) for line in text.splitlines() if line]
