"""Encoded posting arrays are read back unchanged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.index.invert.encoding import PlainPostings, encode_postings, variable_bytes
from kiosque.index.segment.arrays import Array, write_arrays
from kiosque.index.segment.postings import LARGE, get_number
from kiosque.index.segment.segment_data import Field, Manifest, SegmentData, write_manifest

Posting = tuple[int, float, list[int]]


def plain(texts: list[list[Posting]], values: list[list[Posting]]) -> PlainPostings:
    """Columns of postings: text terms with positions, then terms of other fields."""
    found = [posting for term in texts + values for posting in term]
    positions = [posting[2] for term in texts for posting in term]
    return PlainPostings(
        counts=np.array([len(term) for term in texts + values], np.int64),
        documents=np.array([document for document, _, _ in found], np.uint32),
        weights=np.array([weight for _, weight, _ in found], np.float64),
        position_counts=np.array([len(these) for these in positions], np.int64),
        positions=np.array([position for these in positions for position in these], np.int64),
        form_bits=np.zeros(len(positions), np.uint8),
    )


def segment(directory: Path, arrays: dict[str, Array], terms: int, texts: int) -> SegmentData:
    fields = {
        "body": Field(0, texts, positions=True, scored=False, length=0),
        "id": Field(texts, terms, positions=False, scored=False, length=0),
    }
    entries = write_arrays(directory, "MAIN_x", arrays)
    write_manifest(directory, "MAIN_x", Manifest(documents=1 << 20, fields=fields, columns={}, arrays=entries))
    return SegmentData(directory, "MAIN_x")


weights = st.one_of(st.integers(0, 300).map(float), st.floats(-2, 1e9))
positions = st.lists(st.integers(0, 1 << 27), max_size=4).map(sorted)
term = st.lists(
    st.tuples(st.integers(0, 3 << 16), weights, positions), min_size=1, max_size=80, unique_by=lambda it: it[0]
).map(sorted)


@given(st.lists(term, max_size=4), st.lists(term, max_size=3))
def test_postings_round_trip(
    tmp_path_factory: pytest.TempPathFactory, texts: list[list[Posting]], values: list[list[Posting]]
) -> None:
    encoded = encode_postings(plain(texts, values))._asdict()
    data = segment(tmp_path_factory.mktemp("segment"), encoded, len(texts) + len(values), len(texts))
    for number, postings in enumerate(texts + values):
        assert data.documents(number).tolist() == [document for document, _, _ in postings]
        assert data.weights(number).tolist() == [weight for _, weight, _ in postings]
    for number, postings in enumerate(texts):
        counts, flat = data.positions(number)
        assert counts.tolist() == [len(these) for _, _, these in postings]
        assert flat.tolist() == [position for _, _, these in postings for position in these]


def test_a_weight_other_than_the_position_count_is_stored_separately() -> None:
    """Weight 2 with one position: taken for a count, it would consume the next posting's position."""
    postings = encode_postings(plain([[(0, 2.0, [5]), (1, 1.0, [7])]], [[(0, 2.0, [])]]))
    assert postings.freqs.tolist() == [LARGE, 1, 2]
    assert postings.large_value.tolist() == [2.0]
    assert postings.positions.tolist() == [1, 5, 7]


def test_documents_with_the_same_upper_half_share_a_chunk() -> None:
    postings = encode_postings(plain([], [[(1, 1.0, []), (65535, 1.0, []), (65536, 1.0, [])], [(65537, 1.0, [])]]))
    assert postings.docs.tolist() == [1, 65535, 0, 1]
    assert postings.chunk_number.tolist() == [0, 1, 1]
    assert postings.chunk_end.tolist() == [2, 3, 4]
    assert postings.chunk_first.tolist() == [0, 2, 3]


@given(st.lists(st.integers(0, (1 << 28) - 1)))
def test_variable_bytes_round_trip_through_the_kernel(numbers: list[int]) -> None:
    encoded, begins = variable_bytes(np.array(numbers, np.int64))
    assert [get_number(encoded, int(at)) for at in begins[:-1]] == list(zip(numbers, begins[1:].tolist(), strict=True))
