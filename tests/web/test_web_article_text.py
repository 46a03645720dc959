"""The marked text of an article and its parts: text is escaped, and neither text nor marks are lost."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.search.model import Span
from kiosque.web.pages import article_text
from kiosque.web.pages.article_text import marked, numbered, paragraphs, part_of
from tests.web.fake_engine import article, visit


class Counted(list[Span]):
    """Marks that count how often they are read."""

    reads = 0

    def __iter__(self) -> Iterator[Span]:
        for at in range(len(self)):
            yield self[at]

    def __getitem__(self, at: Any) -> Any:
        self.reads += len(range(*at.indices(len(self)))) if isinstance(at, slice) else 1
        return super().__getitem__(at)


def test_marked() -> None:
    assert marked("l’avocat <b>", [(2, 8)]) == "l’<mark>avocat</mark> &lt;b&gt;"
    assert marked("a & b", [(2, 3)]) == "a <mark>&amp;</mark> b"
    assert marked("rien", []) == "rien"


def test_paragraphs() -> None:
    assert list(paragraphs("Un.\n\n  \nDeux mots.\n", [(0, 2), (8, 12)])) == [
        "<mark>Un</mark>.",
        "<mark>Deux</mark> mots.",
    ]


def test_a_mark_across_two_paragraphs_is_split() -> None:
    assert list(paragraphs("aide\nmilitaire", [(2, 8)])) == ["ai<mark>de</mark>", "<mark>mil</mark>itaire"]


@given(st.text(alphabet="a<>&\"'\u0301é\n😀"), st.lists(st.integers(0, 20), max_size=6))
def test_marking_keeps_every_character(text: str, cuts: list[int]) -> None:
    ends = sorted({cut for cut in cuts if cut <= len(text)})
    marks = list(zip(ends[::2], ends[1::2], strict=False))
    page = str(marked(text, marks))
    assert html.unescape(re.sub("</?mark>", "", page)) == text
    assert page.count("<") == 2 * len(marks)


def test_only_our_marks_are_numbered() -> None:
    texts, count = numbered([marked("un <mark>", [(0, 2)]), marked("deux", [(0, 1), (2, 3)])])
    assert count == 3
    assert texts[0] == '<mark id="m1" tabindex="-1">un</mark> &lt;mark&gt;'
    assert 'id="m3"' in texts[1]


def test_marking_paragraphs_reads_each_mark_a_constant_number_of_times() -> None:
    marks = Counted((at, at + 4) for at in range(0, 5000, 5))
    lines = list(paragraphs("aide\n" * 1000, marks))
    assert lines == ["<mark>aide</mark>"] * 1000
    assert marks.reads <= 8 * len(lines)


@given(st.text(alphabet="a\n ", max_size=40), st.lists(st.integers(0, 40), max_size=16))
def test_paragraphs_are_marked_as_if_each_were_alone(text: str, cuts: list[int]) -> None:
    ends = sorted({cut for cut in cuts if cut <= len(text)})
    marks = list(zip(ends[::2], ends[1::2], strict=False))
    alone = []
    for line in re.finditer(r"[^\n]*\S[^\n]*", text):
        start, end = line.span()
        inside = [(max(a, start) - start, min(b, end) - start) for a, b in marks if a < end and b > start]
        alone.append(marked(line[0], inside))
    assert list(paragraphs(text, marks)) == alone


@given(st.text("ab\n", max_size=60), st.sets(st.integers(0, 60)), st.integers(2, 12))
def test_the_parts_add_up_to_the_text_and_its_marks(text: str, ends: set[int], longest: int) -> None:
    inside = sorted(end for end in ends if end <= len(text))
    marks = list(zip(inside[::2], inside[1::2], strict=False))
    first = part_of(text, marks, 1, longest)
    every = [part_of(text, marks, number, longest) for number in range(1, first.parts + 1)]
    assert "".join(part.text for part in every) == text
    assert all(len(part.text) <= longest for part in every)
    assert "".join(part.text[a:b] for part in every for a, b in part.marks) == "".join(text[a:b] for a, b in marks)
    assert [part.number for part in every] == list(range(1, first.parts + 1))


def test_a_part_ends_at_a_line_end_if_possible() -> None:
    assert [part_of("un pont\ndeux ponts", [], number, 10).text for number in (1, 2)] == ["un pont\n", "deux ponts"]


def test_the_default_part_has_the_first_mark() -> None:
    text = "un pont\n" * 5
    assert part_of(text, [(19, 23), (35, 39)], None, 10).number == 3
    assert part_of(text, [], None, 10).number == 1
    assert part_of(text, [], 99, 10).number == 5


def test_the_page_of_a_part_links_to_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(article_text.part_of, "__defaults__", (10,))
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
