"""If no article has all words, the result is those with most of them."""

from whoosh.query import And, Or, Phrase, Term

from kiosque.corpus.article import Article
from kiosque.search.leaves.filters import Dated, Unscored
from kiosque.search.model import SearchRequest
from kiosque.search.relax.relaxation import MOST_WAYS, most_words
from tests.search.conftest import EngineOver

A, B, C, D = (Term("body", text) for text in "abcd")


def test_fewer_words_are_required_down_to_a_majority() -> None:
    asked = list(most_words(And([A, B, C, D])))
    assert asked == [And([Or([And([A, B, C]), And([A, B, D]), And([A, C, D]), And([B, C, D])])])]


def test_filters_and_exclusions_are_kept() -> None:
    dated, without, phrase = Dated((1, 2)), Unscored(D), Phrase("body", ["x", "y"])
    assert list(most_words(And([A, dated, Or([B, C]), phrase, without]))) == [
        And([Or([And([A, Or([B, C])]), And([A, phrase]), And([Or([B, C]), phrase])]), dated, without])
    ]


def test_one_or_two_words_are_not_relaxed() -> None:
    assert list(most_words(A)) == list(most_words(And([A, B]))) == []


def test_relaxation_of_a_long_query_is_bounded() -> None:
    words = [Term("body", f"w{at}") for at in range(40)]
    assert list(most_words(And(words))) == []
    assert [len(tree.subqueries[0].subqueries) for tree in most_words(And(words[:8]))] == [8, 28]
    assert MOST_WAYS == 32


def test_most_words_match_and_few_do_not(engine_over: EngineOver) -> None:
    engine = engine_over(
        Article(id="most", title="", body="La grève des bateliers dure depuis mardi."),
        Article(id="few", title="Grève", body="Grève, grève et encore grève."),
        Article(id="none", title="", body="Le phare est fermé."),
    )
    page = engine.search(SearchRequest(q="grève bateliers mardi phare"))
    assert [hit.id for hit in page.hits] == ["most"]
    assert page.hits[0].snippet.marks
    assert [note.kind for note in page.notes] == ["some_words"]
