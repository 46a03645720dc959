"""What is marked is what matched."""

import pytest
from whoosh.query import And, ConstantScoreQuery, Every, Not, NullQuery, Or, Phrase, Query, Term

from index.analysis import term_of
from search.marks import Wanted, marks, spans, wanted


def words(*typed: str) -> Wanted:
    return Wanted(words={term_of(word) for word in typed})


def phrase(typed: str) -> Wanted:
    return Wanted(phrases={tuple(term_of(word) for word in typed.split())})


def marked(text: str, asked: Wanted) -> list[str]:
    return [text[start:end] for start, end in spans(marks(text, asked))]


@pytest.mark.parametrize(
    ("text", "typed", "expected"),
    [
        ("L’avocat de l’État", "avocat", ["avocat"]),
        ("Trois avocats, une avocate", "avocat", ["avocats", "avocate"]),
        ("l'O.N.U. et l’ONU", "ONU", ["O.N.U.", "ONU"]),
        ("Grève, grèves et GRÈVE", "grève", ["Grève", "grèves", "GRÈVE"]),
        ("10 000 morts", "10000", ["10 000"]),
        ("Une sé\u00adcurité", "sécurité", ["sé\u00adcurité"]),
        ("L’E\u0301lyse\u0301e", "Élysée", ["E\u0301lyse\u0301e"]),
        ("Un mot de Saint-Denis", "Denis", ["Denis"]),
        ("aujourd’hui", "hui", []),
    ],
)
def test_a_word_is_marked_as_it_is_written(text: str, typed: str, expected: list[str]) -> None:
    assert marked(text, words(typed)) == expected


def test_a_phrase_is_marked_as_one_and_its_stray_words_are_not() -> None:
    text = "L’aide est militaire. L’aide militaire arrive, une aide."
    assert marked(text, phrase("aide militaire")) == ["aide militaire"]


def test_a_phrase_is_marked_across_an_elision_and_a_hyphen() -> None:
    assert marked("l’aide de l’État à Saint-Denis", phrase("aide de État")) == ["aide de l’État"]
    assert marked("l’aide de l’État à Saint-Denis", phrase("saint denis")) == ["Saint-Denis"]


def test_marks_do_not_overlap_and_the_longer_of_two_at_one_place_stays() -> None:
    asked = Wanted(words={term_of("aide"), term_of("gaz")}, phrases={(term_of("aide"), term_of("militaire"))})
    assert marked("gaz, aide militaire, aide", asked) == ["gaz", "aide militaire", "aide"]
    assert marked("qui est qui est qui", phrase("qui est qui")) == ["qui est qui"]


def test_a_mark_knows_what_it_matched() -> None:
    assert {mark.what for mark in marks("Grève et grèves", words("grève"))} == {term_of("grève")}


TITLE, BODY = Term("title", "gaz"), Term("body", "gaz")


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (Or([TITLE, BODY]), {"gaz"}),
        (And([BODY, Term("body", "vent")]), {"gaz", "vent"}),
        (And([BODY, Not(Term("body", "vent"))]), {"gaz"}),
        (And([BODY, ConstantScoreQuery(Term("body", "vent"))]), {"gaz"}),
        (And([BODY, Term("source", "AFP")]), {"gaz"}),
        (TITLE, set()),
        (Every(), set()),
        (NullQuery, set()),
    ],
)
def test_only_what_a_query_wants_of_a_field_is_marked(tree: Query, expected: set[str]) -> None:
    assert wanted(tree, "body") == Wanted(words=expected)


def test_phrases_are_wanted_whole() -> None:
    tree = Or([Phrase("title", ["a", "b"]), Phrase("body", ["c", "d"])])
    assert wanted(tree, "body") == Wanted(phrases={("c", "d")})
