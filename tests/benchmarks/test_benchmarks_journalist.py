"""The queries that are read by a person: totals of now and before, and what is new among the first titles."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("ir_measures", reason="needs the extra `bench`")

from benchmarks.journalist import QUERIES, Answer, main, table
from kiosque.index.build.full_build import build


def test_there_are_twenty_different_queries() -> None:
    assert len(set(QUERIES)) == len(QUERIES) == 20


def test_the_report_shows_old_and_new_totals_and_marks_new_titles() -> None:
    now = {"Gaza": Answer(2, 1, ["Trêve", "Ecoles"]), "visa": Answer(1, 1, ["Visas"])}
    then = {"Gaza": Answer(9, 1, ["Gaz", "Ecoles"])}
    assert list(table(now, then))[2:] == [
        "| `Gaza` | 2 | 9 | 1 | **Trêve** / Ecoles |",
        "| `visa` | 1 |  | 1 | Visas |",
    ]


def test_saved_answers_are_the_old_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = '{"id": "a", "title": "Des visas pour le Mali", "body": "Le visa."}'
    (tmp_path / "a.jsonl").write_text(line, "utf-8")
    build([tmp_path / "a.jsonl"], tmp_path / "index")
    index, saved = ["--index", str(tmp_path / "index")], str(tmp_path / "then.json")
    assert main([*index, "--save", saved]) == 0
    capsys.readouterr()
    assert main([*index, "--against", saved]) == 0
    assert "| `visa` | 1 | 1 | 1 | Des visas pour le Mali |" in capsys.readouterr().out
