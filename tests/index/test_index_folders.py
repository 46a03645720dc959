"""The folder of an index: one that may not be read is not an empty one, and what is foreign in it stops nobody."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kiosque.index.build.full_build import build
from kiosque.index.build.sync import sync
from kiosque.index.commit.reader import open_reader
from kiosque.index.errors import DamagedIndex, ForbiddenIndex, MissingIndex
from kiosque.search import SearchRequest, open_engine


@pytest.fixture
def built(tmp_path: Path) -> Path:
    return made(tmp_path, "premier", "port")


def made(home: Path, name: str, word: str) -> Path:
    """An index of one article with that word."""
    corpus = home / f"{name}-corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text(f"Titre\n\nLe {word}.\n")
    build([corpus], home / name)
    return home / name


def forbid(monkeypatch: pytest.MonkeyPatch, wanted: Callable[[Path], bool]) -> None:
    """Lets the system refuse what is wanted, even to root."""
    for name in ("scandir", "listdir", "open"):
        real = getattr(os, name)

        def refusing(path: Any, *args: Any, real: Any = real, **kwargs: Any) -> Any:
            if isinstance(path, str | os.PathLike) and wanted(Path(path)):
                raise PermissionError(13, "Permission denied", str(path))
            return real(path, *args, **kwargs)

        monkeypatch.setattr(os, name, refusing)


def test_a_folder_that_may_not_be_read_is_not_an_empty_one(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forbid(monkeypatch, lambda path: path == built)
    with pytest.raises(ForbiddenIndex, match="droit de lire"):
        open_reader(built)


def test_a_table_of_contents_that_may_not_be_read_is_not_a_damaged_one(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.read_bytes

    def refusing(path: Path) -> bytes:
        if path.suffix == ".toc":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", refusing)
    with pytest.raises(ForbiddenIndex, match="droit de lire"):
        open_reader(built)


@pytest.mark.parametrize("name", ["vide", "absent", "fichier"])
def test_no_index_is_said_as_before(tmp_path: Path, name: str) -> None:
    (tmp_path / "vide").mkdir()
    (tmp_path / "fichier").touch()
    with pytest.raises(MissingIndex):
        open_reader(tmp_path / name)


def test_a_foreign_file_that_may_not_be_read_stops_no_commit(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = built.with_name("premier-corpus")
    (built / "notes.odt").touch()
    forbid(monkeypatch, lambda path: path.name == "notes.odt")
    (corpus / "b.txt").write_text("Titre\n\nLe phare.\n")
    assert sync([corpus], built)[1].added == 1
    assert open_reader(built).doc_count() == 2


def test_a_link_that_leads_to_another_index_is_followed_at_once(tmp_path: Path) -> None:
    one, two = made(tmp_path, "un", "port"), made(tmp_path, "deux", "phare")
    for folder in (one, two):  # two copies of one backup: the same names at the same time
        [toc] = folder.glob("_MAIN_*.toc")
        os.utime(toc, ns=(1_700_000_000_000_000_000,) * 2)
        os.utime(folder, ns=(1_700_000_000_000_000_000,) * 2)
    link = tmp_path / "lien"
    link.symlink_to(one)
    engine = open_engine(str(link))
    assert [engine.search(SearchRequest(q=q)).total for q in ("port", "phare")] == [1, 0]
    link.unlink()
    link.symlink_to(two)
    assert [engine.search(SearchRequest(q=q)).total for q in ("port", "phare")] == [0, 1]


def test_files_of_one_segment_under_the_name_of_another_are_refused(tmp_path: Path) -> None:
    one, two = made(tmp_path, "un", "port"), made(tmp_path, "deux", "phare")
    names = [next(folder.glob("*.manifest.json")).name.partition(".")[0] for folder in (one, two)]
    for path in two.glob(f"{names[1]}.*"):
        (one / path.name.replace(names[1], names[0])).write_bytes(path.read_bytes())
    with pytest.raises(DamagedIndex, match=f"fichiers du segment {names[1]}"):
        open_reader(one)
