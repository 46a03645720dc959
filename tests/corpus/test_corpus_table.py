from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosque.corpus.article import Article, Origin
from kiosque.corpus.location import Location
from kiosque.corpus.readers import table
from kiosque.corpus.readers.table import read_table
from kiosque.corpus.refusal import Refusal
from tests.effort import examples

Read = Callable[..., list[Article | Refusal]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read_content(content: str | bytes) -> list[Article | Refusal]:
        (tmp_path / "depot.csv").write_bytes(content.encode() if isinstance(content, str) else content)
        return list(read_table(Location(tmp_path / "depot.csv", PurePosixPath("depot"))))

    return read_content


def articles(items: list[Article | Refusal]) -> list[Article]:
    return [item for item in items if isinstance(item, Article)]


def reasons(items: list[Article | Refusal]) -> list[tuple[int | None, str]]:
    return [(item.line, item.reason) for item in items if isinstance(item, Refusal)]


def test_columns_are_recognized_by_name(read: Read) -> None:
    (found,) = read(
        "Titre,Texte,Date de publication,Journal,Auteur(s),Rubrique,Lien,N°\nA,b,19/01/2022,AFP,Ana,Ville,https://a.example/1,7\n"
    )
    assert found == Article(
        id="depot:1",
        title="A",
        body="b",
        source="AFP",
        source_origin=Origin.METADATA,
        date="2022-01-19",
        date_origin=Origin.METADATA,
        url="https://a.example/1",
        author="Ana",
        section="Ville",
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252", "utf-16"])
def test_delimiters_and_encodings(read: Read, delimiter: str, encoding: str) -> None:
    row = delimiter.join(("titre", "texte")) + "\r\n" + delimiter.join(('"L’été, à l’œil"', '"Un; ""deux""\r\ntrois"'))
    (found,) = articles(read(row.encode(encoding)))
    assert (found.title, found.body) == ("L’été, à l’œil", 'Un; "deux"\ntrois')


def test_the_sep_line_of_excel(read: Read) -> None:
    (found,) = articles(read("sep=|\ntitle|text\na,b|c\n"))
    assert (found.title, found.body) == ("a,b", "c")


def test_tab_separated_values_without_quotes(read: Read) -> None:
    (found,) = articles(read('title\ttext\n"Le pont" rouvre\til dit "oui\n'))
    assert (found.title, found.body) == ('"Le pont" rouvre', 'il dit "oui')


def test_a_file_that_is_not_a_table_is_refused(read: Read) -> None:
    assert [reason for _, reason in reasons(read("1,2\n3,4\n"))] == [
        "première ligne sans colonne connue\u00a0: les nommer (titre, texte, date, source)"
    ]


def test_only_empty_rows_are_refused(read: Read) -> None:
    items = read("titre,texte,date\n,,2022\nA,b,2022,et la suite\n\n,,\nB,c\n")
    assert [item.title for item in articles(items)] == ["B"]
    assert [(line, reason.split(" ")[0]) for line, reason in reasons(items)] == [(2, "ni"), (3, "plus")]


def test_an_unclosed_quote_is_reported(read: Read) -> None:
    items = read('titre,texte\nA,"b\nB,c\nC,d\n')
    assert len(articles(items)) == 1
    assert "jamais fermé" in reasons(items)[0][1]
    assert reasons(read('titre,texte\nA,12" de vinyle\n')) == []


def test_an_endless_line_stops_the_table(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "LONGEST", 1000)
    items = read("titre,texte\nA,b\nB," + "c" * 5000 + "\n")
    assert len(reasons(items)) == 1 and "trop longue" in reasons(items)[0][1]
    items = read('titre,texte\nA,b\nB,"' + "c\n" * 5000)
    assert "trop longue" in reasons(items)[0][1]


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp")) | st.just("\n"), min_size=1).filter(
    lambda text: bool(text.strip()) and text.isprintable() and not set(text) & set("<&ÃÂÅâïÊ")
)


@settings(deadline=None)  # it writes a file
@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=5), st.sampled_from(",;"))
def test_csv_round_trips(rows: list[tuple[str, str]], delimiter: str) -> None:
    made = io.StringIO()
    csv.writer(made, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([("titre", "texte"), *rows])
    lines = iter(io.StringIO(made.getvalue(), newline=""))
    assert list(table._rows(lines))[1:] == [list(row) for row in rows]


@settings(deadline=None, max_examples=examples(50))
@given(st.binary(max_size=200))
def test_any_bytes_give_articles_or_refusals(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(b"titre;texte\n" + data)
    assert all(isinstance(item, Refusal) or item.title for item in read_table(Location(path, PurePosixPath("any"))))
