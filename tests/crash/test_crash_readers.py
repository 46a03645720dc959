"""Readers during commits: threads, processes and forks see complete commits."""

import json
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosque.corpus.article import Article
from kiosque.index.commit.reader import open_reader
from kiosque.search import Engine, SearchRequest, open_engine
from kiosque.search.engines.embedded import EmbeddedEngine
from kiosque.search.execute.executor import Filters, execute
from kiosque.search.query.parse import parse

Commit = Callable[[Path, list[Article]], None]

COMMITS = 10


def articles_of(number: int) -> list[Article]:
    """The articles of commit `number`: that many, each with the number in its title."""
    return [
        Article(id=f"a{at}", title=f"Titre {number}", body="Le gaz manque.", source=f"S{number}", date="2022-01")
        for at in range(number)
    ]


@pytest.fixture
def index(tmp_path: Path, commit: Commit) -> Path:
    commit(tmp_path / "index", articles_of(1))
    return tmp_path / "index"


def commit_of(engine: Engine) -> int:
    """The commit that an answer is of. Fails if its parts are of different commits."""
    page = engine.search(SearchRequest(q="gaz", size=100))
    numbers = {int(hit.title.split()[1]) for hit in page.hits}
    assert numbers == {page.total} == {len(page.hits)}, "total and hits are of the same commit"
    counts = [(bucket.value, bucket.count) for bucket in page.facets.source]
    assert counts == [(f"S{page.total}", page.total)], "counts are of the same commit"
    return page.total


def test_an_open_reader_keeps_its_commit_across_ten_others(index: Path, commit: Commit) -> None:
    commit(index, articles_of(3))
    engine = EmbeddedEngine(str(index))
    folder, reader = engine._state(), open_reader(index)
    snapshot = folder.snapshot
    files = len(list(index.iterdir()))
    for number in range(4, 4 + COMMITS):
        commit(index, articles_of(number))
        tree = parse("gaz", engine._words(folder)).tree
        assert execute(snapshot, tree, Filters(), "relevance", 9).total == 3
        assert {stored["title"] for stored in reader.all_stored_fields()} == {"Titre 3"}
        assert [snapshot.article(at).title for at in range(3)] == ["Titre 3"] * 3
        assert len(list(index.iterdir())) == files, "old files are removed although they are mapped"
        assert commit_of(engine) == number
    reader.close()


def test_threads_with_one_engine_see_complete_commits_in_order(index: Path, commit: Commit) -> None:
    engine, stop = open_engine(str(index)), threading.Event()
    found: list[list[int]] = [[] for _ in range(4)]
    failures: list[BaseException] = []

    def read(mine: list[int]) -> None:
        try:
            while not stop.is_set() or not mine:
                mine.append(commit_of(engine))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=read, args=(mine,)) for mine in found]
    for thread in threads:
        thread.start()
    for number in range(2, 2 + COMMITS):
        commit(index, articles_of(number))
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert all(mine == sorted(mine) for mine in found), "no thread goes back to an older commit"
    assert commit_of(engine) == 1 + COMMITS


@pytest.fixture
def process_of(tmp_path: Path) -> Iterator[Callable[[Callable[[], None]], Callable[[], object]]]:
    """A function that runs another in a fork and gives a function that waits for its error, or None."""
    context = multiprocessing.get_context("fork")

    def start(work: Callable[[], None]) -> Callable[[], object]:
        out = tmp_path / f"out{len(list(tmp_path.iterdir()))}"
        out.touch()

        def run() -> None:
            try:
                work()
                out.write_text("null")
            except BaseException as error:
                out.write_text(json.dumps(repr(error)))
            os._exit(0)

        process = context.Process(target=run)
        process.start()

        def wait() -> object:
            process.join()
            return json.loads(out.read_text() or '"died"')

        return wait

    yield start


def test_processes_with_own_engines_see_complete_commits(
    index: Path, commit: Commit, process_of: Callable[[Callable[[], None]], Callable[[], object]]
) -> None:
    def read() -> None:
        engine, last = open_engine(str(index)), 0
        while last < 1 + COMMITS:
            now = commit_of(engine)
            assert now >= last
            last = now

    waits = [process_of(read) for _ in range(3)]
    for number in range(2, 2 + COMMITS):
        commit(index, articles_of(number))
    assert [wait() for wait in waits] == [None] * 3


def test_a_forked_engine_answers_in_both_processes(
    index: Path, commit: Commit, process_of: Callable[[Callable[[], None]], Callable[[], object]]
) -> None:
    engine = open_engine(str(index))
    assert commit_of(engine) == 1

    def read() -> None:
        last = 1
        while last < 5:
            last = commit_of(engine)

    waits = [process_of(read) for _ in range(2)]
    commit(index, articles_of(5))
    assert [wait() for wait in waits] == [None] * 2
    assert commit_of(engine) == 5


def test_an_engine_reports_a_damaged_commit_and_recovers(index: Path, commit: Commit) -> None:
    engine = open_engine(str(index))
    assert commit_of(engine) == 1
    commit(index, articles_of(2))
    path = next(index.glob("*.docs.npy"))
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + b"#")
    with pytest.raises(RuntimeError, match="make index"):
        commit_of(engine)
    commit(index, articles_of(3))
    assert commit_of(engine) == 3
