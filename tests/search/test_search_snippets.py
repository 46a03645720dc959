"""Snippets: passages and marks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.index.text.analyzer import term_of, tokenize
from kiosque.index.text.scanner import batch_of, texts_of
from kiosque.search.leaves.leaf import MarkTargets
from kiosque.search.model import Snippet
from kiosque.search.snippets import snippet as snippets
from kiosque.search.snippets.passages import LONGEST, Found, Skips, passages
from kiosque.search.snippets.snippet import Passage, highlight
from tests.search.reference_marks import marks
from tests.search.reference_passages import sentences as cut


def snippet(body: str, wanted: MarkTargets) -> Snippet:
    at = {edge: place for place, token in enumerate(tokenize(body)) for edge in ((token.start, 0), (token.end, 1))}
    kinds: dict[str, int] = {}
    rows = [
        (at[mark.start, 0], at[mark.end, 1], kinds.setdefault(mark.what, len(kinds))) for mark in marks(body, wanted)
    ]
    found = Found(np.array(rows, np.int64).reshape(-1, 3), np.array([0, len(rows)], np.int64))
    batch = texts_of([body])
    passage = passages(batch, found, np.zeros(1, np.bool_), Skips(*batch_of([b""])))
    start, end, _, _, before, after = passage.spans[0].tolist()
    text = bytes(batch.data[start:end]).decode()
    return snippets.snippet([Passage(text, list(map(tuple, passage.marks.tolist())), before, after)])


def asked(*typed: str) -> MarkTargets:
    """Targets of a query; a string of several words is a phrase."""
    split = [tuple(term_of(token.surface) for token in tokenize(text)) for text in typed]
    return MarkTargets(words={terms[0] for terms in split if len(terms) == 1}, phrases={t for t in split if len(t) > 1})


def marked(found: Snippet) -> list[str]:
    return [found.text[start:end] for start, end in found.marks]


@pytest.mark.parametrize(
    "sentence",
    [
        "M. Macron parle.",
        "MM. Macron et Scholz parlent.",
        "Mme. Durand et Mlle. Petit parlent.",
        "Le Dr. Roux cite l’art. 49 et l’av. Foch.",
        "Le n. 3 et la p. 12 manquent.",
        "J. R. R. Tolkien écrit.",
        "Les prix montent de 1,5 % et de 2.5 points.",
        "« Non ! » dit-il.",
        "« Vous venez ? » a demandé Mme Roux.",
        "Il hésite… puis part.",
        "Des poires, des pommes, etc. sont perdues.",
        "Le site exemple.fr a fermé.",
        "1. Ouvrir la porte.",
        "« C’est fini. »",
    ],
)
def test_abbreviations_and_numbers_do_not_end_a_sentence(sentence: str) -> None:
    assert cut(f"Avant. {sentence} Après.") == ["Avant.", sentence, "Après."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Un. Deux ! Trois ? Quatre… Cinq", ["Un.", "Deux !", "Trois ?", "Quatre…", "Cinq"]),
        ("Quoi ?! Rien...\nÀ demain.", ["Quoi ?!", "Rien...", "À demain."]),
        ("« Un. » « Deux. »", ["« Un. »", "« Deux. »"]),
        ('Il dit "oui." "Non", dit-elle.', ['Il dit "oui."', '"Non", dit-elle.']),
        ("Fini.) Encore.", ["Fini.)", "Encore."]),
        ("Un titre\n\nun paragraphe", ["Un titre", "un paragraphe"]),
        ("Né en 2022. Mort en 2023.", ["Né en 2022.", "Mort en 2023."]),
        ("Élu. Être. Œuvre.", ["Élu.", "Être.", "Œuvre."]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentence_ends(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


def test_a_million_dots_are_read_in_linear_time() -> None:
    assert len(snippet("gaz" + "." * 1_000_000 + "a", asked("gaz")).text) <= LONGEST + len(" …")


FILLER = "Une phrase sans rien. "


def test_a_passage_starts_at_the_matching_sentence() -> None:
    found = snippet(FILLER * 30 + "Le gaz russe manque. " + FILLER * 30, asked("gaz"))
    assert found.text.startswith("Le gaz russe manque. Une phrase")
    assert marked(found) == ["gaz"]
    assert len(found.text) <= LONGEST


def test_the_passage_with_the_most_words_is_shown() -> None:
    body = "Gaz, gaz, gaz. " + FILLER * 20 + "Le gaz russe. " + FILLER * 20 + "Russe, russe."
    assert snippet(body, asked("gaz", "russe")).text.startswith("Le gaz russe.")


def test_the_first_of_equal_passages_is_shown() -> None:
    body = "Le gaz monte. " + FILLER * 20 + "Le gaz baisse."
    assert snippet(body, asked("gaz")).text.startswith("Le gaz monte.")


def test_without_matches_the_beginning_is_shown() -> None:
    found = snippet("Le début. " + FILLER * 40, asked("gaz"))
    assert found.text.startswith("Le début. Une phrase")
    assert found.marks == []
    assert "<mark>" not in found.html


def test_an_empty_body_gives_an_empty_passage() -> None:
    assert snippet("", asked("gaz")) == Snippet(text="", marks=[], html="")


def test_text_is_escaped_before_it_is_marked() -> None:
    found = snippet('<script>gaz("&amp;")</script>', asked("gaz"))
    assert found.html == "&lt;script&gt;<mark>gaz</mark>(&#34;&amp;amp;&#34;)&lt;/script&gt;"
    assert found.text == '<script>gaz("&amp;")</script>'


def test_marks_on_escaped_characters() -> None:
    assert highlight("la R&D <b>", [(3, 6)]) == "la <mark>R&amp;D</mark> &lt;b&gt;"
    assert highlight("l'eau d'été", [(8, 11)]) == "l&#39;eau d&#39;<mark>été</mark>"


def test_a_long_sentence_is_cut_between_words_with_an_ellipsis() -> None:
    found = snippet("avant " * 100 + "gaz " + "après " * 100, asked("gaz"))
    assert marked(found) == ["gaz"]
    assert found.text.startswith("… ")
    assert found.text.endswith(" …")
    assert set(found.text.strip("… ").split()) <= {"avant", "gaz", "après"}, "no word is split"


def test_an_overlong_word_is_cut() -> None:
    found = snippet("a" * 2000, asked("gaz"))
    assert LONGEST / 2 <= len(found.text) <= LONGEST + len(" …")


def test_a_passage_at_the_end_has_no_ellipsis() -> None:
    assert snippet("Le gaz.\nUn titre", asked("gaz")).text == "Le gaz. Un titre"


def test_a_cut_never_splits_a_phrase() -> None:
    for before in range(100, LONGEST + 20):
        body = "mot " * (before // 4) + "x" * (before % 4) + " l’aide militaire " + "mot " * 100
        assert marked(snippet(body, asked("aide militaire"))) == ["aide militaire"], before


def test_a_phrase_across_two_sentences_is_marked() -> None:
    body = "Mot " + "mot " * 50 + "gaz. Russe " + "mot " * 50
    assert marked(snippet(body, asked("gaz russe"))) == ["gaz. Russe"]


def test_joined_passages_shift_their_marks() -> None:
    found = snippets.snippet(
        [Passage("le gaz\nrusse", [(3, 6)], True, True), Passage("Le vent.", [(3, 7)], False, False)]
    )
    assert found.text == "… le gaz russe … Le vent."
    assert marked(found) == ["gaz", "vent"]
    assert found.html == "… le <mark>gaz</mark> russe … Le <mark>vent</mark>."


def test_adjacent_passages_are_joined_without_an_ellipsis() -> None:
    found = snippets.snippet([Passage("Le gaz.", [], False, False), Passage("Le vent.", [(3, 7)], False, True, True)])
    assert found.text == "Le gaz. Le vent. …"
    assert marked(found) == ["vent"]


WORDS = st.sampled_from("gaz Gaz l’aide militaire, russe. Russe M. « » — <b> mot\u00a0mot\n fin…".split(" "))


@given(words=st.lists(WORDS, max_size=200), typed=st.sets(st.sampled_from(["gaz", "aide militaire", "russe"])))
def test_marks_are_matches_and_none_is_missing(words: list[str], typed: set[str]) -> None:
    body, wanted = " ".join(words), asked(*typed)
    found = snippet(body, wanted)
    ends = 0
    for start, end in found.marks:
        assert ends <= start < end <= len(found.text)
        terms = tuple(term_of(token.surface) for token in tokenize(found.text[start:end]))
        assert terms in wanted.phrases or terms[0] in wanted.words
        ends = end
    assert found.html == highlight(found.text, found.marks)
    assert bool(found.marks) == any(asks_in(body, text) for text in typed)


def asks_in(body: str, typed: str) -> bool:
    terms = [term_of(token.surface) for token in tokenize(body)]
    needle = [term_of(token.surface) for token in tokenize(typed)]
    return any(terms[at : at + len(needle)] == needle for at in range(len(terms)))
