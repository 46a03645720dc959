"""Query text to lexemes, one construct per test."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.search.query.lexer import Kind, lex


def kinds(text: str) -> list[Kind]:
    return [lexeme.kind for lexeme in lex(text)]


def test_words_keep_their_offsets() -> None:
    assert lex("  aide à l’Ukraine") == [
        (Kind.WORD, "aide", 2),
        (Kind.WORD, "à", 7),
        (Kind.WORD, "l’Ukraine", 9),
    ]


@pytest.mark.parametrize(
    ("operator", "kind"),
    [
        ("ET", Kind.AND),
        ("AND", Kind.AND),
        ("OU", Kind.OR),
        ("OR", Kind.OR),
        ("SAUF", Kind.NOT),
        ("NON", Kind.NOT),
        ("NOT", Kind.NOT),
    ],
)
def test_operators_are_uppercase_in_both_languages(operator: str, kind: Kind) -> None:
    assert kinds(operator) == [kind]
    assert kinds(operator.lower()) == [Kind.WORD], "« et » and « or » are French words"
    assert kinds(operator + "S") == [Kind.WORD]


@pytest.mark.parametrize(
    "quoted", ['"aide militaire"', "«aide militaire»", "“aide militaire”", "”aide militaire”", "„aide militaire”"]
)
def test_every_kind_of_quote_makes_a_phrase(quoted: str) -> None:
    assert lex(quoted) == [(Kind.PHRASE, "aide militaire", 0)]


def test_an_operator_inside_quotes_is_only_text() -> None:
    assert lex('"la bourse ET la vie"') == [(Kind.PHRASE, "la bourse ET la vie", 0)]


def test_an_unclosed_quote_runs_to_the_end() -> None:
    assert lex("gaz «aide (militaire) OU") == [
        (Kind.WORD, "gaz", 0),
        (Kind.UNCLOSED, "aide (militaire) OU", 4),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("10 000 morts", ["10 000", "morts"]),
        ("10\u202f000\u202f000€", ["10\u202f000\u202f000€"]),
        ("10\u00a0000,5", ["10\u00a0000,5"]),
        ("2022 300", ["2022", "300"]),
        ("10 0000", ["10", "0000"]),
        ("06 12 34", ["06", "12", "34"]),
        ("G7 000", ["G7", "000"]),
        ("(1 000)", ["(", "1 000", ")"]),
    ],
)
def test_a_number_in_groups_of_three_is_one_word(text: str, words: list[str]) -> None:
    assert [lexeme.text for lexeme in lex(text)] == words


def test_parentheses_need_no_blanks() -> None:
    assert kinds("(gaz)(vent)") == [Kind.OPEN, Kind.WORD, Kind.CLOSE] * 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-gaz", [Kind.NOT, Kind.WORD]),
        ("--gaz", [Kind.NOT, Kind.WORD]),
        ('-"gaz russe"', [Kind.NOT, Kind.PHRASE]),
        ("-(gaz)", [Kind.NOT, Kind.OPEN, Kind.WORD, Kind.CLOSE]),
        ("-titre:gaz", [Kind.NOT, Kind.FIELD, Kind.WORD]),
        ("gaz - vent", [Kind.WORD, Kind.WORD, Kind.WORD]),
        ("Saint-Denis", [Kind.WORD]),
        ("gaz-", [Kind.WORD]),
    ],
)
def test_a_hyphen_excludes_only_at_the_start_of_a_word(text: str, expected: list[Kind]) -> None:
    assert kinds(text) == expected


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("titre", "title"),
        ("title", "title"),
        ("TITRE", "title"),
        ("texte", "body"),
        ("text", "body"),
        ("source", "source"),
        ("date", "date"),
    ],
)
def test_field_names_are_french_or_english_in_any_case(typed: str, name: str) -> None:
    assert lex(f"{typed}:x")[0] == (Kind.FIELD, name, 0)
    assert lex(f"{typed}:x")[1] == (Kind.WORD, "x", len(typed) + 1)


@pytest.mark.parametrize("text", ["titre:", "sous-titre:x", "http://exemple.fr", "20:30"])
def test_an_unknown_field_is_a_word(text: str) -> None:
    assert lex(text) == [(Kind.WORD, text, 0)]


def test_a_range_of_dates_is_one_word() -> None:
    assert lex("date:>=2022-01")[1:] == [(Kind.WORD, ">=2022-01", 5)]
    assert lex("date:2022-01..2022-03")[1:] == [(Kind.WORD, "2022-01..2022-03", 5)]


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from('ETOU()-"«»“” :~3='))))
def test_lexemes_are_in_order_and_keep_every_visible_character(text: str) -> None:
    lexemes = lex(text)
    assert [lexeme.position for lexeme in lexemes] == sorted({lexeme.position for lexeme in lexemes})
    behind_a_sign = {Kind.PHRASE, Kind.UNCLOSED, Kind.NEAR}
    for lexeme in lexemes:
        start = lexeme.position + (lexeme.kind in behind_a_sign)
        if lexeme.kind is not Kind.FIELD:
            assert text[start : start + len(lexeme.text)] == lexeme.text
    seen = sum(len(lexeme.text.split()) > 0 for lexeme in lexemes if lexeme.kind is not Kind.FIELD)
    assert seen or not set("".join(text.split())) - set('"«»“”„'), "text that is not blank gives a lexeme"
