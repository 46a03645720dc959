"""The passage kernel against its reference, on texts that trigger every rule."""

from itertools import accumulate, pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiosque.index.segment.skips import skips_of
from kiosque.index.text.analyzer import tokenize
from kiosque.index.text.scanner import batch_of, scan, texts_of
from kiosque.search.snippets.passages import LENGTHS, LONGEST, Found, Skips, passages
from tests.effort import examples
from tests.search.reference_passages import Occurrence, Passage, sentences
from tests.search.reference_passages import passages as reference_passages

WORDS = "gaz l’aide militaire Mme M. art. 49 12. 2022. A. é. E. « » ” ) … ! ? ?! . .. Non dit-elle Élu œuvre 𝐀 \" '"
BLANKS = [" ", "  ", "\n", "\n\n", "\n \n", "\u00a0", "\u202f", "\u2028", "\t"]
LONG = ["https://exemple.fr/une/longue/adresse", "a" * 90, "é" * 60]
PIECES = st.sampled_from([*WORDS.split(), *BLANKS, *LONG])
TEXTS = st.one_of(
    st.lists(PIECES, max_size=150).map(" ".join), st.lists(PIECES, max_size=120).map("".join), st.text(max_size=30)
)


def cut(texts: list[str], found: list[list[Occurrence]], skipping: bool, most: int = 1) -> list[list[Passage]]:
    batch = texts_of(texts)
    rows = np.array([one for each in found for one in each], np.int64).reshape(-1, 3)
    offsets = np.array([0, *accumulate(map(len, found))], np.int64)
    data, sizes = skips_of(batch, scan(batch)) if skipping else (np.empty(0, np.uint8), np.zeros(len(texts), np.int64))
    skips = Skips(data, np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)]))
    answer = passages(batch, Found(rows, offsets), np.zeros(len(texts), np.bool_), skips, most)
    marks = list(map(tuple, answer.marks.tolist()))
    every = [
        Passage(bytes(batch.data[start:end]).decode(), marks[first:last], bool(before), bool(after))
        for start, end, first, last, before, after in answer.spans.tolist()
    ]
    return [every[first:last] for first, last in pairwise(answer.offsets.tolist())]


@st.composite
def occurrences(draw: st.DrawFn, text: str) -> list[Occurrence]:
    tokens, at, found = len(list(tokenize(text))), 0, []
    for gap in draw(st.lists(st.integers(0, 40), max_size=12)):
        first, length = at + gap, draw(st.integers(1, 3))
        if first + length <= tokens:
            found.append(Occurrence(first, first + length - 1, draw(st.integers(0, 2))))
        at = first + length
    return found


@settings(deadline=None, max_examples=examples(300))
@given(texts=st.lists(TEXTS, min_size=1, max_size=3), skipping=st.booleans(), most=st.integers(1, 3), data=st.data())
@example(texts=["Un mot. " * 80], skipping=True, most=1, data=None)
def test_the_kernel_agrees_with_the_reference(
    texts: list[str], skipping: bool, most: int, data: st.DataObject | None
) -> None:
    found = [data.draw(occurrences(text)) if data else [Occurrence(130, 130, 0)] for text in texts]
    expected = [reference_passages(text, each, most) for text, each in zip(texts, found, strict=True)]
    assert cut(texts, found, skipping, most) == expected


def test_a_short_text_is_one_passage() -> None:
    text = "Le gaz. " * 200
    found = [Occurrence(at, at, 0) for at in range(1, 400, 2)]
    rows, offsets = np.array(found, np.int64), np.array([0, len(found)], np.int64)
    answer = passages(texts_of([text]), Found(rows, offsets), np.ones(1, np.bool_), Skips(*batch_of([b""])))
    assert answer.spans.tolist() == [[0, len(text), 0, 200, 0, 0]]
    assert [text[start:end] for start, end in answer.marks.tolist()] == ["gaz"] * 200


def test_passages_have_a_maximum_length() -> None:
    for (found,) in cut(["mot " * 500, "x" * 1000, "Une phrase. " * 100], [[Occurrence(0, 0, 0)], [], []], False):
        assert len(found.text) <= LONGEST


@pytest.mark.parametrize("text", ["", " \n ", "…", "\n\n"])
def test_texts_without_a_word(text: str) -> None:
    assert cut([text], [[]], skipping=True) == [reference_passages(text, [], 1)]


FAR = "Le gaz monte. " + "Une phrase sans rien. " * 20 + "Le vent tombe. " + "Encore une phrase. " * 20 + "La mer dort."
GAS, WIND, SEA = Occurrence(1, 1, 0), Occurrence(84, 84, 1), Occurrence(147, 147, 2)


@pytest.mark.parametrize(
    ("most", "starts"),
    [(1, ["Le gaz"]), (2, ["Le gaz", "Le vent"]), (3, ["Le gaz", "Le vent", "La mer"])],
)
def test_distant_words_get_passages_in_text_order(most: int, starts: list[str]) -> None:
    (found,) = cut([FAR], [[GAS, WIND, SEA]], skipping=True, most=most)
    assert [" ".join(each.text.split()[:2]) for each in found] == starts
    assert all(len(each.text) <= LENGTHS[len(found) - 1] for each in found)


def test_repeated_words_get_one_passage() -> None:
    (found,) = cut([FAR], [[GAS, WIND._replace(what=0), SEA._replace(what=0)]], skipping=True, most=3)
    assert len(found) == 1


def test_a_further_passage_must_add_a_word() -> None:
    """Gas and wind fit into one passage of 280 characters, not of 160: two passages would lose the third word."""
    text = "Le gaz " + "et puis " * 22 + "le vent. " + "Une phrase. " * 40 + "La mer."
    sea = len(list(tokenize(text))) - 1
    found = [Occurrence(1, 1, 0), Occurrence(47, 47, 1)]
    assert len(cut([text], [found], skipping=True, most=3)[0]) == 1
    assert len(cut([text], [[*found, Occurrence(sea, sea, 2)]], skipping=True, most=2)[0]) == 1
    assert len(cut([text], [[*found, Occurrence(sea, sea, 2)]], skipping=True, most=3)[0]) == 3


def test_the_reference_splits_sentences() -> None:
    assert sentences("M. Roux part. Bien.\n\nFin") == ["M. Roux part.", "Bien.", "Fin"]
