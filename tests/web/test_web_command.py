"""The command `kiosque`, and the bare names that a checkout gives the same modules."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from kiosque.web.command import DOORS, main

ROOT = Path(__file__).parents[2]
BARE = """
import search, search.model, kiosque.search, kiosque.search.model
from search import SearchRequest, open_engine
assert search is kiosque.search
assert search.model is kiosque.search.model
assert SearchRequest is kiosque.search.model.SearchRequest
"""


@pytest.mark.parametrize("door", DOORS)
def test_every_door_opens_and_calls_itself_what_was_typed(
    door: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["/usr/bin/kiosque", door, "--help"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: kiosque {door} ")


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"kiosque {project['version']}\n"


@pytest.mark.parametrize("argv", [[], ["--help"], ["-h"]])
def test_help_lists_every_door(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv) == 0
    said = capsys.readouterr().out
    assert all(f"  {name} " in said and door.help in said for name, door in DOORS.items())


def test_another_word_is_refused_with_the_doors(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chercher"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("«\u00a0chercher\u00a0» n’est pas une commande de Kiosque.")
    assert "  search " in said.err


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_a_bare_name_is_the_module_itself() -> None:
    done = run("-c", BARE)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("folder", ["corpus", "index", "search", "web"])
def test_a_folder_runs_as_a_program_of_the_checkout(folder: str) -> None:
    done = run("-m", folder, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: python -m {folder} ")
