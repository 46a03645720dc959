"""Marks are the matches of the query."""

import pytest
from whoosh.query import And, ConstantScoreQuery, Every, Not, NullQuery, Or, Phrase, Query, Term

from kiosque.index.text.analyzer import term_of
from kiosque.search.leaves.exact_forms import ExactForms
from kiosque.search.leaves.exact_phrase import ExactPhrase
from kiosque.search.leaves.leaf import MarkTargets
from kiosque.search.snippets.marks import spans, targets_of
from tests.search.reference_marks import marks


def words(*typed: str) -> MarkTargets:
    return MarkTargets(words={term_of(word) for word in typed})


def phrase(typed: str) -> MarkTargets:
    return MarkTargets(phrases={tuple(term_of(word) for word in typed.split())})


def marked(text: str, asked: MarkTargets) -> list[str]:
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


def test_a_phrase_gets_one_mark_and_its_other_words_none() -> None:
    text = "L’aide est militaire. L’aide militaire arrive, une aide."
    assert marked(text, phrase("aide militaire")) == ["aide militaire"]


def test_a_phrase_is_marked_across_an_elision_and_a_hyphen() -> None:
    assert marked("l’aide de l’État à Saint-Denis", phrase("aide de État")) == ["aide de l’État"]
    assert marked("l’aide de l’État à Saint-Denis", phrase("saint denis")) == ["Saint-Denis"]


def test_words_of_a_sloppy_phrase_are_marked_separately_where_near() -> None:
    text = "Une aide rapide à l’Ukraine. L’Ukraine attend une aide, et encore, et encore, à Kiev."
    near = MarkTargets(near={((term_of("aide"), term_of("Ukraine")), 3)})
    assert marked(text, near) == ["aide", "Ukraine"]
    assert marked("aide aide Ukraine Ukraine", near) == ["aide", "aide", "Ukraine", "Ukraine"]
    three = MarkTargets(near={((term_of("aide"), term_of("à"), term_of("Ukraine")), 2)})
    assert marked("aide rapide à Ukraine ; aide à", three) == ["aide", "à", "Ukraine"]


def test_a_form_is_marked_and_other_forms_of_its_term_are_not() -> None:
    text = "L’Élysée, un bal élysée, l’Elysée, des élysées."
    assert marked(text, MarkTargets(forms={"Élysée"})) == ["Élysée"]
    assert marked(text, MarkTargets(forms={"élysée"})) == ["Élysée", "élysée"]
    assert marked("l’O.N.U. et l’Onu", MarkTargets(forms={"ONU"})) == ["O.N.U."]


def test_an_exact_phrase_is_marked_where_the_forms_match() -> None:
    rows = MarkTargets(rows={("Le", "Monde")})
    assert marked("Le Monde, le monde, Le monde, Le « Monde »", rows) == ["Le Monde", "Le « Monde"]


def test_marks_do_not_overlap_and_the_longest_wins() -> None:
    asked = MarkTargets(words={term_of("aide"), term_of("gaz")}, phrases={(term_of("aide"), term_of("militaire"))})
    assert marked("gaz, aide militaire, aide", asked) == ["gaz", "aide militaire", "aide"]
    assert marked("qui est qui est qui", phrase("qui est qui")) == ["qui est qui"]


def test_phrases_that_share_a_word_are_both_marked() -> None:
    asked = MarkTargets(phrases=phrase("aide militaire").phrases | phrase("militaire ukrainienne").phrases)
    assert marked("L’aide militaire ukrainienne arrive.", asked) == ["aide militaire", "ukrainienne"]


def test_a_mark_names_its_target() -> None:
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
def test_marks_belong_to_the_field_of_the_query(tree: Query, expected: set[str]) -> None:
    assert targets_of(tree)["body"] == MarkTargets(words=expected)


def test_forms_and_sloppy_phrases_are_targets_of_their_field() -> None:
    tree = Or([ExactForms("body", {"mer": ("Mer",), "vent": ("vents",)}), ExactForms("title", {"gaz": ("gaz",)})])
    assert targets_of(tree)["body"] == MarkTargets(forms={"Mer", "vents"})
    sloppy = And([Phrase("body", ["a", "b"], slop=3), ExactPhrase("body", ("c", "d"), ("C", "D"))])
    assert targets_of(sloppy)["body"] == MarkTargets(near={(("a", "b"), 3)}, rows={("C", "D")})
    assert not targets_of(sloppy)["body"].is_plain and targets_of(TITLE)["title"].is_plain


def test_phrases_are_single_targets() -> None:
    tree = Or([Phrase("title", ["a", "b"]), Phrase("body", ["c", "d"])])
    assert targets_of(tree)["body"] == MarkTargets(phrases={("c", "d")})
