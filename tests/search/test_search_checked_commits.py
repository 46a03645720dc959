"""A server checks every byte of a commit before using it; later commits in the background."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import kiosque.index.segment.segment_data
from kiosque.corpus.article import Article
from kiosque.index.segment.segment_data import SegmentData
from kiosque.search import EngineUnavailable, SearchRequest, open_engine
from kiosque.search.engines.served import ServedEngine

Commit = Callable[[Path, list[Article]], None]


@pytest.fixture
def folder(tmp_path: Path, commit: Commit, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index whose postings count as too large to be checked on opening."""
    monkeypatch.setattr(kiosque.index.segment.segment_data, "CHECKED", 0)
    commit(tmp_path / "index", [article("a")])
    return tmp_path / "index"


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """An event that background checks wait for."""
    opened, check = threading.Event(), SegmentData.check_left

    def held(self: SegmentData) -> None:
        assert opened.wait(300)
        check(self)

    monkeypatch.setattr(SegmentData, "check_left", held)
    return opened


def article(id: str) -> Article:
    return Article(id=id, title="Titre", body="Le gaz manque.")


def found(engine: ServedEngine) -> str:
    return "".join(hit.id for hit in engine.search(SearchRequest(q="gaz")).hits)


def damage(folder: Path, name: str = "docs") -> Path:
    """Flips the last bit of an array."""
    path = next(folder.glob(f"*.{name}.npy"))
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    return path


def checked(engine: ServedEngine) -> None:
    """Waits for the running check, if any."""
    if thread := engine._checking:
        thread.join(300)


def test_a_server_opens_a_checking_engine(folder: Path) -> None:
    assert isinstance(open_engine(str(folder), served=True), ServedEngine)


@pytest.mark.parametrize("name", sorted(kiosque.index.segment.segment_data.CONTENTS))
def test_a_damaged_index_never_answers(folder: Path, name: str) -> None:
    path = damage(folder, name)
    for _ in range(2):
        with pytest.raises(EngineUnavailable, match=f"{path.name}.*make index"):
            found(ServedEngine(str(folder)))


def test_the_previous_commit_answers_until_the_new_one_is_checked(
    folder: Path, commit: Commit, gate: threading.Event
) -> None:
    engine = ServedEngine(str(folder))
    before = engine.generation()
    commit(folder, [article("b")])
    assert [found(engine), found(engine), engine.generation()] == ["a", "a", before]
    gate.set()
    checked(engine)
    assert found(engine) == "b"
    assert engine.generation() != before
    assert engine.trouble() == ""


def test_the_previous_commit_keeps_answering_if_the_new_one_is_damaged(
    folder: Path, commit: Commit, gate: threading.Event, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = ServedEngine(str(folder))
    assert found(engine) == "a"
    commit(folder, [article("b")])
    path = damage(folder)
    assert found(engine) == "a"
    gate.set()
    checked(engine)
    assert [found(engine), found(engine)] == ["a", "a"]
    assert path.name in engine.trouble()
    assert "make index" in engine.trouble()
    assert capsys.readouterr().err == engine.trouble() + "\n", "reported once"
    commit(folder, [article("c")])
    found(engine)
    checked(engine)
    assert (found(engine), engine.trouble()) == ("c", "")


@pytest.mark.parametrize("name", ["chunk_end", "column.source"])
def test_a_commit_damaged_on_opening_is_not_used(folder: Path, commit: Commit, name: str) -> None:
    engine = ServedEngine(str(folder))
    assert found(engine) == "a"
    commit(folder, [article("b")])
    path = damage(folder, name)
    assert [found(engine), found(engine)] == ["a", "a"]
    assert path.name in engine.trouble()
    commit(folder, [article("c")])
    assert found(engine) == "a"
    checked(engine)
    assert (found(engine), engine.trouble()) == ("c", "")


def test_a_commit_removed_during_its_check_is_not_damage(
    folder: Path, commit: Commit, gate: threading.Event, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = ServedEngine(str(folder))
    assert found(engine) == "a"
    commit(folder, [article("b")])
    assert found(engine) == "a"
    commit(folder, [article("c")])
    assert found(engine) == "a", "one check at a time"
    gate.set()
    checked(engine)
    assert found(engine) == "a"
    checked(engine)
    assert found(engine) == "c"
    assert capsys.readouterr().err == ""


def test_a_commit_checked_on_opening_is_used_at_once(tmp_path: Path, commit: Commit, gate: threading.Event) -> None:
    commit(tmp_path / "index", [article("a")])
    engine = ServedEngine(str(tmp_path / "index"))
    for id in "abc":
        commit(tmp_path / "index", [article(id)])
        assert found(engine) == id
