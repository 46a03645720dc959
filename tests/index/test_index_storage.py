"""Durable creation and commits of an index."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from whoosh.fields import ID, Schema
from whoosh.index import FileIndex

from kiosque.index.commit.storage import DurableStorage, create_index, open_index
from kiosque.index.errors import DamagedIndex, MissingIndex

SCHEMA = Schema(id=ID(stored=True))


def test_files_are_synced_before_and_the_folder_after_a_rename(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    sync, rename = os.fsync, os.rename

    def synced(descriptor: int) -> None:
        steps.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        sync(descriptor)

    def renamed(old: str, new: str) -> None:
        steps.append("rename")
        rename(old, new)

    (tmp_path / "new").write_text("x")
    (tmp_path / "segment.npy").write_text("y")
    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "rename", renamed)
    DurableStorage(str(tmp_path)).rename_file("new", "toc", safe=True)
    assert (set(steps[:2]), steps[2:]) == ({"new", "segment.npy"}, ["rename", tmp_path.name])
    assert (tmp_path / "toc").read_text() == "x"


def test_a_safe_rename_never_overwrites(tmp_path: Path) -> None:
    (tmp_path / "new").write_text("new")
    (tmp_path / "toc").write_text("old")
    with pytest.raises(NameError):
        DurableStorage(str(tmp_path)).rename_file("new", "toc", safe=True)
    assert (tmp_path / "toc").read_text() == "old"


def test_a_created_index_can_be_opened(tmp_path: Path) -> None:
    create_index(tmp_path / "deep" / "folder", SCHEMA)
    index = open_index(tmp_path / "deep" / "folder")
    assert isinstance(index, FileIndex)
    assert isinstance(index.storage, DurableStorage)
    assert index.schema.names() == ["id"]
    assert open_index(tmp_path / "deep" / "folder", Schema(other=ID())).schema.names() == ["other"]


def test_a_missing_index_is_reported(tmp_path: Path) -> None:
    with pytest.raises(MissingIndex, match="make index"):
        open_index(tmp_path)
    with pytest.raises(MissingIndex):
        open_index(tmp_path / "absent")


# Whoosh does not close a file that it cannot read.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_empty_or_foreign_table_of_contents_is_damage(tmp_path: Path) -> None:
    create_index(tmp_path, SCHEMA)
    for content in (b"", b"nonsense" * 10):
        (tmp_path / "_MAIN_7.toc").write_bytes(content)
        with pytest.raises(DamagedIndex, match="make index"):
            open_index(tmp_path)
