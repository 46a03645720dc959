"""MinHash signatures and banding: each kernel against a plain reference."""

from __future__ import annotations

from collections import Counter
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from kiosque.index.commit import clustering
from kiosque.index.commit.clustering import ALIKE, BANDS, LOOKED_BACK, RELATED, WIDTH, clusters, resembling
from kiosque.index.text.scanner import MULTIPLIER, scan, texts_of
from kiosque.index.text.signatures import FEWEST, PLACES, SHINGLE, signatures_of
from tests.effort import examples

MASK = (1 << 64) - 1
TOP = 58


def mixed(value: int) -> int:
    value = (value ^ value >> 30) * int(MULTIPLIER) & MASK
    return value ^ value >> 31


def digests(text: str) -> set[int]:
    """The hashes of the shingles."""
    hashes = scan(texts_of([text])).hashes.tolist()
    found = set()
    for start in range(len(hashes) - SHINGLE + 1):
        digest = 0
        for value in hashes[start : start + SHINGLE]:
            digest = (digest ^ value) * int(MULTIPLIER) & MASK
        found.add(mixed(digest))
    return found


def reference_signature(text: str) -> list[int]:
    if len(scan(texts_of([text])).hashes) - SHINGLE + 1 < FEWEST:
        return [0] * PLACES
    least: dict[int, int] = {}
    for digest in digests(text):
        least[digest >> TOP] = min(digest, least.get(digest >> TOP, MASK))
    signature = []
    for wanted in range(PLACES):
        place = step = wanted
        while place not in least:
            step = mixed(step + int(MULTIPLIER) & MASK)
            place = step >> TOP
        signature.append(least[place] & 0xFF)
    return signature


def words(rng: Random, count: int) -> list[str]:
    return [f"mot{rng.randrange(2000)}" for _ in range(count)]


def changed(rng: Random, text: list[str], share: float) -> list[str]:
    """The text with about that share of its words replaced, in two places."""
    size = int(len(text) * share / 2)
    for at in (rng.randrange(len(text) // 2 - size + 1), rng.randrange(len(text) // 2, len(text) - size + 1)):
        text = [*text[:at], *words(rng, size), *text[at + size :]]
    return text


def jaccard(one: str, other: str) -> float:
    first, second = digests(one), digests(other)
    return len(first & second) / len(first | second)


@settings(deadline=None, max_examples=examples(60))
@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 300)), max_size=4), st.integers(0, 1 << 32))
def test_a_signature_is_the_minhash_of_the_shingles(sizes: list[tuple[int, int]], seed: int) -> None:
    rng = Random(seed)
    texts = [" ".join(f"m{rng.randrange(different)}" for _ in range(count)) for count, different in sizes]
    found = signatures_of(scan(texts_of(texts))).reshape(-1, PLACES)
    assert found.tolist() == [reference_signature(text) for text in texts]


def test_short_texts_have_no_signature() -> None:
    rng = Random(1)
    short, enough = words(rng, FEWEST + SHINGLE - 2), words(rng, FEWEST + SHINGLE - 1)
    found = signatures_of(scan(texts_of([" ".join(short), " ".join(enough)]))).reshape(-1, PLACES)
    assert found.any(axis=1).tolist() == [False, True]


@pytest.fixture(scope="module")
def pairs() -> list[tuple[str, str]]:
    """300 articles of 100 to 400 words, each with a version that keeps from all to none of it."""
    rng = Random(7)
    texts = [words(rng, rng.randrange(100, 400)) for _ in range(300)]
    return [(" ".join(text), " ".join(changed(rng, text, at / 300))) for at, text in enumerate(texts)]


def signed(texts: list[str]) -> NDArray[np.uint8]:
    return signatures_of(scan(texts_of(texts)))


def alike(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> int:
    return int((one == other).sum())


def test_signature_agreement_estimates_the_jaccard_similarity(pairs: list[tuple[str, str]]) -> None:
    rows = signed([text for pair in pairs for text in pair]).reshape(-1, 2, PLACES)
    errors = [alike(*row) / PLACES - jaccard(*pair) for row, pair in zip(rows, pairs, strict=True)]
    assert max(map(abs, errors)) < 0.25  # four standard errors of 64 places at one half
    assert abs(sum(errors)) / len(errors) < 0.02


def test_bands_find_most_pairs_above_one_half_and_none_below_a_quarter(pairs: list[tuple[str, str]]) -> None:
    texts = [text for pair in pairs for text in pair]
    found = resembling(signed(texts), np.arange(len(texts))).reshape(-1, 2)
    true = np.array([jaccard(*pair) for pair in pairs])
    assert (found[:, 0] == found[:, 1]).all()
    assert found[true > 0.6, 0].mean() > 0.95
    assert not found[true < 0.25].any()


def shares_a_band(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> bool:
    same = (one == other)[: BANDS * WIDTH].reshape(BANDS, WIDTH)
    return bool(same.all(axis=1).any())


@st.composite
def rows(draw: st.DrawFn) -> NDArray[np.uint8]:
    """Signatures of a few families with some places changed, and some empty ones."""
    rng = np.random.default_rng(draw(st.integers(0, 1 << 32)))
    first = rng.integers(1, 255, (draw(st.integers(1, 3)), PLACES), np.uint8)
    made = []
    for family, own in draw(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 60)), max_size=8)):
        row = first[family % len(first)].copy()
        places = rng.choice(PLACES, own, replace=False)
        row[places] = rng.integers(1, 255, own, np.uint8)
        made.append(row if own < 60 else np.zeros(PLACES, np.uint8))
    return np.array(made, np.uint8).reshape(-1, PLACES)


@settings(deadline=None)
@given(rows(), st.randoms(use_true_random=False))
def test_banding_finds_the_pairs_of_an_exhaustive_comparison(signatures: NDArray[np.uint8], random: Random) -> None:
    order = list(range(len(signatures)))
    random.shuffle(order)
    expected = [
        any(
            alike(one, other) >= ALIKE and shares_a_band(one, other)
            for place, other in enumerate(signatures)
            if place != at and one.any() and other.any()
        )
        for at, one in enumerate(signatures)
    ]
    assert resembling(signatures.ravel(), np.array(order, np.int64)).tolist() == expected


@settings(deadline=None)
@given(rows())
def test_groups_equal_those_of_the_reference(signatures: NDArray[np.uint8]) -> None:
    signed = signatures[signatures.any(axis=1)]
    found = clusters(signed.ravel()).tolist()
    for at, row in enumerate(signed):
        before = [
            other for other in range(at) if shares_a_band(row, signed[other]) and alike(row, signed[other]) >= ALIKE
        ]
        open_ = [other for other in before if alike(row, signed[found[other]]) >= RELATED]
        most = max((alike(row, signed[other]) for other in open_), default=0)
        nearest = {found[other] for other in open_ if alike(row, signed[other]) == most}
        assert found[at] in (nearest or {at})  # either group if both are equally near


def test_a_chain_of_similar_texts_is_not_one_group() -> None:
    rng = np.random.default_rng(3)
    step = [rng.integers(1, 255, PLACES, np.uint8)]
    for first in range(0, PLACES, 8):  # 56 places in common with the one before; the last and the first have none
        step.append(step[-1].copy())
        step[-1][first : first + 8] = rng.integers(1, 255, 8, np.uint8)
    firsts = clusters(np.concatenate(step))
    assert all(alike(step[at], step[first]) >= RELATED for at, first in enumerate(firsts.tolist()))
    assert len(set(firsts.tolist())) == 2


@pytest.mark.parametrize("common", [WIDTH, 9 * WIDTH, PLACES])
def test_common_bands_need_few_comparisons(monkeypatch: pytest.MonkeyPatch, common: int) -> None:
    """All share one band, nine bands, or the whole text: each is still compared with only a few."""
    rng = np.random.default_rng(5)
    signatures = rng.integers(1, 255, (150, PLACES), np.uint8)
    signatures[:, :common] = signatures[0, :common]
    compared = Counter[int]()

    def counted(rows: NDArray[np.uint8], one: int, other: int) -> int:
        compared[one] += 1
        return alike(rows[one], rows[other])

    monkeypatch.setattr(clustering, "agreement", counted)
    for kernel in ("_mark", "_join"):
        monkeypatch.setattr(clustering, kernel, getattr(clustering, kernel).py_func)
    resembling(signatures.ravel(), np.arange(len(signatures)))
    clusters(signatures.ravel())  # with each other, and with the first of the group
    assert min(BANDS, common // WIDTH) * LOOKED_BACK <= max(compared.values()) <= 3 * BANDS * LOOKED_BACK
