"""Skip entries against the tokens of the scanner."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit
from numpy.typing import NDArray

from kiosque.index.segment.skips import EVERY, skipped, skips_of
from kiosque.index.text.scanner import scan, texts_of

WORDS = st.sampled_from(["mot", "l’été", "O.N.U.", "1 000", "é" * 70, "https://exemple.fr/une/adresse"])
TEXTS = st.lists(st.lists(WORDS, max_size=120).map(" ".join), min_size=1, max_size=4)


@njit()
def found(data: NDArray[np.uint8], at: int, end: int, token: int) -> tuple[int, int]:
    return skipped(data, at, end, token)


@settings(deadline=None)
@given(texts=TEXTS, wanted=st.integers(0, 200))
def test_a_skip_points_to_the_last_token_before(texts: list[str], wanted: int) -> None:
    batch = texts_of(texts)
    tokens = scan(batch)
    data, sizes = skips_of(batch, tokens)
    ends = np.cumsum(sizes)
    for text in range(len(texts)):
        starts = tokens.starts[tokens.offsets[text] : tokens.offsets[text + 1]] - batch.offsets[text]
        token, distance = found(data, int(ends[text] - sizes[text]), int(ends[text]), wanted)
        known = min(wanted, max(len(starts) - 1, 0)) // EVERY * EVERY
        assert (token, distance) == (known, starts[known] if known else 0)
