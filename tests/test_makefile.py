"""The targets of make: what they run, and the pins that they install."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from kiosque.web.serving.assets import HTMX_VERSION

ROOT = Path(__file__).parent.parent
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TARGETS = [
    "help",
    "setup",
    "index",
    "sync",
    "watch",
    "serve",
    "dev",
    "search",
    "assets",
    "test",
    "mutants",
    "fuzz",
    "torture",
    "bench",
    "eval",
    "check",
    "lock",
    "clean",
]
LOCKS = ["requirements.lock", "requirements-dev.lock"]

needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")

# A replacement for .venv/bin/python that logs its arguments, one JSON list per line.
RECORDER = f"""#!{sys.executable}
import json, sys
with open("calls", "a", encoding="utf-8") as calls:
    print(json.dumps(sys.argv[1:]), file=calls)
"""


def make(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs make in `folder`, without variables of an outer make."""
    env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **environment}
    return subprocess.run(["make", *arguments], cwd=folder, env=env, capture_output=True, text=True, timeout=30)


def executable(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the Makefile where everything is installed and Python records its calls."""
    for name in ["Makefile", "pyproject.toml", *LOCKS]:
        shutil.copy(ROOT / name, tmp_path)
    executable(tmp_path / ".venv/bin/python", RECORDER)
    for stamp in [".serve-ready", ".test-ready"]:
        (tmp_path / ".venv" / stamp).touch()
    return tmp_path


def calls(house: Path) -> list[list[str]]:
    return [json.loads(line) for line in (house / "calls").read_text(encoding="utf-8").splitlines()]


@needs_make
def test_make_without_a_target_lists_all_targets(house: Path) -> None:
    shown = make(house).stdout
    for target in TARGETS:
        assert re.search(rf"^make {target} +\S", shown, re.MULTILINE), target
    assert "CORPUS=corpus/sample  INDEX=var/index  PORT=8000" in shown


def test_every_target_is_phony() -> None:
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert phony is not None
    assert phony[1].split() == TARGETS
    assert re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE) == TARGETS


@needs_make
@pytest.mark.parametrize("target", TARGETS)
def test_a_target_runs_despite_a_file_of_its_name(house: Path, target: str) -> None:
    (house / target).touch()
    assert "up to date" not in make(house, "-n", target, "UV=uv").stdout


@needs_make
@pytest.mark.parametrize("corpus", ["a b", "l'été à Paris", 'dit "le Parisien"', "5 $HOME $(x)", "a;b"])
def test_index_passes_the_folder_unchanged(house: Path, corpus: str) -> None:
    assert make(house, "index", f"CORPUS={corpus}", "INDEX=my index").returncode == 0
    assert calls(house) == [["-m", "index", "build", corpus, "--index", "my index"]]


@needs_make
def test_variables_may_come_from_the_environment(house: Path) -> None:
    make(house, "index", CORPUS="a $b", INDEX="elsewhere")
    assert calls(house) == [["-m", "index", "build", "a $b", "--index", "elsewhere"]]


@needs_make
@pytest.mark.parametrize("query", ['"aide militaire" OU l\'Élysée', "-mot", "100 $ (USD)"])
def test_search_passes_the_query_unchanged(house: Path, query: str) -> None:
    make(house, "search", f"Q={query}")
    assert calls(house) == [["-m", "search", "--index", "var/index", "--", query]]


@needs_make
def test_search_without_a_query_shows_the_usage(house: Path) -> None:
    answer = make(house, "search")
    assert answer.returncode != 0
    assert 'make search Q="aide militaire"' in answer.stderr
    assert not (house / "calls").exists()


@needs_make
def test_serve_indexes_only_if_there_is_no_index(house: Path) -> None:
    python = house / ".venv/bin/python"
    executable(python, RECORDER + "sys.exit('stats' in sys.argv)")  # there is no index
    os.utime(python, (0, 0))
    make(house, "serve", "CORPUS=a b", "INDEX=my index")
    assert [call[1:3] for call in calls(house)] == [["index", "stats"], ["index", "build"], ["web", "--index"]]
    executable(python, RECORDER)
    os.utime(python, (0, 0))
    make(house, "serve", "CORPUS=a b", "INDEX=my index", "PORT=8123")
    assert [call[1:3] for call in calls(house)[3:]] == [["index", "stats"], ["web", "--index"]]
    assert calls(house)[-1] == ["-m", "web", "--index", "my index", "--port", "8123"]


@needs_make
def test_dev_restarts_one_server_when_a_source_changes(house: Path) -> None:
    make(house, "dev", "INDEX=my index", "PORT=8123")
    assert [call[1:3] for call in calls(house)[:-1]] == [["index", "stats"]]
    command = ["-m", "watchfiles", "--target-type", "command", ".venv/bin/python -m web"]
    assert calls(house)[-1] == [*command, "web", "search", "index", "corpus"]
    shown = make(house, "-n", "dev").stdout
    assert 'KIOSQUE_INDEX="${ENGINE:-$INDEX}" KIOSQUE_PORT="$PORT" KIOSQUE_WORKERS=1' in shown


@needs_make
@pytest.mark.parametrize("target", ["index", "sync", "watch"])
def test_engine_replaces_the_index_folder(house: Path, target: str) -> None:
    command = "build" if target == "index" else target
    make(house, target, "ENGINE=http://h:9200,http://i:9200", "CORPUS=a b")
    written = ["-m", "index", command, "a b", "--engine", "http://h:9200,http://i:9200", "--index", "var/index"]
    assert calls(house) == [written]


@needs_make
def test_serving_from_a_cluster_writes_nothing_there(house: Path) -> None:
    executable(house / ".venv/bin/python", RECORDER + "sys.exit('stats' in sys.argv)")
    os.utime(house / ".venv/bin/python", (0, 0))
    assert "secret" not in make(house, "serve", "ENGINE=http://me:secret@h:9200").stdout
    make(house, "search", "ENGINE=http://h:9200", "Q=gaz")
    assert calls(house) == [
        ["-m", "web", "--index", "http://me:secret@h:9200", "--port", "8000"],
        ["-m", "search", "--index", "http://h:9200", "--", "gaz"],
    ]


@needs_make
def test_a_failed_build_serves_nothing(house: Path) -> None:
    executable(house / ".venv/bin/python", RECORDER + "sys.exit('index' in sys.argv[2])")
    os.utime(house / ".venv/bin/python", (0, 0))
    assert make(house, "serve").returncode != 0
    assert [call[1:3] for call in calls(house)] == [["index", "stats"], ["index", "build"]]


@needs_make
def test_nothing_is_installed_twice(house: Path) -> None:
    assert "pip install" not in make(house, "-n", "serve").stdout
    os.utime(house / "requirements.lock", (2**32, 2**32))
    assert "pip install" in make(house, "-n", "serve").stdout


@needs_make
def test_an_old_python_is_refused_with_the_repair(house: Path) -> None:
    shutil.rmtree(house / ".venv")
    executable(house / "old-python", "#!/bin/sh\nexit 1\n")
    answer = make(house, "setup", "UV=", "PYTHON=./old-python")
    assert answer.returncode != 0
    assert "3.11 or newer" in answer.stderr
    assert "PYTHON=" in answer.stderr
    assert not (house / ".venv").exists()


@needs_make
def test_an_old_python_in_the_environment_is_refused_with_the_repair(house: Path) -> None:
    executable(house / ".venv/bin/python", '#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2\nexit 1\n')
    (house / ".venv/.serve-ready").unlink()
    answer = make(house, "setup", "UV=")
    assert answer.returncode != 0
    assert ".venv holds Python 3.9.2" in answer.stderr
    assert "rm -rf .venv" in answer.stderr


def test_browser_tests_use_the_htmx_version_of_the_page() -> None:
    fetched = re.search(r"^HTMX +:= (\S+)$", MAKEFILE, re.MULTILINE)
    assert fetched is not None
    assert fetched[1] == HTMX_VERSION


# The locks.


def pins(requirements: list[str]) -> dict[str, str]:
    """name -> version of exact requirements; "Granian[x]==1.0 ; python_version > '3'" gives granian -> 1.0."""
    found = {}
    for requirement in requirements:
        exact = re.match(r"([\w.-]+)(?:\[[^]]*\])?==([\w.]+)", requirement)
        assert exact, f"{requirement}: pin it as name==version"
        found[re.sub(r"[-_.]+", "-", exact[1]).lower()] = exact[2]
    return found


def locked(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return pins([line for line in lines if line and line[0] not in " #"])


RUNTIME = pins(PYPROJECT["project"]["dependencies"] + PYPROJECT["build-system"]["requires"])
DEV = pins(PYPROJECT["project"]["optional-dependencies"]["dev"])


@pytest.mark.parametrize(("lock", "wanted"), [(LOCKS[0], RUNTIME), (LOCKS[1], RUNTIME | DEV)], ids=["runtime", "dev"])
def test_a_lock_has_the_pins_of_pyproject(lock: str, wanted: dict[str, str]) -> None:
    held = locked(lock)
    assert {name: held.get(name) for name in wanted} == wanted, "run: make lock"


def test_the_dev_lock_has_the_versions_of_the_main_lock() -> None:
    assert locked(LOCKS[0]).items() <= locked(LOCKS[1]).items(), "run: make lock"


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_hashes_and_no_urls(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^--?[a-z]", text, re.MULTILINE), "an option such as --index-url"
    for block in re.split(r"^(?=\w)", text, flags=re.MULTILINE)[1:]:
        assert "--hash=sha256:" in block, block
