"""A build replaces the index completely or not at all."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from whoosh.index import open_dir
from whoosh.query import Term

import kiosque.index.build.full_build
import kiosque.index.segment.arrays
from kiosque.corpus.article import Article
from kiosque.corpus.walk.read_corpus import CorpusNotFound, Refusal
from kiosque.corpus.walk.report import Report
from kiosque.index.build.full_build import build
from kiosque.index.build.sync import sync
from kiosque.index.care.verify import verify
from kiosque.index.commit.reader import open_reader
from kiosque.index.errors import BusyIndex, EmptyCorpus, FailedWorker, MissingIndex
from kiosque.index.text.analyzer import term_of
from tests.effort import THOROUGH

MakeFolder = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> MakeFolder:
    """A function that writes a corpus of JSON lines, one article per id."""

    def make(name: str, *ids: str) -> Path:
        root = tmp_path / name
        root.mkdir()
        rows = [{"id": id, "title": f"Titre {id}", "body": "Le gaz manque.", "date": "2022-01"} for id in ids]
        (root / "articles.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        return root

    return make


@pytest.fixture
def built(tmp_path: Path, folder: MakeFolder) -> Path:
    """An index of one article, "ancien"."""
    directory = tmp_path / "index"
    build([folder("anciens", "ancien")], directory)
    return directory


def ids(directory: Path) -> set[str]:
    reader = open_reader(directory)
    try:
        return {stored["id"] for stored in reader.all_stored_fields()}
    finally:
        reader.close()


def test_plain_whoosh_opens_and_searches_the_index(tmp_path: Path, folder: MakeFolder) -> None:
    build([folder("corpus", "a", "b")], tmp_path / "index")
    with open_dir(str(tmp_path / "index")).searcher() as searcher:
        assert searcher.doc_count() == 2
        hits = searcher.search(Term("body", term_of("manque")), limit=None)
        assert {hit["id"] for hit in hits} == {"a", "b"}
        assert {hit["date"] for hit in hits} == {"2022-01"}


def test_files_of_several_formats_go_into_one_index(tmp_path: Path, folder: MakeFolder) -> None:
    corpus = folder("corpus", "ligne")
    (corpus / "Le Phare fictif").mkdir()
    (corpus / "Le Phare fictif" / "2022-01-19_gaz.txt").write_text("Le gaz manque\n\nLes réserves sont au plus bas.\n")
    report = build([corpus], tmp_path / "index")
    assert report.articles == 2
    reader = open_reader(tmp_path / "index")
    assert {(stored["title"], stored["date"]) for stored in reader.all_stored_fields()} == {
        ("Titre ligne", "2022-01"),
        ("Le gaz manque", "2022-01-19"),
    }
    reader.close()


def test_unreadable_files_are_reported_and_the_rest_is_indexed(tmp_path: Path, folder: MakeFolder) -> None:
    corpus = folder("corpus", "bon")
    with (corpus / "articles.jsonl").open("a") as lines:
        lines.write(
            '{"id": "abîmé"\n["pas un objet"]\n{"id": "c", "title": "C", "body": "sans date", "source": "AFP"}\n'
        )
    (corpus / "image.png").write_bytes(b"\x89PNG")
    (corpus / "parti.txt").symlink_to(tmp_path / "nulle part")
    report = build([corpus], tmp_path / "index")
    assert ids(tmp_path / "index") == {"bon", "c"}
    assert (report.articles, report.undated, report.unsourced) == (2, 1, 1)
    assert {(Path(refusal.path).name, refusal.line) for refusal in report.refusals} == {
        ("articles.jsonl", 2),
        ("articles.jsonl", 3),
        ("image.png", None),
        ("parti.txt", None),
    }
    assert all(refusal.reason for refusal in report.refusals)


def test_a_second_build_replaces_every_file_of_the_first(built: Path, folder: MakeFolder) -> None:
    before = len(list(built.iterdir()))
    for number in range(3):
        build([folder(f"corpus{number}", f"a{number}", f"b{number}")], built)
        assert ids(built) == {f"a{number}", f"b{number}"}
    assert len(list(built.iterdir())) == before
    assert open_reader(built).generation() == 4


def test_the_old_index_answers_until_the_new_one_is_committed(built: Path, folder: MakeFolder) -> None:
    seen: list[tuple[int, set[str]]] = []
    build([folder("corpus", "a", "b")], built, lambda report: seen.append((report.articles, ids(built))))
    assert seen == [(1, {"ancien"}), (2, {"ancien"})]
    assert ids(built) == {"a", "b"}


def test_an_empty_corpus_keeps_the_index(built: Path, folder: MakeFolder) -> None:
    empty = folder("vide")
    with pytest.raises(EmptyCorpus, match="l’index reste tel quel") as refused:
        build([empty], built)
    assert str(empty) in str(refused.value)
    assert ids(built) == {"ancien"}


def test_a_corpus_without_readable_files_names_each_with_its_reason(built: Path, tmp_path: Path) -> None:
    (tmp_path / "abime.jsonl").write_text('{"title": ', "utf-8")
    with pytest.raises(EmptyCorpus, match=r"tel quel(?s:.*)abime\.jsonl, ligne 1.*JSON illisible"):
        build([tmp_path / "abime.jsonl"], built)
    assert ids(built) == {"ancien"}


def test_an_empty_corpus_creates_no_index(tmp_path: Path, folder: MakeFolder) -> None:
    with pytest.raises(EmptyCorpus):
        build([folder("vide")], tmp_path / "index")
    with pytest.raises(MissingIndex, match="make index"):
        open_reader(tmp_path / "index")


def test_a_corpus_that_does_not_exist_keeps_the_index(built: Path, tmp_path: Path) -> None:
    with pytest.raises(CorpusNotFound):
        build([tmp_path / "nulle part"], built)
    assert ids(built) == {"ancien"}


@pytest.mark.parametrize("failure", [OSError("disque"), MemoryError(), KeyboardInterrupt()])
def test_a_failing_reader_keeps_the_index_and_releases_the_lock(
    built: Path, folder: MakeFolder, monkeypatch: pytest.MonkeyPatch, failure: BaseException
) -> None:
    def failing(paths: list[Path], met: object) -> Iterator[Article | Refusal]:
        yield Article(id="a", title="A", body="gaz")
        raise failure

    with monkeypatch.context() as patched:
        patched.setattr(kiosque.index.build.full_build, "read_corpus", failing)
        with pytest.raises(type(failure)):
            build([], built)
    assert ids(built) == {"ancien"}
    build([folder("corpus", "nouveau")], built)
    assert ids(built) == {"nouveau"}


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("run", [build, sync])
@pytest.mark.parametrize("there", [True, False])
def test_a_full_disk_keeps_the_index_and_leaves_no_files(
    tmp_path: Path,
    folder: MakeFolder,
    monkeypatch: pytest.MonkeyPatch,
    run: Callable[..., object],
    jobs: int,
    there: bool,
) -> None:
    directory, real = tmp_path / "index", kiosque.index.segment.arrays.write_array
    directory.mkdir()
    if there:
        build([folder("anciens", "ancien")], directory)
    (directory / "MAIN_WRITELOCK").touch()
    before = sorted(path.name for path in directory.iterdir())

    def full(path: Path, array: kiosque.index.segment.arrays.Array) -> kiosque.index.segment.arrays.Entry:
        if "column.date" in path.name:
            path.write_bytes(b"half")
            raise OSError(28, "No space left on device")
        return real(path, array)

    monkeypatch.setattr(kiosque.index.segment.arrays, "write_array", full)
    with pytest.raises((OSError, FailedWorker), match="No space left" if jobs == 1 else "plus de place sur le disque"):
        run([folder("neufs", "neuf")], directory, jobs=jobs)
    assert sorted(path.name for path in directory.iterdir()) == before
    assert not there or verify(directory) == []


def test_a_second_builder_is_refused_and_the_first_finishes(built: Path, folder: MakeFolder) -> None:
    other = folder("autre", "autre")

    def meanwhile(report: Report) -> None:
        with pytest.raises(BusyIndex, match="en cours"):
            build([other], built)

    build([folder("corpus", "a", "b")], built, meanwhile)
    assert ids(built) == {"a", "b"}
    build([other], built)
    assert ids(built) == {"autre"}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Whoosh does not close damaged files
@pytest.mark.parametrize("damage", [b"", b"\x04\x08", b"abime" * 400])
@pytest.mark.parametrize("name", ["_MAIN_1.toc", "_MAIN_9.toc", "segment"])
def test_a_damaged_index_is_replaced(built: Path, folder: MakeFolder, damage: bytes, name: str) -> None:
    path = next(built.glob("MAIN_*.manifest.json")) if name == "segment" else built / name
    path.write_bytes(damage)
    build([folder("corpus", "nouveau")], built)
    assert ids(built) == {"nouveau"}


KILLER = """
import os, shutil, signal, sys, tempfile
from pathlib import Path
from kiosque.index.build.full_build import build

corpus, before, home = (Path(argument) for argument in sys.argv[1:4])
with tempfile.TemporaryDirectory() as directory:
    build([corpus], Path(directory))  # loads the kernels for the forks below


def kill_at(last, directory):
    seen = 0

    def hook(event, arguments):
        nonlocal seen
        if event.split(".")[0] in ("open", "os", "mmap") and arguments and str(arguments[0]).startswith(str(directory)):
            seen += 1
            if seen > last:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


for moment in range(0, 1000, int(sys.argv[4])):
    directory = home / str(moment)
    shutil.copytree(before, directory)
    child = os.fork()
    if not child:
        kill_at(moment, directory)
        build([corpus], directory)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    if os.WIFEXITED(status):
        sys.exit(os.WEXITSTATUS(status))
"""
"""Builds over copies of an index, each killed before one more file operation than the last, until a build finishes.
The fourth argument is the number of operations between kills."""

STEP = "1" if THOROUGH else "3"


def in_order(home: Path) -> list[Path]:
    return sorted(home.iterdir(), key=lambda directory: int(directory.name))


def test_a_killed_build_leaves_the_old_index_or_the_new_one(built: Path, folder: MakeFolder, tmp_path: Path) -> None:
    home, corpus = tmp_path / "killed", folder("corpus", "a", "b")
    home.mkdir()
    subprocess.run([sys.executable, "-c", KILLER, corpus, built, home, STEP], check=True, timeout=3600)

    moments = in_order(home)
    states = [ids(directory) for directory in moments]
    changed = states.index({"a", "b"})
    assert changed > 10, "many builds were killed before the commit"
    assert states == [{"ancien"}] * changed + [{"a", "b"}] * (len(states) - changed)
    clean = {path.suffix for path in built.iterdir()}
    for directory in moments:
        build([corpus], directory)
        assert ids(directory) == {"a", "b"}
        assert {path.suffix for path in directory.iterdir()} == clean, "leftovers of the killed build are removed"


def test_a_killed_first_build_leaves_no_index_or_the_new_one(folder: MakeFolder, tmp_path: Path) -> None:
    home, corpus, nothing = tmp_path / "killed", folder("corpus", "a", "b"), tmp_path / "rien"
    home.mkdir()
    nothing.mkdir()
    subprocess.run([sys.executable, "-c", KILLER, corpus, nothing, home, STEP], check=True, timeout=3600)

    def state(directory: Path) -> set[str]:
        try:
            return ids(directory)
        except MissingIndex:
            return set()

    states = [state(directory) for directory in in_order(home)]
    changed = states.index({"a", "b"})
    assert states == [set()] * changed + [{"a", "b"}] * (len(states) - changed)


def test_an_index_folder_can_be_moved(built: Path, tmp_path: Path) -> None:
    shutil.move(built, tmp_path / "ailleurs")
    assert ids(tmp_path / "ailleurs") == {"ancien"}
