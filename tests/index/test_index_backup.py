"""Backups: taken while the index is in use, restored completely or not at all."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kiosque.corpus.article import Article
from kiosque.corpus.walk.report import Summary
from kiosque.index.__main__ import main
from kiosque.index.build.full_build import build
from kiosque.index.care.backup import export_index, import_index
from kiosque.index.care.verify import verify
from kiosque.index.commit.reader import open_reader
from kiosque.index.commit.reports import refusals_path
from kiosque.index.errors import BadArchive, DamagedIndex, MissingIndex
from kiosque.search import SearchRequest, open_engine
from kiosque.search.model import ArticleView

Commit = Callable[[Path, list[Article]], None]


def article(id: str) -> Article:
    return Article(id=id, title=f"Titre {id}", body="Le gaz manque.")


def ids(directory: Path) -> set[str]:
    with open_reader(directory) as reader:
        return {stored["id"] for stored in reader.all_stored_fields()}


@pytest.fixture
def archive(tmp_path: Path, commit: Commit) -> Path:
    commit(tmp_path / "index", [article("a"), article("b")])
    assert export_index(tmp_path / "index", tmp_path / "index.tar") >= 40
    return tmp_path / "index.tar"


def test_a_backup_is_restored_into_an_empty_folder(archive: Path, tmp_path: Path) -> None:
    import_index(archive, tmp_path / "elsewhere")
    assert ids(tmp_path / "elsewhere") == {"a", "b"}
    assert verify(tmp_path / "elsewhere") == []


def test_a_restore_replaces_a_newer_index_in_one_commit(archive: Path, tmp_path: Path, commit: Commit) -> None:
    commit(tmp_path / "index", [article("c")])
    generation = open_reader(tmp_path / "index").generation()
    before = len(list((tmp_path / "index").iterdir()))
    import_index(archive, tmp_path / "index")
    assert ids(tmp_path / "index") == {"a", "b"}
    assert open_reader(tmp_path / "index").generation() == generation + 1
    assert len(list((tmp_path / "index").iterdir())) == before


def test_a_restore_over_the_same_index_changes_only_the_commit(archive: Path, tmp_path: Path) -> None:
    import_index(archive, tmp_path / "index")
    assert ids(tmp_path / "index") == {"a", "b"}
    assert verify(tmp_path / "index") == []


@pytest.fixture
def read(tmp_path: Path) -> Path:
    """An index built from files, with a refusal, a near copy and an exact duplicate."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    long = " ".join(f"Le vent {name} de la mer se lève, le gaz {name} manque." for name in "abcdefghijklmnop")
    for name, body in (("a", long), ("twin", long), ("near", f"{long} La pluie.")):
        (corpus / f"{name}.txt").write_text(f"Titre\n\n{body}", "utf-8")
    (corpus / "vide.txt").touch()
    build([corpus], tmp_path / "read")
    return tmp_path / "read"


def copies_and_report(directory: Path) -> tuple[list[ArticleView | None], Summary | None, str]:
    """The copies and the reading report of an index."""
    engine = open_engine(str(directory))
    views = [engine.article(hit.id) for hit in engine.search(SearchRequest(q="vent", copies="all")).hits]
    assert all(view and view.copies for view in views)
    assert sum(len(view.places) for view in views if view) == 1
    refusals = refusals_path(directory, open_reader(directory).generation()).read_text("utf-8")
    assert "vide.txt" in refusals
    return views, engine.corpus().reading, refusals


def test_a_backup_has_the_copies_and_the_reading_report(read: Path, tmp_path: Path, commit: Commit) -> None:
    export_index(read, tmp_path / "read.tar")
    for _ in range(2):
        commit(tmp_path / "other", [article("c")])
    import_index(tmp_path / "read.tar", tmp_path / "other")
    assert copies_and_report(tmp_path / "other") == copies_and_report(read)
    assert copies_and_report(read)[1] is not None
    assert verify(tmp_path / "other") == []


def test_an_import_that_fails_at_the_commit_keeps_the_old_sidecars(
    read: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index has the same segments as the backup, whose sidecars have the same names."""
    export_index(read, tmp_path / "read.tar")
    [sidecar] = read.glob("*.copies.places.1.npy")
    sidecar.write_bytes(b"of another history")

    def late(*_: object, **__: object) -> None:
        raise OSError("disque")

    monkeypatch.setattr("kiosque.index.care.backup.commit_segments", late)
    with pytest.raises(OSError, match="disque"):
        import_index(tmp_path / "read.tar", read)
    assert sidecar.read_bytes() == b"of another history"


def test_a_damaged_archive_replaces_nothing(archive: Path, tmp_path: Path, commit: Commit) -> None:
    commit(tmp_path / "index", [article("c")])
    whole, kept = archive.read_bytes(), sorted(path.name for path in (tmp_path / "index").iterdir())
    content = [whole.index(piece) for piece in (b"kiosque-index", b"NUMPY", b"documents", b"whoosh.fields")]
    for changed in (b"", whole[: len(whole) // 2], *(whole[:at] + b"#" + whole[at + 1 :] for at in content)):
        archive.write_bytes(changed)
        with pytest.raises(BadArchive, match="tel quel"):
            import_index(archive, tmp_path / "index")
        assert ids(tmp_path / "index") == {"c"}
        assert sorted(path.name for path in (tmp_path / "index").iterdir()) == kept


def test_a_damaged_index_is_not_exported_over_a_good_backup(archive: Path, tmp_path: Path) -> None:
    good, path = archive.read_bytes(), next((tmp_path / "index").glob("*.docs.npy"))
    path.write_bytes(path.read_bytes()[:-1] + b"#")
    with pytest.raises(DamagedIndex, match="docs"):
        export_index(tmp_path / "index", archive)
    assert archive.read_bytes() == good
    assert not list(tmp_path.glob("*.part"))


def test_a_missing_index_cannot_be_exported(tmp_path: Path) -> None:
    with pytest.raises(MissingIndex, match="make index"):
        export_index(tmp_path, tmp_path / "index.tar")


def test_the_commands_export_and_import(archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", str(tmp_path / "again.tar"), "--index", str(tmp_path / "index")]) == 0
    assert main(["import", str(tmp_path / "again.tar"), "--index", str(tmp_path / "new")]) == 0
    assert capsys.readouterr().out.count("fichiers vérifiés") == 2
    archive.write_bytes(b"nonsense")
    assert main(["import", str(archive), "--index", str(tmp_path / "new")]) == 2
    assert "tel quel" in capsys.readouterr().err
