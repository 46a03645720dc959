from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.corpus.draft.title import LONGEST_TITLE, first_sentence, is_title, title_of_paragraph


@pytest.mark.parametrize(
    ("paragraph", "sentence"),
    [
        ("Le pont rouvre aux voitures. Enfin.", "Le pont rouvre aux voitures."),
        ("Hier matin, le ministre M. Roy est venu. Puis il est parti.", "Hier matin, le ministre M. Roy est venu."),
        ("Hier matin, la ministre Mme. Roy est venue. Ensuite non.", "Hier matin, la ministre Mme. Roy est venue."),
        ("Le texte dit dans son art. 1. que tout va. Et non.", "Le texte dit dans son art. 1. que tout va."),
        ("La croissance a atteint 1.5 point. Puis zéro.", "La croissance a atteint 1.5 point."),
        (
            "Il a répondu : « Jamais. Et pourtant. » avant de partir. Fin.",
            "Il a répondu : « Jamais. Et pourtant. » avant de partir.",
        ),
        ("Le pont rouvrira-t-il enfin\u00a0? Personne ne sait.", "Le pont rouvrira-t-il enfin\u00a0?"),
        ("Non. Le pont ne rouvrira pas. Fin.", "Non. Le pont ne rouvrira pas."),
        ("Un paragraphe sans point final", "Un paragraphe sans point final"),
    ],
)
def test_the_first_sentence_is_the_title(paragraph: str, sentence: str) -> None:
    assert first_sentence(paragraph) == sentence


def test_a_long_sentence_is_cut_at_a_word() -> None:
    title = title_of_paragraph("Le pont, " * 40)
    assert title.endswith(" Le pont, Le…") and len(title) <= LONGEST_TITLE


def test_a_sentence_that_fits_is_not_cut() -> None:
    sentence = "x" * (LONGEST_TITLE - 1) + "."
    assert title_of_paragraph(f"{sentence} La suite.") == sentence


def test_a_long_word_is_cut_inside() -> None:
    assert title_of_paragraph("x" * 500) == "x" * (LONGEST_TITLE - 1) + "…"


def test_a_long_first_line_may_be_a_title_but_a_paragraph_is_not() -> None:
    assert is_title("Le pont rouvre.")
    assert is_title("mot " * 40)
    assert not is_title("mot " * 40 + "fin.")
    assert not is_title("mot " * 60)


@given(st.text())
def test_a_title_never_exceeds_the_limit(text: str) -> None:
    title = title_of_paragraph(text)
    assert len(title) <= LONGEST_TITLE and bool(title) == bool(text.strip())
