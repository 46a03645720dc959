"""A deadline stops a query at any step without affecting the next one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from numba import njit
from numba.core.event import Event, Listener, install_listener, trigger_event

from kiosque.corpus.article import Article
from kiosque.search import Engine, QueryTimeout, SearchRequest, deadline, open_engine
from kiosque.search.counts.trends import TrendsRequest
from kiosque.search.execute import executor as execute
from kiosque.search.leaves import surfaces
from kiosque.search.settings import Settings

SECONDS = 5
ROWS = [
    Article(
        id=f"a{n}", title=f"Titre {n}", body=f"Le Gaz de la mer{n} et du vent, Gaz cher.", source=f"S{n}", date="2022"
    )
    for n in range(600)
]


class Clock:
    """A clock that advances by `step` seconds each time it is read."""

    def __init__(self) -> None:
        self.now, self.step = 0, 0

    def __call__(self) -> float:
        self.now += self.step
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(deadline, "clock", made)
    return made


@pytest.fixture(scope="module")
def folder(commit: Callable[[Path, list[Article]], None], tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("deadline")
    commit(made, ROWS)
    unhurried = open_engine(str(made), Settings(query_seconds=0))
    for query in LONG.values():  # compiles the kernels, which also reads the clock
        unhurried.search(SearchRequest(q=query))
    return made


@pytest.fixture
def engine(folder: Path) -> Engine:
    return open_engine(str(folder), Settings(query_seconds=SECONDS))


LONG = {
    "many words": " ".join(f"mer{n}" for n in range(40)),
    "wildcards": " OU ".join(f"*{n}" for n in range(20)),
    "fuzzy words": " OU ".join(f"mer{n}~2" for n in range(20)),
    "capitals of frequent words": " OU ".join(f"=Gaz OU =Mer{n}" for n in range(10)),
    "phrases": " ".join('"gaz de la"' for _ in range(20)),
    "excluded": "gaz " + " ".join(f"-mer{n}" for n in range(40)),
    "words that no article has": " ".join(f"gazz{n}x venn" for n in range(10)),
}


@pytest.mark.parametrize("query", LONG.values(), ids=list(LONG))
def test_a_query_is_stopped_in_time_and_later_answered_completely(
    folder: Path, engine: Engine, clock: Clock, query: str
) -> None:
    clock.step = 1
    with pytest.raises(QueryTimeout, match="arrêtée au bout de 5\u00a0s") as error:
        engine.search(SearchRequest(q=query))
    assert error.value.seconds == SECONDS
    assert clock.now <= SECONDS + 3, "the clock is read only a few times after the deadline"
    clock.step = 0
    again = engine.search(SearchRequest(q=query))
    fresh = open_engine(str(folder), Settings(query_seconds=0)).search(SearchRequest(q=query))
    assert (again.total, again.hits, again.facets) == (fresh.total, fresh.hits, fresh.facets)


@pytest.mark.parametrize(
    ("where", "name", "query"),
    [(surfaces, "STEP", "=Gaz"), (execute, "AT_ONCE", "gaz"), (execute, "AT_ONCE", '"la mer1"')],
    ids=["stored texts", "posting lists", "positions"],
)
def test_long_steps_check_the_deadline(
    folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, where: object, name: str, query: str
) -> None:
    """Long steps check the deadline inside, not only between each other."""
    monkeypatch.setattr(where, name, 1)
    patient, hasty = (open_engine(str(folder), Settings(query_seconds=seconds)) for seconds in (3600, 1))
    clock.step = 1
    patient.search(SearchRequest(q=f"{query} ET titre"))
    with pytest.raises(QueryTimeout):
        hasty.search(SearchRequest(q=query))


def test_every_request_has_a_deadline(engine: Engine, clock: Clock) -> None:
    query = LONG["many words"]
    clock.step = SECONDS + 1
    with pytest.raises(QueryTimeout):
        engine.article("a1", LONG["fuzzy words"])
    with pytest.raises(QueryTimeout):
        engine.trends(TrendsRequest(queries=[query] * 3))
    with pytest.raises(QueryTimeout):
        engine.suggest("gaz mer1")
    with pytest.raises(QueryTimeout):
        engine.similar("a1")
    with pytest.raises(QueryTimeout):
        engine.export(SearchRequest(q=query))


def test_an_export_is_sent_in_any_time(engine: Engine, clock: Clock) -> None:
    export = engine.export(SearchRequest(q="gaz"))
    clock.step = SECONDS + 1
    assert len(list(export.articles)) == export.total == len(ROWS)


def test_the_setting_zero_disables_the_deadline(folder: Path, clock: Clock) -> None:
    clock.step = 1000
    assert open_engine(str(folder), Settings(query_seconds=0)).search(SearchRequest(q=LONG["wildcards"])).total


def compiling(seconds: int, clock: Clock) -> Callable[[int], int]:
    """A function that compiles and calls a kernel; each compilation advances `clock` by `seconds`."""

    @njit()
    def callee(number: int) -> int:
        return number + 1

    @njit()
    def kernel(number: int) -> int:
        return callee(number)

    class Slow(Listener):
        def on_start(self, event: Event) -> None:
            clock.now += seconds if event.data["dispatcher"] in (callee, kernel) else 0

        def on_end(self, event: Event) -> None:
            pass

    def compile_and_run(number: int) -> int:
        with install_listener("numba:compile", Slow()):
            return int(kernel(number))

    return compile_and_run


def test_the_deadline_does_not_run_while_a_kernel_compiles(clock: Clock) -> None:
    with deadline.deadline(SECONDS):
        assert compiling(1000, clock)(1) == 2
        assert clock.now >= 2000
        deadline.check()
        clock.now += SECONDS + 1
        with pytest.raises(QueryTimeout):
            deadline.check()


def test_the_deadline_does_not_run_while_another_thread_compiles(clock: Clock) -> None:
    with deadline.deadline(SECONDS), ThreadPoolExecutor(1) as pool:
        assert pool.submit(compiling(1000, clock), 1).result() == 2
        deadline.check()


def test_a_running_compilation_is_deducted(clock: Clock) -> None:
    with deadline.deadline(SECONDS), trigger_event("numba:compile", data={"dispatcher": None}):
        clock.now += 1000
        deadline.check()


def test_an_earlier_compilation_does_not_extend_the_deadline(clock: Clock) -> None:
    compiling(1000, clock)(1)
    with deadline.deadline(SECONDS):
        clock.now += SECONDS + 1
        with pytest.raises(QueryTimeout):
            deadline.check()
