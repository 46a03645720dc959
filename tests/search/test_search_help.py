"""The table of operators: every row is correct, and the documentation has it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kiosque.corpus.article import Article
from kiosque.search import Engine, SearchRequest
from kiosque.search.query.help import GROUPS, Row, markdown
from kiosque.search.query.lexer import FIELD_NAMES, OPERATORS
from kiosque.search.settings import rows

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "QUERY.md").read_text(encoding="utf-8")
NOTED = {"LE NON L’EMPORTE": ["words_in_capitals"]}
ROWS = [row for group in GROUPS for row in group.rows]


def article(id: str, example: str) -> Article:
    name, bar, text = example.partition("|")
    known: dict[str, Any] = {"title": "", "body": "", name: text} if bar else {"title": "", "body": example}
    return Article(id=id, **known)


@pytest.mark.parametrize("row", ROWS, ids=[row.typed for row in ROWS])
def test_a_help_row_matches_its_example_and_not_the_counterexample(
    engine_over: Callable[..., Engine], row: Row
) -> None:
    page = engine_over(article("oui", row.finds), article("non", row.misses)).search(SearchRequest(q=row.typed))
    assert [hit.id for hit in page.hits] == ["oui"]
    assert [note.kind for note in page.notes] == NOTED.get(row.typed, [])


def test_the_documentation_has_every_table() -> None:
    for group in GROUPS:
        assert f"## {group.english}\n" in PAGE
        assert markdown(group) in PAGE, group.english


def test_the_documentation_has_every_field_operator_and_setting() -> None:
    for name in (*(f"{name}:" for name in FIELD_NAMES), *OPERATORS):
        assert name in PAGE, name
    for setting, default, help_ in rows():
        assert f"| `{setting}` | {default or 'none'} | {help_} |" in PAGE
