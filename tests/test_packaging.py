"""An installed Kiosque has every room under `kiosque.`, and the data files."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SETUPTOOLS = PROJECT["tool"]["setuptools"]
FOLDERS = ("corpus", "index", "search", "web")


def packaged(package: str, file: Path) -> bool:
    """Whether a pattern of the package data matches the file, which is in the folder of `package`."""
    patterns = SETUPTOOLS["package-data"].get(package, [])
    folder = ROOT.joinpath(*package.split(".")[1:])
    return any(file in folder.glob(pattern) for pattern in patterns)


def test_exactly_the_rooms_are_packaged() -> None:
    rooms = {file.parent.relative_to(ROOT) for folder in FOLDERS for file in (ROOT / folder).rglob("__init__.py")}
    assert sorted(SETUPTOOLS["packages"]) == sorted(f"kiosque.{'.'.join(room.parts)}" for room in rooms)


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_other_file_is_package_data(folder: str) -> None:
    for file in (ROOT / folder).rglob("*.*"):
        if file.is_file() and file.suffix not in (".py", ".pyc", ".nbi", ".nbc"):
            packages = [
                ".".join(("kiosque", *parent.relative_to(ROOT).parts))
                for parent in file.parents[: len(file.relative_to(ROOT).parts) - 1]
            ]
            assert any(packaged(package, file) for package in packages), file


def test_only_the_namespace_is_installed() -> None:
    assert {package.partition(".")[0] for package in SETUPTOOLS["packages"]} == {"kiosque"}
