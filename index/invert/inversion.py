"""Inverts the tokens of documents: columns of term numbers in, posting lists out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kiosque.index.segment.postings import POSITION_BLOCK, Postings, count_terms, encode, scatter
from kiosque.index.text.scanner import Bytes

LONGEST_NUMBER = 4
"""Bytes of a position: a document has fewer than 2**28 tokens."""


class Column(NamedTuple):
    """One field of some documents, before it is inverted.

    numbers: int32, one a token; offsets: int64, where the tokens of each document begin (one more than documents);
    rank: int32 by number, the place of its term among the field's sorted terms (-1 where no token has it);
    bit: uint8 by number, the bit of its form; positions: whether the field keeps them.
    """

    numbers: NDArray[np.int32]
    offsets: NDArray[np.int64]
    rank: NDArray[np.int32]
    bit: Bytes
    positions: bool


def invert(columns: Sequence[Column]) -> Postings:
    """The posting lists of these fields, one after the other; fields with positions come first."""
    terms = sum(int(column.rank.max(initial=-1)) + 1 for column in columns)
    tokens = sum(len(column.numbers) for column in columns)
    positioned = sum(len(column.numbers) for column in columns if column.positions)
    documents = max(len(column.offsets) - 1 for column in columns)
    chunks = min(tokens, terms * (documents // 65536 + 1))
    arrays = _empty(terms, chunks, tokens, positioned)
    at, text_postings = np.zeros(5, np.int64), 0
    for column in columns:
        _add(column, arrays, at)
        text_postings = int(at[2]) if column.positions else text_postings
    return _cut(arrays, at, text_postings)


def _cut(arrays: Postings, at: NDArray[np.int64], text_postings: int) -> Postings:
    _, chunks, postings, position_bytes, large = at.tolist()
    blocks = -(-text_postings // POSITION_BLOCK)
    lengths = (None, chunks, chunks, postings, postings, text_postings, position_bytes, blocks, large, large)
    filled: list[Any] = list(arrays)
    cut = [array[:length] for array, length in zip(filled, lengths, strict=True)]
    return Postings(*cut)


def _add(column: Column, arrays: Postings, at: NDArray[np.int64]) -> None:
    bounds = np.zeros(int(column.rank.max(initial=-1)) + 2, np.int64)
    count_terms(column.numbers, column.rank, bounds)
    np.cumsum(bounds, out=bounds)
    tokens = np.empty(len(column.numbers), np.int64)
    scatter(column.numbers, column.offsets, column.rank, column.bit, bounds[:-1].copy(), tokens)
    encode(tokens, bounds, column.positions, *arrays, at)


def _empty(terms: int, chunks: int, tokens: int, positioned: int) -> Postings:
    """Room for the largest result; untouched pages cost nothing."""
    return Postings(
        chunk_first=np.zeros(terms + 1, np.uint32),
        chunk_number=np.empty(chunks, np.uint16),
        chunk_end=np.empty(chunks, np.uint32),
        docs=np.empty(tokens, np.uint16),
        freqs=np.empty(tokens, np.uint8),
        form_bits=np.empty(positioned, np.uint8),
        positions=np.empty(positioned * LONGEST_NUMBER, np.uint8),
        position_blocks=np.empty(positioned // POSITION_BLOCK + 1, np.uint64),
        large_at=np.empty(tokens // 255 + 1, np.uint32),
        large_value=np.empty(tokens // 255 + 1, np.float64),
    )
