"""What cannot be read is not taken for gone, and a large share of an index is removed only when asked to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from kiosque.corpus.walk.apart import end_all
from kiosque.index.__main__ import INCOMPLETE, UNUSABLE, main
from kiosque.index.build import removal
from kiosque.index.build.sync import Changes, sync
from kiosque.index.build.watch import Follower
from kiosque.index.commit.reader import open_reader
from kiosque.index.errors import IndexProblem, TooManyRemoved


def write(folder: Path, count: int) -> Path:
    folder.mkdir(parents=True)
    for number in range(count):
        (folder / f"{number}.txt").write_text(f"Titre {folder.name} {number}\n\nLe port de {folder.name} {number}.\n")
    return folder


def ids(index: Path) -> set[str]:
    return {stored["id"] for _, stored in open_reader(index).iter_docs()}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    write(tmp_path / "corpus" / "nord", 20)
    write(tmp_path / "corpus" / "sud", 3)
    return tmp_path / "corpus"


@pytest.fixture
def forbidden(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[Path]]:
    """Paths that the system does not let be listed or opened, even for root."""
    paths: set[Path] = set()
    listed, opened = Path.iterdir, Path.open

    def refuse(path: Path) -> None:
        if path in paths:
            raise PermissionError(13, "Permission denied", str(path))

    def iterdir(path: Path) -> Iterator[Path]:
        refuse(path)
        return listed(path)

    def open_(path: Path, *args: object, **kwargs: object) -> object:
        refuse(path)
        return opened(path, *args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "iterdir", iterdir)
    monkeypatch.setattr(Path, "open", open_)
    yield paths


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("kept", ["nord", "sud/1.txt"])
def test_what_cannot_be_read_keeps_its_articles(
    corpus: Path, tmp_path: Path, forbidden: set[Path], kept: str, jobs: int
) -> None:
    index = tmp_path / "index"
    sync([corpus], index, jobs=jobs)
    before = ids(index)
    forbidden.add(corpus / kept)
    end_all()  # a process that reads is forked with what was forbidden then
    (corpus / "sud" / "0.txt").write_text("Un autre titre\n\nUn autre texte.\n")
    report, changes = sync([corpus], index, jobs=jobs)
    assert (changes.replaced, changes.removed) == (1, 0)
    assert changes.kept == (20 if kept == "nord" else 1)
    assert ids(index) == before
    assert [refusal.path for refusal in report.withheld] == [str(corpus / kept)]
    forbidden.clear()
    end_all()
    assert sync([corpus], index, jobs=jobs)[1] == Changes(unchanged=23)


def test_the_places_of_copies_stay_with_what_is_kept(corpus: Path, tmp_path: Path, forbidden: set[Path]) -> None:
    index = tmp_path / "index"
    for name in ("premier", "second"):
        (corpus / "nord" / f"{name}.txt").write_text("Un titre\n\nLe même texte.\n")
    sync([corpus], index)
    generation = open_reader(index).generation()
    forbidden.add(corpus / "nord")
    sync([corpus], index)
    forbidden.clear()
    assert sync([corpus], index)[1] == Changes(unchanged=24)
    assert open_reader(index).generation() >= generation


@pytest.mark.parametrize("command", ["build", "sync"])
def test_what_cannot_be_read_is_said_even_if_quiet(
    corpus: Path, tmp_path: Path, forbidden: set[Path], command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    options = [str(corpus), "--index", str(tmp_path / "index"), "--jobs", "1", "--quiet"]
    assert main(["build", *options]) == 0
    forbidden.add(corpus / "nord")
    assert main([command, *options]) == INCOMPLETE
    assert str(corpus / "nord") in capsys.readouterr().err
    assert len(ids(tmp_path / "index")) == (23 if command == "sync" else 3)


def test_a_file_that_is_gone_is_removed(corpus: Path, tmp_path: Path) -> None:
    sync([corpus], tmp_path / "index")
    (corpus / "sud" / "1.txt").unlink()
    (corpus / "sud" / "1.txt").symlink_to(tmp_path / "nowhere")
    assert sync([corpus], tmp_path / "index")[1] == Changes(removed=1, unchanged=22)


def test_a_large_share_is_removed_only_when_asked_to(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = [str(corpus), "--index", str(tmp_path / "index"), "--jobs", "1", "--quiet"]
    assert main(["sync", *options]) == 0
    for path in (corpus / "nord").iterdir():
        path.unlink()
    assert main(["sync", *options]) == UNUSABLE
    assert "20 articles sur 23" in (said := capsys.readouterr().err)
    assert "--yes" in said
    assert len(ids(tmp_path / "index")) == 23
    assert main(["sync", *options, "--yes"]) == 0
    assert len(ids(tmp_path / "index")) == 3


def test_what_only_moved_is_not_removed(corpus: Path, tmp_path: Path) -> None:
    sync([corpus], tmp_path / "index", removed_percent=0)
    (corpus / "nord").rename(corpus / "archives")
    assert sync([corpus], tmp_path / "index", removed_percent=0)[1] == Changes(added=20, removed=20, unchanged=3)


def test_a_handful_is_removed_unasked(corpus: Path, tmp_path: Path) -> None:
    sync([corpus / "sud"], tmp_path / "index", removed_percent=0)
    (corpus / "sud" / "1.txt").unlink()
    assert sync([corpus / "sud"], tmp_path / "index", removed_percent=0)[1].removed == 1


def test_a_watch_keeps_the_index_and_says_so(corpus: Path, tmp_path: Path, forbidden: set[Path]) -> None:
    told: list[str] = []
    follower = Follower([corpus], tmp_path / "index", told.append, Event(), removed_percent=25)
    follower.follow([None])
    forbidden.add(corpus / "nord")
    follower.follow([None, None])
    assert sum("articles gardés" in line for line in told) == 1, told
    forbidden.clear()
    for path in (corpus / "nord").iterdir():
        path.unlink()
    follower.follow([None])
    assert "seraient retirés" in told[-1]
    assert len(ids(tmp_path / "index")) == 23


def test_the_share_is_a_setting() -> None:
    assert removal.SyncSettings.read({}).removed_percent == 25
    assert removal.SyncSettings.read({"KIOSQUE_SYNC_REMOVED_PERCENT": "60"}).removed_percent == 60
    with pytest.raises(IndexProblem, match="0 à 100"):
        removal.SyncSettings.read({"KIOSQUE_SYNC_REMOVED_PERCENT": "beaucoup"})


def test_the_settings_page_has_the_row() -> None:
    page = (Path(__file__).parents[2] / "docs/SETTINGS.md").read_text(encoding="utf-8")
    for row in removal.rows():
        assert "| `{}` | `{}` | {} |".format(*row) in page


def test_the_error_names_both_ways_out() -> None:
    message = str(TooManyRemoved(40, 43))
    assert "--yes" in message
    assert "KIOSQUE_SYNC_REMOVED_PERCENT" in message
    assert os.linesep not in message
