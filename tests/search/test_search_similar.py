"""Similar articles."""

from collections.abc import Callable

import pytest

from kiosque.corpus.article import Article
from kiosque.search import Engine, RequestError

EngineOver = Callable[..., Engine]

FILLER = [
    Article(id=f"autre-{at}", title=f"Numéro {at}", body="Le conseil se réunit. On en parle.") for at in range(15)
]
ARTICLES = [
    Article(id="phare", title="Le phare rallumé", body="Le gardien du phare surveille la jetée et les marins."),
    Article(
        id="marins", title="Des marins sauvés", body="Des marins étaient sur la jetée, près du phare. On en parle."
    ),
    Article(
        id="copie", title="Des MARINS sauvés !", body="Des marins étaient sur la jetée, près du phare. On en parle."
    ),
    Article(id="reprise", title="Le phare, rallumé", body="Le gardien du phare surveille la jetée et les marins."),
    Article(id="jetee", title="Une jetée refaite", body="La jetée est refaite. Le conseil se réunit."),
    Article(id="vide", title="", body=""),
    *FILLER,
]


@pytest.fixture(scope="module")
def engine(engine_over: EngineOver) -> Engine:
    return engine_over(*ARTICLES)


def similar(engine: Engine, id: str, size: int = 5) -> list[str]:
    found = engine.similar(id, size)
    assert found is not None
    assert [hit.rank for hit in found] == list(range(1, len(found) + 1))
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
    return [hit.id for hit in found]


def test_similar_articles_exclude_the_article_and_its_copies(engine: Engine) -> None:
    assert similar(engine, "phare") in (["marins", "jetee"], ["copie", "jetee"])


def test_words_of_all_articles_do_not_count(engine: Engine) -> None:
    assert not set(similar(engine, "jetee")) & {article.id for article in FILLER}


def test_the_number_is_limited(engine: Engine) -> None:
    assert len(similar(engine, "phare", 1)) == 1
    with pytest.raises(RequestError):
        engine.similar("phare", 0)


def test_an_article_without_words_has_no_similar_ones(engine: Engine) -> None:
    assert similar(engine, "vide") == []


def test_an_unknown_article_gives_none(engine: Engine) -> None:
    assert engine.similar("inconnu") is None


def test_a_similar_hit_shows_the_start_of_its_article(engine: Engine) -> None:
    [hit] = engine.similar("jetee", 1) or []
    assert hit.snippet.text.startswith("Le gardien du phare") or hit.snippet.text.startswith("Des marins")
    assert hit.snippet.marks == []
