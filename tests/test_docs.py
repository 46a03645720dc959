"""Files, modules, functions and versions named in the docs exist."""

from __future__ import annotations

import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from tests.test_layers import ROOMS

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
FOLDERS = "corpus|index|search|web|tests|benchmarks|docs"
ARCHITECTURE = (ROOT / "docs/ARCHITECTURE.md").read_text(encoding="utf-8")
HOWTO = (ROOT / "docs/HOWTO.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_and_links_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    diary = page.parent.name == "measurements"  # measurements name files as they were then
    for name in [] if diary else re.findall(rf"`((?:{FOLDERS})/[\w/.-]+\.(?:py|md|toml|txt))`", text):
        assert (ROOT / name).exists(), name
    for link in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text):
        assert (page.parent / link).exists(), link


def test_the_table_of_rooms_is_that_of_the_layers() -> None:
    named = re.findall(r"^\| `(\w+)/(\w+)` \|", ARCHITECTURE, re.MULTILINE)
    assert named == [(folder, room) for folder in ("corpus", "index", "search", "web") for room in ROOMS[folder]]


@pytest.mark.parametrize("dotted", sorted(set(re.findall(r"`((?:corpus|index|search|web)(?:\.\w+)+)`", ARCHITECTURE))))
def test_the_walks_name_existing_modules_and_functions(dotted: str) -> None:
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found = import_module(".".join(["kiosque", *parts[:length]]))
        except ModuleNotFoundError:
            continue
        for name in parts[length:]:
            found = getattr(found, name)
        return
    raise AssertionError(dotted)


def test_the_errands_name_tables_of_the_files_next_to_them() -> None:
    for paragraph in HOWTO.split("\n\n"):
        files = [ROOT / name for name in re.findall(r"`([\w/]+\.py)`", paragraph)]
        source = "\n".join(file.read_text(encoding="utf-8") for file in files)
        for name in re.findall(r"`([A-Z][A-Z0-9]{0,20}|[a-z]+_[a-z]+|[A-Z][a-z]+[A-Z]\w+)`", paragraph):
            assert not files or re.search(rf"\b{name}\b", source), (name, paragraph)


def test_the_version_has_its_section_in_the_changelog() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[{re.escape(version)}\] - \d{{4}}-\d{{2}}-\d{{2}}$", changelog, re.MULTILINE)
