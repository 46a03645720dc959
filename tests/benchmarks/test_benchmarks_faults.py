"""Small inputs with known faults: each must be read correctly. Those of searches are judged elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.faults import Case, Verdict, cases_of, judged, main

FAULTS = Path(__file__).parents[3] / "shared" / "data" / "faults"
KNOWN = {"cesure_compose.txt": "the hyphen of a compound at the end of a line needs a lexicon of French words"}


@pytest.mark.skipif(not FAULTS.is_dir(), reason="needs ../shared/data/faults")
def test_every_known_fault_is_read_correctly() -> None:
    readers = [case for case in cases_of(FAULTS) if case.query is None]
    wrong = {verdict.case.file: verdict.got for verdict in judged(FAULTS, readers) if not verdict.right}
    assert wrong.keys() == KNOWN.keys(), wrong


def test_a_case_of_a_reader_and_one_of_a_search(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [
        {"id": "a", "title": "Le pont", "body": "Le pont rouvre."},
        {"id": "b", "title": "Le bac", "body": "Il ferme."},
    ]
    (tmp_path / "x.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    command = "python -m index build ; GET /api/v1/search?copies=all&q=pont  (and python -m search, the same)"
    cases = [
        {"file": "x.jsonl", "kind": "k", "command": "python -m corpus", "want": {"n": 2, "title": "Le pont"}},
        {"file": "x.jsonl", "kind": "k", "command": command, "want": {"a": "Le pont rouvre."}},
        {"file": "x.jsonl", "kind": "k", "command": "python -m corpus", "want": {"title": "Le bac"}},
    ]
    (tmp_path / "cases.jsonl").write_text("\n".join(map(json.dumps, cases)), encoding="utf-8")
    assert main([str(tmp_path)]) == 1
    assert capsys.readouterr().out.endswith("2 of 3 right\n")
    assert main([str(tmp_path), "--searches", "--all"]) == 0
    assert capsys.readouterr().out == "right x.jsonl pont: k\n1 of 1 right\n"


def test_a_search_verdict_lists_missing_and_surplus_articles(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [{"id": "a", "title": "", "body": "Le pont rouvre."}, {"id": "b", "title": "", "body": "Le bac ferme."}]
    (tmp_path / "x.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    command = "GET /api/v1/search?copies=all&q=pont  (and python -m search, the same)"
    case = {"file": "x.jsonl", "kind": "k", "command": command, "want": {"b": "Le bac ferme."}}
    (tmp_path / "cases.jsonl").write_text(json.dumps(case), encoding="utf-8")
    assert main([str(tmp_path), "--searches"]) == 1
    assert capsys.readouterr().out.splitlines()[1:3] == [
        "    missing b: Le bac ferme.",
        "    too many a: Le pont rouvre.",
    ]


def test_a_file_that_may_be_refused_may_be_read_too() -> None:
    case = Case(file="a", kind="k", command="", want={"refused": "one reason"})
    assert Verdict(case, {"n": 0, "refusals": 1}).right
    assert Verdict(case, {"n": 3, "refusals": 0}).right
    assert not Verdict(case, {"n": 0, "refusals": 3}).right
