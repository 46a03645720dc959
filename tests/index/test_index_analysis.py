"""The French analyzer: one line per rule, with the known traps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.index.text.analyzer import (
    fold,
    fold_all,
    folded_surface,
    french_analyzer,
    normalize,
    normalize_all,
    term_of,
    tokenize,
)


def terms(text: str) -> list[str]:
    return [term_of(token.surface) for token in tokenize(text)]


def surfaces(text: str) -> list[str]:
    return [token.surface for token in tokenize(text)]


@pytest.mark.parametrize("apostrophe", "'’‘ʼ＇′")
def test_an_elided_article_is_not_a_token_with_any_apostrophe(apostrophe: str) -> None:
    assert surfaces(f"l{apostrophe}Élysée") == ["Élysée"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("L'ONU", ["ONU"]),
        ("Jusqu'où", ["où"]),
        ("lorsqu’il", ["il"]),
        ("d’« abord »", ["abord"]),
        ("d''accord", ["accord"]),
        ("Val-d’Oise", ["Val", "Oise"]),
        ("l’11 septembre", ["11", "septembre"]),
        ("l’hôpital", ["hôpital"]),
        ("l’œuvre", ["œuvre"]),
    ],
)
def test_elision(text: str, expected: list[str]) -> None:
    assert surfaces(text) == expected


@pytest.mark.parametrize(
    "word", ["aujourd’hui", "presqu’île", "prud’homal", "entr’acte", "grand’rue", "O’Brien", "N’Golo", "quelqu’un"]
)
def test_an_apostrophe_inside_a_word_does_not_split_it(word: str) -> None:
    assert surfaces(word) == [word]


def test_the_offset_of_an_elided_word_starts_after_the_article() -> None:
    text = "Selon l’avocat de l’État"
    assert [text[token.start : token.end] for token in tokenize(text)] == ["Selon", "avocat", "de", "État"]


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("O.N.U.", "ONU"),
        ("l’O.T.A.N.", "OTAN"),
        ("U.S.A.", "USA"),
        ("œuvre", "oeuvre"),
        ("Æ", "ae"),
        ("ﬁnance", "finance"),
        ("e\u0301lite", "élite"),
        ("sé\u00adcu\u200brité", "sécurité"),
        ("10 000", "10000"),
        ("10\u00a0000", "10000"),
        ("10\u202f000", "10000"),
        ("10.000", "10000"),
        ("1 234 567", "1234567"),
        ("Saint-Denis", "Saint Denis"),
        ("États‑Unis", "États-Unis"),
        ("États-Unis", "états unis"),
        ("XXᵉ", "XXe"),
        ("prud’hommes", "prudhommes"),
        ("SÉCURITÉ", "sécurité"),
    ],
)
def test_spelling_variants_have_the_same_terms(written: str, same: str) -> None:
    assert terms(written) == terms(same)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("R&D", ["r&d"]),
        ("1,5 %", ["1,5"]),
        ("2,6 milliards", ["2,6", "milliard"]),
        ("n°5", ["n", "5"]),
        ("20h30", ["20h30"]),
        ("le 1er", ["le", "1er"]),
        ("en 2022 300 personnes", ["en", "2022", "300", "personne"]),
        ("06 12 34", ["06", "12", "34"]),
        ("COVID-19", ["covid", "19"]),
        ("G7", ["g7"]),
        ("plan B", ["plan", "b"]),
        ("dit-il", ["dire,dit", "il"]),
        ("y a-t-il", ["y", "a,avoir", "t", "il"]),
        ("M. Dupont", ["m", "dupont"]),
        ("qui est qui", ["qui", "est", "qui"]),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


def test_accents_tell_words_apart() -> None:
    assert term_of("pays") != term_of("payé")
    assert term_of("maïs") != term_of("mais")
    assert term_of("sécurité") == term_of("SECURITE"), "a form without accents that is no word is the accented one"
    assert folded_surface("Sécurité") == "securite"


def test_the_whoosh_analyzer_gives_the_same_terms_positions_and_offsets() -> None:
    text = "L’Assemblée a voté 10 000 euros."
    found = [
        (token.text, token.pos, token.startchar, token.endchar)
        for token in french_analyzer()(text, chars=True, positions=True)
    ]
    expected = [(term_of(t.surface), at, t.start, t.end) for at, t in enumerate(tokenize(text))]
    assert found == expected


@given(st.text())
def test_any_text_gives_terms_with_exact_offsets(text: str) -> None:
    end = 0
    for token in tokenize(text):
        assert end <= token.start < token.end <= len(text)
        assert text[token.start : token.end] == token.surface
        assert 0 < len(term_of(token.surface)) <= 64
        end = token.end


def test_a_megabyte_of_letters_is_one_term_of_bounded_length() -> None:
    assert [len(term) for term in terms("a" * 1_000_000)] == [64]


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=12) | st.sampled_from(
    ["ΣΑΣ", "İstanbul", "Ǆ", "e\u0301te\u0301", "\u0301a", "l’Œuvre", "ﬁn", "R&D", "10\u202f000", "ß", "東京", "\u20ac"]
)


@given(st.lists(WORDS, max_size=8))
def test_batch_analysis_equals_single_analysis(words: list[str]) -> None:
    assert normalize_all(words) == [normalize(word) for word in words]
    assert fold_all(words) == [word if word.isascii() else fold(word) for word in words]
