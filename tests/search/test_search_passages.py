"""The kernel that cuts passages against its plain twin, on texts made to meet every rule."""

from itertools import accumulate

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.analysis import tokenize
from index.skips import skips_of
from index.tokens import batch_of, scan, texts_of
from search.passages import LONGEST, Found, Skips, passages
from tests.search.plain_passages import Occurrence, Passage, passage, sentences

WORDS = "gaz l’aide militaire Mme M. art. 49 12. 2022. A. é. E. « » ” ) … ! ? ?! . .. Non dit-elle Élu œuvre 𝐀 \" '"
BLANKS = [" ", "  ", "\n", "\n\n", "\n \n", "\u00a0", "\u202f", "\u2028", "\t"]
LONG = ["https://exemple.fr/une/longue/adresse", "a" * 90, "é" * 60]
PIECES = st.sampled_from([*WORDS.split(), *BLANKS, *LONG])
TEXTS = st.one_of(
    st.lists(PIECES, max_size=150).map(" ".join), st.lists(PIECES, max_size=120).map("".join), st.text(max_size=30)
)


def cut(texts: list[str], found: list[list[Occurrence]], skipping: bool) -> list[Passage]:
    batch = texts_of(texts)
    rows = np.array([one for each in found for one in each], np.int64).reshape(-1, 3)
    offsets = np.array([0, *accumulate(map(len, found))], np.int64)
    data, sizes = skips_of(batch, scan(batch)) if skipping else (np.empty(0, np.uint8), np.zeros(len(texts), np.int64))
    skips = Skips(data, np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)]))
    answer = passages(batch, Found(rows, offsets), np.zeros(len(texts), np.bool_), skips)
    marks = list(map(tuple, answer.marks.tolist()))
    return [
        Passage(bytes(batch.data[start:end]).decode(), marks[first:last], bool(before), bool(after))
        for start, end, first, last, before, after in answer.spans.tolist()
    ]


@st.composite
def occurrences(draw: st.DrawFn, text: str) -> list[Occurrence]:
    tokens, at, found = len(list(tokenize(text))), 0, []
    for gap in draw(st.lists(st.integers(0, 40), max_size=12)):
        first, length = at + gap, draw(st.integers(1, 3))
        if first + length <= tokens:
            found.append(Occurrence(first, first + length - 1, draw(st.integers(0, 2))))
        at = first + length
    return found


@settings(deadline=None, max_examples=300)
@given(texts=st.lists(TEXTS, min_size=1, max_size=3), skipping=st.booleans(), data=st.data())
@example(texts=["Un mot. " * 80], skipping=True, data=None)
def test_passages_are_the_plain_ones(texts: list[str], skipping: bool, data: st.DataObject | None) -> None:
    found = [data.draw(occurrences(text)) if data else [Occurrence(130, 130, 0)] for text in texts]
    plain = [passage(text, each) for text, each in zip(texts, found, strict=True)]
    assert cut(texts, found, skipping) == plain


def test_a_whole_text_is_marked_from_end_to_end() -> None:
    text = "Le gaz. " * 200
    found = [Occurrence(at, at, 0) for at in range(1, 400, 2)]
    rows, offsets = np.array(found, np.int64), np.array([0, len(found)], np.int64)
    answer = passages(texts_of([text]), Found(rows, offsets), np.ones(1, np.bool_), Skips(*batch_of([b""])))
    assert answer.spans.tolist() == [[0, len(text), 0, 200, 0, 0]]
    assert [text[start:end] for start, end in answer.marks.tolist()] == ["gaz"] * 200


def test_no_passage_is_longer_than_it_may_be() -> None:
    for found in cut(["mot " * 500, "x" * 1000, "Une phrase. " * 100], [[Occurrence(0, 0, 0)], [], []], skipping=False):
        assert len(found.text) <= LONGEST


@pytest.mark.parametrize("text", ["", " \n ", "…", "\n\n"])
def test_texts_without_a_word(text: str) -> None:
    assert cut([text], [[]], skipping=True) == [passage(text, [])]


def test_the_twin_knows_what_sentences_are() -> None:
    assert sentences("M. Roux part. Bien.\n\nFin") == ["M. Roux part.", "Bien.", "Fin"]
