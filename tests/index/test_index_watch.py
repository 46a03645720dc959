"""Watching a folder: each change is indexed, and errors do not end it."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from watchfiles import Change

import kiosque.index.build.events
import kiosque.index.build.sync
import kiosque.index.build.watch
from kiosque.index.__main__ import main
from kiosque.index.build.events import changes
from kiosque.index.build.watch import Follower
from kiosque.index.commit.reader import latest_generation, open_reader
from kiosque.index.commit.transaction import write_lock


class SteppedEvent(Event):
    """An event whose `wait` runs the next step instead of waiting, and sets the event after the last."""

    def __init__(self, *steps: Callable[[], object]) -> None:
        super().__init__()
        self.steps = list(steps)

    def wait(self, timeout: float | None = None) -> bool:
        if self.steps:
            self.steps.pop(0)()
        else:
            self.set()
        return self.is_set()


def write_file(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def messages_of(corpus: Path, directory: Path, *steps: Callable[[], object]) -> list[str]:
    """The messages while the corpus goes through these steps, with an event after each."""
    told: list[str] = []
    Follower([corpus], directory, told.append, Event()).follow(step() for step in steps)
    return told


def ids(directory: Path) -> set[str]:
    return {stored["id"] for _, stored in open_reader(directory).iter_docs()}


def test_each_change_is_a_commit_and_a_line(tmp_path: Path) -> None:
    corpus, directory = tmp_path / "corpus", tmp_path / "index"
    write_file(corpus, "a.txt", "Titre\n\nLe gaz.\n")

    def change_one_and_add_one() -> None:
        write_file(corpus, "a.txt", "Titre\n\nLe vent.\n")
        write_file(corpus, "b.txt", "Titre\n\nLa mer.\n")

    told = messages_of(
        corpus,
        directory,
        lambda: None,
        change_one_and_add_one,
        lambda: None,
        lambda: (corpus / "a.txt").unlink(),
    )
    assert [line.rpartition(" en ")[0] for line in told] == [
        "1 ajouté\u00a0: 1 article",
        "1 ajouté, 1 remplacé\u00a0: 2 articles",
        "1 retiré\u00a0: 1 article",
    ], "no message without a change"
    assert (ids(directory), latest_generation(directory)) == ({"b"}, 3)


def test_a_refusal_is_reported_once(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    write_file(corpus, "a.txt", "Titre\n\nLe gaz.\n")
    write_file(corpus, "b.txt", "")
    told = messages_of(
        corpus, tmp_path / "index", lambda: None, lambda: None, lambda: write_file(corpus, "c.txt", ""), lambda: None
    )
    refused = [line for line in told if line.startswith("refus")]
    assert refused == [f"refus\u00a0: {corpus / name}\u00a0: fichier vide" for name in ("b.txt", "c.txt")]


def test_many_refusals_are_counted(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    write_file(corpus, "a.txt", "Titre\n\nLe gaz.\n")
    for number in range(7):
        write_file(corpus, f"b{number}.txt", "")
    assert messages_of(corpus, tmp_path / "index", lambda: None)[-1] == "… et 2 autres refus"


def test_errors_neither_end_the_watch_nor_change_the_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus, directory = tmp_path / "corpus", tmp_path / "index"
    real = kiosque.index.build.sync.sync

    def full(*_: Any, **__: Any) -> Any:
        monkeypatch.setattr(kiosque.index.build.watch, "sync", real)
        raise OSError(28, "No space left on device")

    def broken() -> None:
        write_file(corpus, "kiosque.toml", "[sources\n")

    write_file(corpus, "a.txt", "Titre\n\nLe gaz.\n")
    told = messages_of(
        corpus,
        directory,
        lambda: None,
        lambda: (corpus / "a.txt").unlink(),  # no article remains
        broken,
        lambda: shutil.rmtree(corpus),
        lambda: monkeypatch.setattr(kiosque.index.build.watch, "sync", full),
        lambda: write_file(corpus, "b.txt", "Titre\n\nLe vent.\n"),
    )
    assert "Aucun article lu" in told[1] and "kiosque.toml" in told[2] and "n’existe pas" in told[3]
    assert told[4].startswith("Échec (plus de place sur le disque, libérez-en)\u00a0: l’index reste tel quel")
    assert told[5].startswith("1 ajouté, 1 retiré\u00a0:") and ids(directory) == {"b"}


def test_a_watch_waits_for_another_indexing_and_says_so_once(tmp_path: Path) -> None:
    corpus, directory, told = tmp_path / "corpus", tmp_path / "index", list[str]()
    write_file(corpus, "a.txt", "Titre\n\nLe gaz.\n")
    lock = write_lock(directory)
    lock.__enter__()
    stop = SteppedEvent(lambda: None, lambda: lock.__exit__(None, None, None))
    Follower([corpus], directory, told.append, stop).follow([None])
    assert told[0] == f"Une autre indexation est en cours dans «\u00a0{directory}\u00a0»\u00a0: attente."
    assert [line.split()[0] for line in told] == ["Une", "1"]


def test_a_stop_ends_the_wait_for_another_indexing(tmp_path: Path) -> None:
    corpus, told = tmp_path / "corpus", list[str]()
    write_file(corpus, "a.txt", "Titre\n\nLe gaz.\n")
    with write_lock(tmp_path / "index"):
        Follower([corpus], tmp_path / "index", told.append, SteppedEvent()).follow([None, None])
    assert len(told) == 1


Watch = Callable[..., Iterator[set[tuple[Change, str]]]]


def event_rounds(*rounds: list[object]) -> Watch:
    """A replacement for watchfiles.watch: each call yields the events of one round."""
    left = list(rounds)

    def watch(*_: Path, **__: Any) -> Iterator[set[tuple[Change, str]]]:
        for item in left.pop(0) if left else []:
            if isinstance(item, Exception):
                raise item
            if callable(item):
                item()
            yield {(Change.added, "a")} if item == "change" else set()

    return watch


def test_changes_yields_once_at_first_and_then_for_each_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stop = Event()
    monkeypatch.setattr(
        kiosque.index.build.events, "watch", event_rounds([None, None, "change", None, "change", stop.set])
    )
    assert len(list(changes([tmp_path], tmp_path / "index", stop, pytest.fail))) == 3


def test_a_deleted_folder_is_awaited_and_read_when_it_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus, told = tmp_path / "corpus", list[str]()
    corpus.mkdir()
    stop = SteppedEvent(lambda: None, corpus.mkdir)
    monkeypatch.setattr(
        kiosque.index.build.events, "watch", event_rounds([None, corpus.rmdir, pytest.fail], [None, stop.set])
    )
    assert len(list(changes([corpus], tmp_path / "index", stop, told.append))) == 2
    assert len(told) == 1 and str(corpus) in told[0] and "attendu" in told[0]


def test_a_name_that_breaks_the_library_restarts_the_watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stop = SteppedEvent(lambda: None)
    rounds = event_rounds([None, RuntimeError("Unable to decode path")], [None, stop.set])
    monkeypatch.setattr(kiosque.index.build.events, "watch", rounds)
    assert len(list(changes([tmp_path], tmp_path / "index", stop, pytest.fail))) == 2


def test_more_folders_than_the_watch_limit_are_polled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stop, told, polled = Event(), list[str](), list[object]()
    rounds = event_rounds([OSError("OS file watch limit reached.")], [None, stop.set])

    def watch(*paths: Path, **options: Any) -> Iterator[set[tuple[Change, str]]]:
        polled.append(options["force_polling"])
        return rounds(*paths, **options)

    monkeypatch.setattr(kiosque.index.build.events, "watch", watch)
    assert len(list(changes([tmp_path], tmp_path / "index", stop, told.append))) == 1
    assert (polled, len(told)) == ([None, True], 1)


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("a.txt", True),
        ("2022/01/a.txt", True),
        (".a.txt.part", False),
        (".git/objects/a", False),
        ("var/index/MAIN_1.toc", False),
    ],
)
def test_hidden_files_and_the_index_itself_are_ignored(tmp_path: Path, name: str, counts: bool) -> None:
    relevant = kiosque.index.build.events._relevant([tmp_path], tmp_path / "var" / "index")
    assert relevant(Change.modified, str(tmp_path / name)) is counts


@pytest.fixture
def handlers() -> Iterator[None]:
    old = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in old.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("handlers")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_watch_after_the_current_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], number: signal.Signals
) -> None:
    corpus, directory = tmp_path / "corpus", tmp_path / "index"
    write_file(corpus, "a.txt", "Titre\n\nLe gaz.\n")
    real = kiosque.index.build.sync.sync

    def interrupted(*args: Any, **options: Any) -> Any:
        os.kill(os.getpid(), number)
        return real(*args, **options)

    monkeypatch.setattr(kiosque.index.build.watch, "sync", interrupted)
    monkeypatch.setattr(kiosque.index.build.events, "watch", event_rounds(["change", "change", "change"]))
    assert main(["watch", str(corpus), "--index", str(directory), "--jobs", "2"]) == 0
    said = [line.partition("  ")[2] for line in capsys.readouterr().out.splitlines()]
    assert [line.split()[0] for line in said] == ["Suivi", "Arrêt", "1"]
    assert ids(directory) == {"a"}


def test_a_missing_folder_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["watch", str(tmp_path / "corpsu"), "--index", str(tmp_path / "index")]) == 2
    assert "n’existe pas" in capsys.readouterr().err
