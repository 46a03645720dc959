"""Any text: scanner and analyzer agree, passages and marks lie within the text, text is escaped before it is marked."""

from __future__ import annotations

import html

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kiosque.index.text.analyzer import folded_surface, normalize, normalize_all, term_of, terms_of, tokenize
from kiosque.index.text.lexicon import Lexicon
from kiosque.index.text.scanner import batch_of, scan, texts_of
from kiosque.search.leaves.leaf import MarkTargets
from kiosque.search.model import Span
from kiosque.search.snippets.marker import Marker
from kiosque.search.snippets.marks import spans
from kiosque.search.snippets.passages import Skips, passages
from kiosque.search.snippets.snippet import highlight
from kiosque.web.pages.article_text import paragraphs
from tests.fuzz.profiles import PROFILE
from tests.fuzz.text_strategies import TEXTS
from tests.search.reference_marks import marks

SOME_TEXTS = st.lists(TEXTS, min_size=1, max_size=3)


@PROFILE
@given(SOME_TEXTS)
def test_the_scanner_agrees_with_the_analyzer_on_any_text(texts: list[str]) -> None:
    batch = texts_of(texts)
    tokens, data = scan(batch), batch.data.tobytes()
    for number, text in enumerate(texts):
        base, own = int(batch.offsets[number]), slice(tokens.offsets[number], tokens.offsets[number + 1])
        found = [(int(a) - base, int(b) - base) for a, b in zip(tokens.starts[own], tokens.ends[own], strict=True)]
        plain = [(len(text[: one.start].encode()), len(text[: one.end].encode())) for one in tokenize(text)]
        assert found == plain
        assert all(data[base + start : base + end].decode() for start, end in found)


@PROFILE
@given(SOME_TEXTS)
def test_terms_are_the_same_alone_in_batches_and_in_a_lexicon(texts: list[str]) -> None:
    surfaces = [token.surface for text in texts for token in tokenize(text)]
    forms = [normalize(surface) for surface in surfaces]
    assert normalize_all(surfaces) == forms
    assert terms_of(forms) == [term_of(surface) for surface in surfaces]
    assert all(folded_surface(surface).encode() is not None for surface in surfaces)
    batch = texts_of(texts)
    lexicon, tokens = Lexicon(), scan(batch)
    numbers = lexicon.term_of_surface[lexicon.intern(batch, tokens)]
    assert numbers.tolist() == [lexicon.terms[term_of(surface)] for surface in surfaces]


@st.composite
def asked_of(draw: st.DrawFn, text: str) -> MarkTargets:
    """Targets of a query: words, phrases and forms of the text, and others."""
    surfaces = [token.surface for token in tokenize(text)] or ["gaz"]
    word = st.sampled_from([*surfaces[:20], "gaz", "Élysée"])
    row = st.lists(word, min_size=2, max_size=4)
    terms = row.map(lambda words: tuple(map(term_of, words)))
    forms = word.map(normalize).filter(bool)
    return MarkTargets(
        words=draw(st.sets(word.map(term_of), max_size=3)),
        phrases=draw(st.sets(terms, max_size=2)),
        forms=draw(st.sets(forms, max_size=2)),
        rows=draw(st.sets(row.map(lambda words: tuple(map(normalize, words))), max_size=1)),
        near=draw(st.sets(st.tuples(terms, st.integers(1, 9)), max_size=2)),
    )


MARKER = Marker()
NO_SKIPS = Skips(*batch_of([b""]))


@PROFILE
@given(st.data(), TEXTS)
def test_marks_are_targets_within_the_text(data: st.DataObject, text: str) -> None:
    asked = data.draw(asked_of(text))
    (found,) = MARKER.marks([text], [asked])
    assert found == marks(text, asked)
    at = 0
    for mark in found:
        assert at <= mark.start < mark.end <= len(text)
        assert {term_of(token.surface) for token in tokenize(text[mark.start : mark.end])} & asked.terms()
        at = mark.end
    check_html(text, spans(found))
    lines = "\n".join(line for line in text.split("\n") if line.strip())
    shown = "\n".join(str(line) for line in paragraphs(text, spans(found)))
    assert html.unescape(shown.replace("<mark>", "").replace("</mark>", "")) == shown_of(lines)


def shown_of(text: str) -> str:
    """A text as a page shows it: the two placeholder characters for tags are replaced."""
    return text.replace("\ufdd0", "\ufffd").replace("\ufdd1", "\ufffd")


def check_html(text: str, found: list[Span]) -> None:
    """The only tags are marks; everything else is escaped text."""
    made = highlight(text, found)
    parts = made.split("<mark>")
    assert len(parts) == len(found) + 1
    inside = [html.unescape(part.split("</mark>")[0]) for part in parts[1:]]
    assert inside == [shown_of(text[start:end]) for start, end in found]
    rest = made.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in rest and ">" not in rest and '"' not in rest
    assert html.unescape(rest) == shown_of(text)


@PROFILE
@given(st.data(), TEXTS)
def test_passages_lie_within_the_text_at_code_points(data: st.DataObject, text: str) -> None:
    batch = texts_of([text])
    found = MARKER.found(batch, [data.draw(asked_of(text))])
    cut = passages(batch, found, np.array([data.draw(st.booleans())]), NO_SKIPS)
    raw = text.encode()
    for start, end, first, last, _, _ in cut.spans.tolist():
        assert 0 <= start <= end <= len(raw)
        passage = raw[start:end].decode()
        own = [(a, b) for a, b in cut.marks[first:last].tolist()]
        assert all(0 <= a < b <= len(passage) for a, b in own)
        check_html(passage, own)
