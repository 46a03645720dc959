"""Real server processes: commits during searches, stop and reload signals, killed workers."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from kiosque.corpus.article import Article
from tests.effort import examples
from tests.web.server_process import start_server

Commit = Callable[[Path, Iterable[Article]], None]

COMMITS = examples(10)
READERS = 2

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a server's processes are found in /proc")


def articles_of(number: int) -> list[Article]:
    """The articles of commit `number`: that many, each with the number in its title."""
    return [
        Article(id=f"a{at}", title=f"Titre {number}", body="Le gaz manque.", source=f"S{number}")
        for at in range(number)
    ]


@pytest.fixture
def index(tmp_path: Path, commit: Commit) -> Path:
    commit(tmp_path / "index", articles_of(1))
    return tmp_path / "index"


def search(port: int, id: str = "") -> dict[str, Any]:
    """The answer to a search, which must have status 200. Raises OSError or HTTPException without an answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/api/v1/search?q=gaz&size=100", headers={"X-Request-Id": id} if id else {})
        answer = connection.getresponse()
        page: dict[str, Any] = json.loads(answer.read())
        assert answer.status == 200, page
        return page
    finally:
        connection.close()


def commit_of(page: dict[str, Any]) -> int:
    """The commit that an answer is of. Fails if its parts are of different commits."""
    numbers = {int(hit["title"].split()[1]) for hit in page["hits"]}
    assert numbers == {page["total"]} == {len(page["hits"])}
    assert [(row["value"], row["count"]) for row in page["facets"]["source"]] == [(f"S{page['total']}", page["total"])]
    return int(page["total"])


@contextmanager
def reading_threads(reads: Iterable[Callable[[], object]]) -> Iterator[threading.Event]:
    """Runs each function in a loop in its own thread, until the event is set or the block ends. None may fail."""
    stop, failures = threading.Event(), list[BaseException]()

    def read(once: Callable[[], object]) -> None:
        try:
            while not stop.is_set():
                once()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=read, args=(once,)) for once in reads]
    for thread in threads:
        thread.start()
    try:
        yield stop
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert failures == []


def test_two_servers_on_one_index_both_answer_from_the_last_commit(index: Path, tmp_path: Path, commit: Commit) -> None:
    committed = [1]
    seen: list[set[int]] = [set(), set()]

    def reads(port: int, mine: set[int]) -> Callable[[], None]:
        def once() -> None:
            least = committed[0]
            found = commit_of(search(port))
            assert found >= least, "not older than the last commit before the request"
            mine.add(found)

        return once

    with start_server(index, tmp_path / "one") as one, start_server(index, tmp_path / "two") as two:
        pairs = [*zip((one.port, two.port), seen, strict=True)] * READERS
        with reading_threads(reads(port, mine) for port, mine in pairs):
            for number in range(2, 2 + COMMITS):
                commit(index, articles_of(number))
                committed[0] = number
                assert [commit_of(search(server.port)) for server in (one, two)] == [number] * 2
        assert all(1 + COMMITS in mine and len(mine) > 1 for mine in seen)
        assert (one.errors.read_text(), two.errors.read_text()) == ("", "")


def test_sighup_replaces_the_workers_and_loses_no_request(index: Path, tmp_path: Path) -> None:
    with start_server(index, tmp_path / "errors", WORKERS="1") as server:
        before = server.workers
        assert len(before) == 1
        with reading_threads([lambda: search(server.port)] * READERS):
            server.process.send_signal(signal.SIGHUP)
            while server.workers & before or not server.workers:
                search(server.port)
        assert commit_of(search(server.port)) == 1
        assert server.process.poll() is None
        assert server.errors.read_text() == ""


def test_requests_begun_before_a_stop_are_answered_completely(index: Path, tmp_path: Path) -> None:
    answered, lost, numbers = set[str](), threading.Event(), count()

    def once() -> None:
        id = f"request-{next(numbers)}"
        try:
            search(server.port, id)
        except (OSError, HTTPException):
            lost.wait(30)  # the server has stopped
        else:
            answered.add(id)

    with start_server(index, tmp_path / "errors", LOG="json") as server:
        with reading_threads([once] * 8):
            while len(answered) < 50:
                search(server.port)
            server.process.terminate()
            assert server.process.wait(20) == 0
            lost.set()
        logged = {json.loads(line)["id"] for line in server.errors.read_text().splitlines()}
    begun = {id for id in logged if id.startswith("request-")}
    assert len(begun) >= 50
    assert begun <= answered, "the server logged a request that got no answer"


def test_a_killed_worker_is_replaced_while_the_server_runs(index: Path, tmp_path: Path) -> None:
    with start_server(index, tmp_path / "errors", WORKERS="2") as server:
        before = server.workers
        os.kill(min(before), signal.SIGKILL)
        for _ in range(600):  # a new worker takes seconds to import everything
            if len(server.workers) == 2 and server.workers != before:
                break
            assert server.process.poll() is None, server.errors.read_text()
            try_search(server.port)
        assert len(server.workers - before) == 1
        assert search(server.port)["total"] == 1


def try_search(port: int) -> None:
    """Asks the remaining worker; ignores connections that the dead one had accepted."""
    with suppress(OSError, HTTPException):
        search(port)
