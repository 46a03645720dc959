"""Spelling corrections: candidates for rare words, and their use in searches."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosque.corpus.article import Article
from kiosque.index.text.analyzer import folded_surface
from kiosque.search import Engine, SearchPage, SearchRequest
from kiosque.search.lexicon.term_dictionary import FuzzyForm
from kiosque.search.model import Match
from kiosque.search.query.lexer import typed_words
from kiosque.search.relax.spelling import MOST_RARE, mends, note_of

EngineOver = Callable[..., Engine]


@dataclass
class Known:
    """A vocabulary with article counts and the near forms of some words."""

    counts: dict[str, int]
    near_words: dict[str, list[FuzzyForm]] = field(default_factory=dict)
    documents: int = 1_000_000
    asked: list[str] = field(default_factory=list)

    def articles(self, surface: str) -> int:
        return self.counts.get(folded_surface(surface), 0)

    def corrections(self, surface: str, distance: int) -> list[FuzzyForm]:
        self.asked.append(surface)
        return [one for one in self.near_words.get(folded_surface(surface), []) if one.distance <= distance]

    def family(self, surface: str) -> str | None:
        return None


NEAR = {
    "presidant": [
        FuzzyForm("présidait", 2, 90_000),
        FuzzyForm("président", 1, 40_000),
        FuzzyForm("résidant", 1, 50_000),
    ],
    "eletion": [FuzzyForm("élection", 1, 9_000)],
    "zelenskyy": [FuzzyForm("zelensky", 1, 500)],
    "chein": [FuzzyForm("chien", 1, 800), FuzzyForm("cheval", 2, 9_000)],
    "moulen": [FuzzyForm("moules", 1, 700), FuzzyForm("moulin", 1, 9_000)],
    "gaaz": [FuzzyForm("gaz", 1, 9000)],
}


def mended(q: str, vocabulary: Known | None = None) -> str | None:
    note = note_of(q, mends(typed_words(q), vocabulary or Known({}, NEAR)))
    return note.query if note else None


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("presidant", "président"),  # nearer before more frequent; the same first letter before more frequent
        ("eletion PRESIDANT Presidant", "élection PRÉSIDENT Président"),
        (
            'titre:presidant  ET ("eletion l’eletion" OU -eletion)',
            'titre:président  ET ("élection l’élection" OU -eletion)',
        ),
        ("source:presidant", None),
        ("presidant* =eletion presidant~1", None),
        ("moulen", "moulin"),  # the more frequent of two equally near, although "moules" comes first in the alphabet
        ("chein", "chien"),  # one edit at most in a short word
        ("gaa 2022 A320x cat", None),
        ("inconnu", None),
    ],
)
def test_only_rare_words_are_corrected(typed: str, query: str | None) -> None:
    assert mended(typed) == query


def test_the_note_is_in_french_with_its_position() -> None:
    note = note_of("un presidant", mends(typed_words("un presidant"), Known({}, NEAR)))
    assert note is not None
    assert (note.kind, note.position, note.query) == ("did_you_mean", 3, "un président")
    assert note.message == "Essayez «\u00a0un président\u00a0»."


def test_frequent_words_are_not_looked_up() -> None:
    vocabulary = Known({"presidant": 101}, NEAR)
    assert mended("presidant", vocabulary) is None
    assert vocabulary.asked == []
    assert mended("presidant", Known({"presidant": 100}, {"presidant": [FuzzyForm("président", 1, 10_000)]}))


def test_lookups_of_a_long_query_are_bounded() -> None:
    vocabulary = Known({}, NEAR)
    assert mended("inconnu " * 300 + "presidant", vocabulary) is None
    assert len(set(vocabulary.asked)) == 1
    assert len(vocabulary.asked) <= 2 * MOST_RARE


@pytest.mark.parametrize(("articles", "query"), [(5, "zelensky"), (6, None)])
def test_a_rare_word_is_corrected_only_to_a_much_more_frequent_one(articles: int, query: str | None) -> None:
    assert mended("zelenskyy", Known({"zelenskyy": articles}, NEAR)) == query


class AnyWordIsNear(Known):
    def corrections(self, surface: str, distance: int) -> list[FuzzyForm]:
        return [FuzzyForm("bateau", 1, 900)]


@given(
    st.text('abé’" ():-*ETOU«»', max_size=40)
    | st.lists(st.sampled_from(["bataeu", "OU", "«", "-bateua"])).map(" ".join)
)
@example("Le bataeu « bateua » OU -bataeu")
def test_corrections_change_only_words(q: str) -> None:
    found = typed_words(q)
    assert all(q[word.start : word.end] == word.surface for word in found)
    assert [word.start for word in found] == sorted(word.start for word in found)
    note = note_of(q, mended_words := mends(found, AnyWordIsNear({})))
    assert (note is None) == (not mended_words)
    if note is not None:
        ends = [0, *(at for word, _, _ in mended_words for at in (word.start, word.end)), len(q)]
        kept = [re.escape(q[start:end]) for start, end in zip(ends[::2], ends[1::2], strict=True)]
        assert re.fullmatch("bateau".join(kept), str(note.query), re.IGNORECASE)


ARTICLES = [
    Article(id="grève", title="Grève des dockers", body="Les dockers du Havre prolongent leur grève."),
    Article(id="élection", title="Élection à Brume", body="Le maire de Brume sera élu dimanche."),
]


@pytest.fixture(scope="module")
def engine(engine_over: EngineOver) -> Engine:
    return engine_over(*ARTICLES)


def found(engine: Engine, q: str, match: Match = "all") -> tuple[list[str], list[str]]:
    page: SearchPage = engine.search(SearchRequest(q=q, match=match))
    return [hit.id for hit in page.hits], [note.kind for note in page.notes]


def test_unknown_words_are_corrected_with_a_note(engine: Engine) -> None:
    page = engine.search(SearchRequest(q="dokcers grève"))
    assert [hit.id for hit in page.hits] == ["grève"]
    assert "<mark>dockers</mark>" in page.hits[0].snippet.html
    [note] = page.notes
    assert (
        note.message
        == "Aucun article n’a «\u00a0dokcers\u00a0»\u00a0: voici les résultats pour «\u00a0dockers grève\u00a0»."
    )
    assert page.query == "dokcers grève"


def test_unknown_words_are_corrected_with_match_any(engine: Engine) -> None:
    assert found(engine, "dokcers dimanche", match="any") == (["grève", "élection"], ["corrected"])


def test_no_correction_without_results_is_offered(engine: Engine) -> None:
    assert found(engine, "dokcers dimanche") == (["élection"], ["some_words"])


def test_known_words_get_no_note(engine: Engine) -> None:
    assert found(engine, "dockers grève") == (["grève"], [])
    assert found(engine, "brumeux OU dockers")[0] == ["grève"]
