"""Weak caches release a commit at once: its arrays must not stay mapped until garbage collection."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from weakref import ref

import pytest

from kiosque.corpus.article import Article
from kiosque.search import SearchRequest
from kiosque.search.counts.trends import TrendsRequest
from kiosque.search.engines.embedded import EmbeddedEngine
from kiosque.search.weak_cache import weakly_cached

QUERIES = ["gaz", '"le gaz manque"', "ga*", "gaz~1", "=Gaz", "source:vigie gaz", "titre:gaz", "gazz", "absent"]


class Counted:
    def __init__(self, most: int = 2) -> None:
        self.calls = 0
        self.twice = weakly_cached(self._twice, most)

    def _twice(self, number: int) -> int:
        self.calls += 1
        return 2 * number


@pytest.fixture
def no_circles() -> Iterator[None]:
    """Disables the garbage collector."""
    gc.disable()
    yield
    gc.enable()


def test_the_cache_is_bounded() -> None:
    counted = Counted()
    assert [counted.twice(number) for number in (1, 1, 2, 3, 1)] == [2, 2, 4, 6, 2]
    assert counted.calls == 4


@pytest.mark.usefixtures("no_circles")
def test_the_cache_does_not_keep_its_object_alive() -> None:
    counted = Counted()
    counted.twice(1)
    gone, twice = ref(counted), counted.twice
    del counted
    assert gone() is None
    with pytest.raises(ReferenceError, match="nobody holds"):
        twice(2)


@pytest.mark.usefixtures("no_circles")
def test_an_engine_releases_a_replaced_commit(commit: Callable[[Path, list[Article]], None], tmp_path: Path) -> None:
    directory = tmp_path / "index"
    rows = [Article(id=name, title="Titre", body="Le gaz manque.", source="La Vigie", date="2022") for name in "ab"]
    commit(directory, rows[:1])
    engine = EmbeddedEngine(str(directory))
    for query in QUERIES:
        engine.search(SearchRequest(q=query))
        engine.search(SearchRequest(q=query, sort="newest"))
    assert engine.article("a", "gaz") and engine.suggest("ga") and engine.similar("a") is not None
    assert engine.trends(TrendsRequest(queries=["gaz"])) and engine.corpus() and engine.stats().articles == 1
    assert [each.id for each in engine.export(SearchRequest(q="gaz")).articles] == ["a"]
    [view] = engine._state().snapshot.views
    old = ref(view.data)
    del view
    commit(directory, rows)
    assert engine.search(SearchRequest(q="gaz")).total == 2
    assert old() is None
