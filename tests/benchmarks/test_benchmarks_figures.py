"""Percentiles, measuring in turns, incomplete pages, and the report."""

import msgspec
import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.agreement import fault_of, same_facets
from benchmarks.building import Built
from benchmarks.child import Opened
from benchmarks.corpus import BenchCorpus
from benchmarks.days import NAMES, month_name, month_number, span
from benchmarks.first_use import FirstUse
from benchmarks.latency import Patience, measure, rotated
from benchmarks.machine import machine
from benchmarks.memory import Memory
from benchmarks.peers.peer import Facts
from benchmarks.percentiles import percentile
from benchmarks.queries import BenchQuery
from benchmarks.result import Measured, Result
from benchmarks.tables import markdown
from benchmarks.targets import compared
from benchmarks.tree import Word

TIMES = st.lists(st.floats(0, 1e6), min_size=1, max_size=50)


@given(TIMES, st.floats(0, 100))
def test_percentiles_equal_those_of_numpy(values: list[float], percent: float) -> None:
    assert percentile(values, percent) == pytest.approx(float(numpy.percentile(values, percent)))


def test_a_percentile_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 50)


def test_engines_are_measured_in_turn() -> None:
    turns = [rotated(["a", "b", "c"], by) for by in range(3)]
    assert turns == [["a", "b", "c"], ["b", "c", "a"], ["c", "a", "b"]]


class Slow:
    """An engine that counts its pages."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def prepare(self, query: BenchQuery) -> str:
        return query.kind

    def page(self, asked: str) -> None:
        self.asked.append(asked)


@pytest.mark.parametrize(("seconds", "answers"), [(10.0, 3), (0.0, 1)])
def test_repetitions_of_a_slow_engine_are_limited(seconds: float, answers: int) -> None:
    engine = Slow()
    times = measure({"slow": engine}, [BenchQuery("rare", Word("a"))], Patience(3, seconds))  # type: ignore[dict-item]
    assert len(engine.asked) == answers
    assert len(times["slow"]) == 1


def test_months_and_their_days() -> None:
    assert [month_name(month_number(name)) for name in ("2019-12", "2020-01")] == ["2019-12", "2020-01"]
    first, last = span(("2019-12", "2020-02"))
    assert [NAMES["day"](first), NAMES["day"](last)] == ["2019-12-01", "2020-02-29"]


def page(total: int = 12, hits: int = 10, snippets: int = 10, sources: dict[str, int] | None = None) -> Facts:
    return Facts(total, hits, snippets, sources or {"AFP": 12}, {"2020": 12})


def test_a_complete_page_has_no_fault() -> None:
    assert fault_of(page(), BenchQuery("rare", Word("a"))) == []
    assert fault_of(page(), BenchQuery("by source", Word("a"), source="AFP")) == []


@pytest.mark.parametrize(
    ("facts", "words"),
    [(page(hits=9, snippets=9), "9 hits of 12"), (page(snippets=3), "3 snippets"), (page(total=11), "sum to more")],
)
def test_an_incomplete_page_is_reported(facts: Facts, words: str) -> None:
    assert words in " ".join(fault_of(facts, BenchQuery("rare", Word("a"))))


def test_the_selected_source_has_the_total_as_its_count() -> None:
    wrong = page(sources={"AFP": 4, "RTL": 8})
    assert fault_of(wrong, BenchQuery("by source", Word("a"), source="AFP"))


def test_facets_are_compared_if_totals_agree() -> None:
    ours = [page(), page(), page(total=13)]
    theirs = [page(), page(sources={"RTL": 12}), page()]
    assert same_facets(theirs, ours) == (1, 2)


def engine(speed: float, size: float) -> Measured:
    memory = Memory(100.0, 50.0)
    return Measured("an engine", built=Built(1000, 1000 / speed, memory, size), opened=Opened(1.0, 2.0, memory))


@pytest.fixture
def result() -> Result:
    queries = [BenchQuery("rare", Word("a")), BenchQuery("frequent", Word("b"))]
    engines = {"kiosque": engine(8000, 2.0), "tantivy": engine(2000, 2.5), "whoosh": engine(100, 9.0)}
    engines["kiosque"].totals, engines["tantivy"].totals, engines["whoosh"].subset = [10, 20], [5, 20], True
    engines["fts5"] = Measured(failure="left out: this SQLite has no FTS5")
    times = {"kiosque": [1.0, 2.0], "tantivy": [4.0, 6.0], "whoosh": [50.0, 60.0]}
    corpus = BenchCorpus("c.jsonl", 1000, 2.0, 1600.0, "the articles of `c`")
    return Result(machine(), corpus, "python -m benchmarks.speed", queries, engines, times, FirstUse(12.0, 3.0))


def test_the_report_has_the_figures_and_their_ratios(result: Result) -> None:
    report = markdown(result)
    assert "| tantivy | 1,000 | 0.5 | 2,000 | 4.00 |" in report
    assert "| rare | 1 | tantivy | 4.00 | 4.00 | 4.00 | 4.00 | 4.00 | 4.00 | 0.50 |" in report
    assert "| all classes | 2 | kiosque | 1.50 |" in report
    assert "whoosh (subset)" in report
    assert "fts5: left out: this SQLite has no FTS5" in report
    assert "9.0 s more" in report


def test_targets_cover_only_measured_figures(result: Result) -> None:
    values = {target.text: (value, target.reached(value)) for target, value in compared(result)}
    assert values["build: times tantivy's articles/s"] == (4.0, True)
    assert values["index size over tantivy's"] == (0.8, True)
    assert not any("FTS5" in text for text in values)
    result.times = {}
    assert not any(target.text.startswith("page") for target, _ in compared(result))


def test_a_result_round_trips_through_json(result: Result) -> None:
    assert msgspec.json.decode(msgspec.json.encode(result), type=Result) == result
