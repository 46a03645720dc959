"""What a server answers from was read, every byte: at first before it answers, later while it goes on answering."""

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
    """An index whose postings are too large to be checked when it is opened."""
    monkeypatch.setattr(kiosque.index.segment.segment_data, "CHECKED", 0)
    commit(tmp_path / "index", [article("a")])
    return tmp_path / "index"


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """What a check in the background waits for."""
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
    """Waits until the check that has begun is over, if it is not yet."""
    if thread := engine._checking:
        thread.join(300)


def test_a_server_opens_such_an_engine(folder: Path) -> None:
    assert isinstance(open_engine(str(folder), served=True), ServedEngine)


@pytest.mark.parametrize("name", sorted(kiosque.index.segment.segment_data.CONTENTS))
def test_nothing_answers_from_a_damaged_index(folder: Path, name: str) -> None:
    path = damage(folder, name)
    for _ in range(2):
        with pytest.raises(EngineUnavailable, match=f"{path.name}.*make index"):
            found(ServedEngine(str(folder)))


def test_the_commit_before_answers_until_the_new_one_was_read(
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


def test_the_commit_before_goes_on_answering_where_the_new_one_is_damaged(
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
    assert capsys.readouterr().err == engine.trouble() + "\n", "it is said once"
    commit(folder, [article("c")])
    found(engine)
    checked(engine)
    assert (found(engine), engine.trouble()) == ("c", "")


@pytest.mark.parametrize("name", ["chunk_end", "column.source"])
def test_what_opening_finds_damaged_is_not_taken_up_either(folder: Path, commit: Commit, name: str) -> None:
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


def test_a_commit_whose_files_the_next_removed_meanwhile_is_no_damage(
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


def test_what_is_checked_whole_on_opening_answers_the_next_request(
    tmp_path: Path, commit: Commit, gate: threading.Event
) -> None:
    commit(tmp_path / "index", [article("a")])
    engine = ServedEngine(str(tmp_path / "index"))
    for id in "abc":
        commit(tmp_path / "index", [article(id)])
        assert found(engine) == id
