"""The command `kiosque`, and the aliases of its packages in a checkout."""

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


@pytest.mark.parametrize("subcommand", DOORS)
def test_every_subcommand_has_help_under_its_own_name(
    subcommand: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["/usr/bin/kiosque", subcommand, "--help"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: kiosque {subcommand} ")


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"kiosque {project['version']}\n"


@pytest.mark.parametrize("argv", [[], ["--help"], ["-h"]])
def test_help_lists_every_subcommand(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv) == 0
    said = capsys.readouterr().out
    assert all(f"  {name} " in said and subcommand.help in said for name, subcommand in DOORS.items())


def test_an_unknown_subcommand_is_refused_with_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chercher"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("«\u00a0chercher\u00a0» n’est pas une commande de Kiosque.")
    assert "  search " in said.err


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_a_bare_name_is_an_alias_of_the_module() -> None:
    done = run("-c", BARE)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("folder", ["corpus", "index", "search", "web"])
def test_a_folder_runs_with_python_m(folder: str) -> None:
    done = run("-m", folder, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: python -m {folder} ")
