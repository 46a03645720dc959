"""A very long article is read in parts: nothing of it is lost between them, marks least of all."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.web.pages import parts
from kiosque.web.pages.parts import part_of
from tests.web.fake_engine import article, visit


@given(st.text("ab\n", max_size=60), st.sets(st.integers(0, 60)), st.integers(2, 12))
def test_the_parts_are_the_text_and_their_marks_its_marks(text: str, ends: set[int], longest: int) -> None:
    inside = sorted(end for end in ends if end <= len(text))
    marks = list(zip(inside[::2], inside[1::2], strict=False))
    first = part_of(text, marks, 1, longest)
    every = [part_of(text, marks, number, longest) for number in range(1, first.parts + 1)]
    assert "".join(part.text for part in every) == text
    assert all(len(part.text) <= longest for part in every)
    assert "".join(part.text[a:b] for part in every for a, b in part.marks) == "".join(text[a:b] for a, b in marks)
    assert [part.number for part in every] == list(range(1, first.parts + 1))


def test_a_part_ends_with_a_line_where_it_can() -> None:
    assert [part_of("un pont\ndeux ponts", [], number, 10).text for number in (1, 2)] == ["un pont\n", "deux ponts"]


def test_without_a_number_the_part_of_the_first_mark_is_shown() -> None:
    text = "un pont\n" * 5
    assert part_of(text, [(19, 23), (35, 39)], None, 10).number == 3
    assert part_of(text, [], None, 10).number == 1
    assert part_of(text, [], 99, 10).number == 5


def test_the_page_of_a_part_leads_to_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts.part_of, "__defaults__", (10,))
    body = "une aide\n" * 2 + "un pont\n" + "une aide\n" * 2
    client = visit(article("a", title="Aides", body=body))
    html = client.get("/articles/a?q=pont").text
    assert re.findall("<p>(.*<mark.*)</p>", html) == ['un <mark id="m1" tabindex="-1">pont</mark>']
    assert "partie 3 sur 5" in html.replace("\u00a0", " ")
    assert '<a class="step" rel="prev" href="/articles/a?q=pont&amp;part=2">Partie précédente</a>' in html
    assert '<a href="/articles/a?q=pont&amp;part=3" aria-label="Partie 3" aria-current="page">3</a>' in html
    last = client.get("/articles/a?q=pont&part=5").text
    assert 'rel="next"' not in last and "<mark" not in last
    assert client.get("/articles/a?q=pont&part=deux").status_code == 400
