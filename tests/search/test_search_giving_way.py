"""What a query costs is told before it runs: one that reads little keeps its turn, one that reads much gives way."""

from __future__ import annotations

import pytest

from kiosque.corpus.article import Article
from kiosque.search import SearchRequest, deadline, giving_way, open_engine
from kiosque.search.counts.trends import TrendsRequest
from kiosque.search.engines.contract import Engine
from kiosque.search.giving_way import GaveWay, turn
from tests.conftest import Commit

WORDS = ["blé", "chou", "foin", "grain", "herbe", "lin", "maïs", "navet", "orge", "seigle"]
MANY = " OU ".join(WORDS)


@pytest.fixture(scope="module")
def engine(commit: Commit, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    folder = tmp_path_factory.mktemp("index")
    articles = [Article(id=f"a{at}", title="Au marché", body=" ".join(WORDS), source="AFP") for at in range(60)]
    commit(folder, [*articles, Article(id="rare", title="Rare", body="rutabaga " + " ".join(WORDS))], segments=2)
    return open_engine(str(folder))


def gives_way(engine: Engine, q: str, postings: int = 0) -> bool:
    try:
        with turn(postings, 3600):
            engine.search(SearchRequest(q=q))
    except GaveWay:
        return True
    return False


@pytest.mark.parametrize("q", ["", "chou", "chou navet", "chou OU navet", "chou SAUF rutabaga", "titre:marché"])
def test_usual_queries_keep_their_turn(engine: Engine, q: str) -> None:
    assert not gives_way(engine, q)


def test_the_rarest_word_tells_what_the_others_cost(engine: Engine) -> None:
    assert not gives_way(engine, "rutabaga " + " ".join(WORDS))
    assert gives_way(engine, " ".join(WORDS))


@pytest.mark.parametrize("q", [MANY, f"marché ({MANY})", f"marché SAUF ({MANY})", " OU ".join(f"{w}*" for w in WORDS)])
def test_what_reads_many_lists_gives_way(engine: Engine, q: str) -> None:
    assert gives_way(engine, q)
    assert not gives_way(engine, q, postings=10_000)


def test_all_searches_of_a_turn_count_together(engine: Engine) -> None:
    with pytest.raises(GaveWay), turn(1000, 3600):
        engine.trends(TrendsRequest(queries=[MANY] * 5, by_source=True))


def test_without_a_turn_nothing_gives_way(engine: Engine) -> None:
    assert engine.search(SearchRequest(q=MANY)).total == 61
    with turn(0, 3600):
        pass
    assert engine.search(SearchRequest(q=MANY)).total == 61


def test_time_is_that_of_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(giving_way, "clock", lambda: now[0])
    with turn(0, 5):
        deadline.check()
        now[0] = 5.1
        with pytest.raises(GaveWay):
            deadline.check()
    deadline.check()


def test_it_is_no_error_that_anything_handles() -> None:
    assert not issubclass(GaveWay, Exception)
