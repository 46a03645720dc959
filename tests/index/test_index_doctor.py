"""The doctor reports each problem with its repair."""

import resource
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosque.corpus.article import Article
from kiosque.index.__main__ import main
from kiosque.index.care.doctor import EXAMINATIONS, examine

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def index(tmp_path: Path, commit: Callable[[Path, list[Article]], None]) -> Path:
    commit(tmp_path / "index", [Article(id="a", title="Titre", body="Le gaz manque.")])
    return tmp_path / "index"


def problems(directory: Path) -> list[str]:
    """The lines of the problems."""
    return [finding.line for finding in examine(directory) if not finding.well]


def test_a_sound_index_has_no_findings(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(path.name for path in index.iterdir())
    assert main(["doctor", "--index", str(index)]) == 0
    assert capsys.readouterr().out.count("bien") == len(EXAMINATIONS)
    assert sorted(path.name for path in index.iterdir()) == before


def test_a_damaged_file_is_named(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = next(index.glob("*.docs.npy"))
    path.write_bytes(path.read_bytes()[:-1] + b"#")
    assert main(["doctor", "--index", str(index)]) == 1
    [line] = [line for line in capsys.readouterr().out.splitlines() if line.startswith("À FAIRE")]
    assert path.name in line
    assert "make index" in line


def test_leftovers_are_counted(index: Path) -> None:
    (index / "MAIN_0123456789abcdef.docs.npy").write_bytes(b"x" * 2_000_000)
    (index / "_MAIN_2.toc.123.4").write_bytes(b"x")
    [line] = problems(index)
    assert "2 fichiers" in line
    assert "2,0\u00a0Mo" in line


def test_leftover_sidecars_and_imports_are_counted(index: Path) -> None:
    segment = next(index.glob("MAIN_*.docs.npy")).name.partition(".")[0]
    (index / f"{segment}.copies.kept.2.npy").write_bytes(b"x")
    (index / "report.2.json").write_bytes(b"x")
    (index / ".import-x").mkdir()
    (index / ".import-x" / "docs.npy").write_bytes(b"x")
    [line] = problems(index)
    assert "3 fichiers" in line


def test_a_damaged_report_is_named(index: Path) -> None:
    (index / "report.1.json").write_bytes(b"x")
    [line] = problems(index)
    assert "report.1.json" in line


def test_a_missing_and_a_foreign_index_name_the_repair(tmp_path: Path, index: Path) -> None:
    assert all("make index" in line for line in problems(tmp_path / "nowhere"))
    assert len(problems(tmp_path / "nowhere")) > 1
    path = index / "_MAIN_1.toc"
    path.write_bytes(path.read_bytes()[:-8])  # without a checksum, as in older versions
    assert any(line.startswith("versions") and "make index" in line for line in problems(index))


def test_low_system_limits_are_reported(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: Usage(1, 1, 0))
    monkeypatch.setattr(resource, "getrlimit", lambda which: (256, 256))
    monkeypatch.setattr("os.access", lambda path, mode: False)
    said = "\n".join(problems(index))
    assert "Libérez de la place" in said
    assert "ulimit" in said
    assert "NUMBA_CACHE_DIR" in said
