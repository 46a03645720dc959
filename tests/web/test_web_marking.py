"""Marks go around escaped text, wherever they fall."""

from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from web.marking import marked, numbered, paragraphs


def test_marked() -> None:
    assert marked("l’avocat <b>", [(2, 8)]) == "l’<mark>avocat</mark> &lt;b&gt;"
    assert marked("a & b", [(2, 3)]) == "a <mark>&amp;</mark> b"
    assert marked("rien", []) == "rien"


def test_paragraphs() -> None:
    assert list(paragraphs("Un.\n\n  \nDeux mots.\n", [(0, 2), (8, 12)])) == [
        "<mark>Un</mark>.",
        "<mark>Deux</mark> mots.",
    ]


def test_a_mark_over_two_paragraphs_is_cut() -> None:
    assert list(paragraphs("aide\nmilitaire", [(2, 8)])) == ["ai<mark>de</mark>", "<mark>mil</mark>itaire"]


@given(st.text(alphabet="a<>&\"'\u0301é\n😀"), st.lists(st.integers(0, 20), max_size=6))
def test_no_character_is_lost_or_invented(text: str, cuts: list[int]) -> None:
    ends = sorted({cut for cut in cuts if cut <= len(text)})
    marks = list(zip(ends[::2], ends[1::2], strict=False))
    page = str(marked(text, marks))
    assert html.unescape(re.sub("</?mark>", "", page)) == text
    assert page.count("<") == 2 * len(marks)


def test_marks_are_numbered_and_a_mark_of_the_article_is_not() -> None:
    texts, count = numbered([marked("un <mark>", [(0, 2)]), marked("deux", [(0, 1), (2, 3)])])
    assert count == 3
    assert texts[0] == '<mark id="m1" tabindex="-1">un</mark> &lt;mark&gt;'
    assert 'id="m3"' in texts[1]
