"""Suggestions during typing."""

from collections.abc import Callable

import pytest

from kiosque.corpus.article import Article
from kiosque.search import Engine, RequestError
from kiosque.search.model import Suggestion
from kiosque.search.query.lexer import completion_prefix, typed_words
from kiosque.search.suggest.completions import LONGEST

EngineOver = Callable[..., Engine]

ARTICLES = [
    Article(id="plan", title="Un plan de relance", body="Le plan de relance sera voté. La relance attendra."),
    Article(id="copie", title="UN PLAN DE RELANCE", body="Le plan de relance sera voté."),
    Article(id="voisins", title="Entre voisins", body="Les relations sont bonnes, les relations durent."),
    Article(id="pays", title="Relations tendues", body="Ces relations, disent-ils, tiennent à peu."),
    Article(id="ecole", title="L’école rouvre", body="Les écoles et l’École de la mer rouvrent."),
    Article(id="usine", title="Relogés", body="Les relations avec l’usine."),
]


@pytest.fixture(scope="module")
def engine(engine_over: EngineOver) -> Engine:
    return engine_over(*ARTICLES)


def queries(engine: Engine, q: str, size: int = 8) -> list[str]:
    return [found.text for found in engine.suggest(q, size) if found.kind == "query"]


def titles(engine: Engine, q: str) -> list[str | None]:
    return [found.id for found in engine.suggest(q) if found.kind == "article"]


def test_suggestions_are_ordered_by_frequency_with_counts(engine: Engine) -> None:
    first, second, *_ = engine.suggest("rel")
    assert first == Suggestion(text="relations", kind="query", count=3)
    assert second == Suggestion(text="relance", kind="query", count=2)


def test_earlier_words_restrict_suggestions_and_stay_as_typed(engine: Engine) -> None:
    assert queries(engine, "Plan de  rel")[0] == "Plan de  relance"
    assert queries(engine, '"plan de rel')[0] == '"plan de relance'
    assert queries(engine, "voisins rel")[0] == "voisins relations"
    assert queries(engine, "titre:rel")[0] == "titre:relations"
    assert queries(engine, "plan -voi") == ["plan -voisins"]


@pytest.mark.parametrize("q", ["ecol", "Écol", "l’écol", "L'ÉCOL"])
def test_suggestions_ignore_accents_and_case(engine: Engine, q: str) -> None:
    assert queries(engine, q)[0] in (q[:-4] + "école", q[:-4] + "écoles")


def test_forms_of_a_word_give_one_suggestion(engine: Engine) -> None:
    assert len(queries(engine, "ecol")) == 1


def test_the_typed_word_is_not_suggested(engine: Engine) -> None:
    assert "relations" not in queries(engine, "relations")


def test_function_words_come_last(engine: Engine) -> None:
    assert queries(engine, "l")[-2:] == ["les", "la"]


def test_articles_are_suggested_once_per_title(engine: Engine) -> None:
    assert titles(engine, "relance pl") in (["plan"], ["copie"])
    assert titles(engine, "les vois") == ["voisins"], "a function word may be missing in the title"
    assert titles(engine, "mer vois") == []


def test_the_number_is_limited(engine: Engine) -> None:
    assert [len(engine.suggest("rel", size)) for size in (1, 2, 3)] == [1, 2, 3]
    assert {found.kind for found in engine.suggest("rel", 4)} == {"query", "article"}
    for size in (0, 21):
        with pytest.raises(RequestError):
            engine.suggest("rel", size)


@pytest.mark.parametrize(
    "q", ["", " ", "rel ", "mer OU", '"mer"', "source:A", "date:20", "l’", "(", "rel*", "é" * LONGEST + "é"]
)
def test_nothing_is_suggested_without_a_word(engine: Engine, q: str) -> None:
    assert engine.suggest(q) == []


def test_every_suggestion_has_results(engine: Engine) -> None:
    from kiosque.search import SearchRequest

    for q in ("rel", "plan rel", "e", "mer éc"):
        assert engine.search(SearchRequest(q=queries(engine, q)[0])).total > 0


def test_words_keep_their_position() -> None:
    q = 'L’Élysée ET "plan, Relance" -sénat source:AFP titre:mer (gaz OU vent) grè*'
    assert [q[word.start : word.end] for word in typed_words(q)] == ["Élysée", "plan", "Relance", "mer", "gaz", "vent"]


def test_the_last_word_is_the_one_to_complete() -> None:
    asked = completion_prefix("mer l’École de la re")
    assert asked is not None
    assert asked == ("mer l’École de la ", "re", ["mer", "École", "de", "la"])
