"""Errors caused by a damaged index are reported as damage; programming errors are not."""

from collections.abc import Callable
from pathlib import Path

import pytest

import kiosque.index.segment.segment_data
from kiosque.corpus.article import Article
from kiosque.search import EngineUnavailable, SearchRequest
from kiosque.search.engines.embedded import EmbeddedEngine

Commit = Callable[[Path, list[Article]], None]

GAS = SearchRequest(q="gaz")


@pytest.fixture
def folder(tmp_path: Path, commit: Commit, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index whose postings count as too large to be checked on opening."""
    monkeypatch.setattr(kiosque.index.segment.segment_data, "CHECKED", 0)
    commit(tmp_path / "index", [Article(id="a", title="Titre", body="Le gaz manque.")])
    return tmp_path / "index"


def damage(folder: Path) -> Path:
    """Changes the last byte of the frequencies, which no kernel uses as an offset."""
    path = next(folder.glob("*.freqs.npy"))
    path.write_bytes(path.read_bytes()[:-1] + b"#")
    return path


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Makes every search fail with an IndexError."""
    monkeypatch.setattr("kiosque.search.engines.folder.execute", lambda *_, **__: [][0])
    return monkeypatch


def test_an_error_caused_by_damage_names_the_file_and_the_repair(folder: Path, failing: object) -> None:
    path = damage(folder)
    with pytest.raises(EngineUnavailable, match=f"{path.name}.*make index") as told:
        EmbeddedEngine(str(folder)).search(GAS)
    assert isinstance(told.value.__cause__, IndexError)


def test_a_programming_error_is_not_reported_as_damage(folder: Path, failing: object) -> None:
    with pytest.raises(IndexError):
        EmbeddedEngine(str(folder)).search(GAS)


def test_a_damaged_commit_is_refused_until_the_next_commit(
    folder: Path, failing: pytest.MonkeyPatch, commit: Commit
) -> None:
    damage(folder)
    engine = EmbeddedEngine(str(folder))
    assert engine.article("a") is not None
    with pytest.raises(EngineUnavailable):
        engine.search(GAS)
    failing.undo()
    for ask in (lambda: engine.search(GAS), lambda: engine.article("a"), engine.stats, engine.generation):
        with pytest.raises(EngineUnavailable, match="make index"):
            ask()
    commit(folder, [Article(id="b", title="Titre", body="Le gaz revient.")])
    assert [hit.id for hit in engine.search(GAS).hits] == ["b"]


def test_files_removed_by_a_newer_commit_are_not_damage(folder: Path, failing: object, commit: Commit) -> None:
    engine = EmbeddedEngine(str(folder))
    state = engine._state().snapshot
    commit(folder, [Article(id="b", title="Titre", body="Le gaz revient.")])
    assert not next(state.segments[0].directory.glob(f"{state.segments[0].segment}.*"), None)
    assert not engine.recovers(IndexError())
