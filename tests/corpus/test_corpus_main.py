from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosque.corpus.__main__ import main

MakeCorpus = Callable[[dict[str, str | bytes]], Path]


def test_articles_refusals_and_report_are_shown(make_corpus: MakeCorpus, capsys: pytest.CaptureFixture[str]) -> None:
    root = make_corpus({"2018/pont.txt": "Le pont rouvre aux bus – POLITICO", "vide.txt": ""})
    assert main([str(root)]) == 0
    lines = capsys.readouterr().out.split("\n")
    assert lines[0] == "2018/pont · 2018 (dossier) · POLITICO (texte) · Le pont rouvre aux bus"
    assert lines[1].startswith("refusé\u00a0: ") and lines[1].endswith("vide.txt\u00a0: fichier vide")
    assert "1 article lu" in lines


def test_missing_metadata_is_shown_as_missing(make_corpus: MakeCorpus, capsys: pytest.CaptureFixture[str]) -> None:
    main([str(make_corpus({"pont.txt": "Le pont"}))])
    assert capsys.readouterr().out.startswith("pont · sans date · sans source · Le pont\n")


def test_json_prints_items_and_then_the_report(make_corpus: MakeCorpus, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(make_corpus({"pont.txt": "Le pont\n\nIl rouvre.", "vide.txt": ""})), "--json"]) == 0
    article, refusal, report = map(json.loads, capsys.readouterr().out.splitlines())
    assert article == {"id": "pont", "title": "Le pont", "body": "Il rouvre.", "format": "texte"}
    assert (refusal["reason"], "line" in refusal) == ("fichier vide", False)
    assert (report["articles"], report["refused"]) == (1, 1)


def test_printed_json_can_be_read_as_a_corpus(make_corpus: MakeCorpus, capsys: pytest.CaptureFixture[str]) -> None:
    root = make_corpus({"pont.txt": "Le pont\n\nIl rouvre."})
    main([str(root), "--json"])
    first = capsys.readouterr().out.splitlines()[0]
    main([str(make_corpus({"pont.jsonl": first}) / "pont.jsonl"), "--json"])
    assert capsys.readouterr().out.splitlines()[0] == first.replace("texte", "JSON lines")


def test_refusals_go_to_a_file(make_corpus: MakeCorpus, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make_corpus({"a.jsonl": '{"title": "t"}\nnon\n', "vide.txt": ""})
    assert main([str(root), "--refusals", str(tmp_path / "refus.tsv")]) == 0
    rows = [line.split("\t") for line in (tmp_path / "refus.tsv").read_text("utf-8").splitlines()]
    assert rows[0] == ["chemin", "ligne", "raison"]
    assert [(Path(path).name, line, reason) for path, line, reason in rows[1:]] == [
        ("a.jsonl", "2", "JSON illisible\u00a0: corriger la ligne, ou l’exporter de nouveau"),
        ("vide.txt", "", "fichier vide"),
    ]
    assert main([str(root), "--refusals", str(tmp_path / "absent" / "refus.tsv")]) == 2
    assert "refus.tsv" in capsys.readouterr().err


def test_control_characters_in_a_title_are_not_printed(
    make_corpus: MakeCorpus, capsys: pytest.CaptureFixture[str]
) -> None:
    main([str(make_corpus({"a.jsonl": '{"title": "Le\\u001b[2J\\npont"}'}))])
    assert capsys.readouterr().out.startswith("a:1 · sans date · sans source · Le [2J pont\n")


def test_a_missing_path_gives_one_line_and_code_2(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "corpus", str(tmp_path / "absent")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith("Le dossier «\u00a0")


def test_a_closed_pipe_is_not_an_error(make_corpus: MakeCorpus) -> None:
    root = make_corpus({"depot.jsonl": '{"title": "Le pont rouvre"}\n' * 20_000})
    command = [sys.executable, "-m", "corpus", str(root)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=Path(__file__).parents[2]
    ) as process:
        assert process.stdout and process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert (process.stderr.read(), process.wait()) == (b"", 0)
