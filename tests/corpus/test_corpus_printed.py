from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpus.printed import joined_words, running_text, unwrapped, without_heads

PAGES = [
    ["LA VIGIE — 19 janvier 2022", "", f"Le quai n° {n} rouvre.", "Les vélos aussi.", "Fin du quai.", "", f"- {n} -"]
    for n in range(1, 5)
]


def test_heads_and_page_numbers_are_left_out() -> None:
    assert without_heads(PAGES)[2] == ["Le quai n° 3 rouvre.", "Les vélos aussi.", "Fin du quai."]


def test_what_stands_on_one_page_only_stays() -> None:
    assert without_heads([["Titre", "Un texte."], ["Suite.", "Fin."]]) == [["Titre", "Un texte."], ["Suite.", "Fin."]]
    assert without_heads([["Titre", "12"]]) == [["Titre"]]
    assert without_heads([["En 1998", "Il a 30 ans", "1998 fut"]]) == [["En 1998", "Il a 30 ans", "1998 fut"]]


def test_words_that_the_paper_parted_are_joined() -> None:
    assert (
        joined_words("le gouverne-\nment, l’impor\u00ad\n  tance, fi\ufffe\nnance")
        == "le gouvernement, l’importance, finance"
    )
    own = "peut-\nêtre, dit-\nil, celui-\nci, le vice-\nprésident"
    assert joined_words(own) == own.replace("\n", "")
    assert joined_words("Paris-\nMatch, 12-\n13, - \noui") == "Paris-\nMatch, 12-\n13, - \noui"


def test_paragraphs_are_one_line_again() -> None:
    full = "Le pont de la Lune rouvre ce matin aux voitures, après onze mois de"
    lines = [full, "travaux.", full, "Travaux encore", "", "Le titre", full, full, "travaux."]
    assert unwrapped("\n".join(lines)).split("\n") == [
        f"{full} travaux.",
        f"{full} Travaux encore",
        "",
        "Le titre",
        f"{full} {full} travaux.",
    ]


def test_a_text_of_a_few_lines_stays_as_it_is() -> None:
    assert unwrapped("Un titre\nune suite\nfin") == "Un titre\nune suite\nfin"


@given(st.lists(st.lists(st.text(st.sampled_from("ab c.é-12\n"), max_size=12), max_size=8), max_size=5))
def test_no_word_is_lost_but_those_of_heads(pages: list[list[str]]) -> None:
    kept = [line for page in without_heads(pages) for line in page]
    assert "".join("".join(kept).split()) == "".join(unwrapped("\n".join(kept)).split())
    assert running_text(pages) is not None
