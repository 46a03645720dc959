"""Some articles that have the words typed so far, and what else stands in them. Bounded, however many there are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numba import njit
from numpy.typing import NDArray

from kiosque.index.segment.postings import CHUNK_BITS
from kiosque.index.segment.segment_data import SegmentData

LOOKED_AT = 4096
"""Articles of the rarest word that are asked for the others."""

KEPT = 256
"""Articles in which completions are counted."""

Documents = NDArray[np.int64]


class Context:
    """Articles of one segment that have each of some words in their body; a word is its terms."""

    def __init__(self, data: SegmentData, words: Sequence[Sequence[str]]) -> None:
        self._data = data
        numbers = sorted((self._numbers(terms) for terms in words), key=self._size)
        self._documents = self._of(numbers[0]) if numbers and all(numbers) else np.empty(0, np.int64)
        for others in numbers[1:]:
            self._documents = self._documents[self._present(others)]
        self._documents = _spread(self._documents, KEPT)

    def __len__(self) -> int:
        return len(self._documents)

    def count(self, term: str) -> int:
        """How many of them have the term."""
        return int(np.count_nonzero(self._present(self._numbers([term]))))

    def _numbers(self, terms: Sequence[str]) -> list[int]:
        numbers = (self._data.term_number("body", term.encode()) for term in terms)
        return [number for number in numbers if number >= 0]

    def _size(self, numbers: list[int]) -> int:
        return sum(self._data.document_frequency(number) for number in numbers)

    def _of(self, numbers: list[int]) -> Documents:
        """Documents of any of these terms, ascending, each once."""
        found = [self._data.documents(number).astype(np.int64) for number in numbers]
        return _spread(found[0] if len(found) == 1 else np.unique(np.concatenate(found)), LOOKED_AT)

    def _present(self, numbers: list[int]) -> NDArray[np.bool_]:
        """Which of the documents have any of these terms."""
        data, present = self._data, np.zeros(len(self._documents), np.bool_)
        for number in numbers:
            chunk, stop = (int(data["chunk_first"][number + more]) for more in (0, 1))
            arrays = data["chunk_number"], data["chunk_end"], data["docs"]
            _mark_present(self._documents, chunk, stop, *arrays, present)
        return present


def _spread(documents: Documents, most: int) -> Documents:
    """At most `most` of them, evenly spread: the first ones are all of one source or one time."""
    if len(documents) <= most:
        return documents
    return documents[np.arange(most) * len(documents) // most]


@njit(nogil=True, cache=True)
def _mark_present(
    documents: NDArray[np.int64],
    chunk: int,
    stop: int,
    chunk_number: NDArray[np.uint16],
    chunk_end: NDArray[np.uint32],
    docs: NDArray[np.uint16],
    present: NDArray[np.bool_],
) -> None:
    """Sets `present` for those of `documents`, ascending, that a term has; its chunks are from `chunk` to `stop`."""
    for at, document in enumerate(documents):
        while chunk < stop and chunk_number[chunk] < document >> CHUNK_BITS:
            chunk += 1
        if chunk == stop:
            break
        if chunk_number[chunk] != document >> CHUNK_BITS:
            continue
        low, high = np.int64(chunk_end[chunk - 1]) if chunk > 0 else np.int64(0), np.int64(chunk_end[chunk])
        end, wanted = high, document & 0xFFFF
        while low < high:
            middle = (low + high) >> 1
            if docs[middle] < wanted:
                low = middle + 1
            else:
                high = middle
        if low < end and docs[low] == wanted:
            present[at] = True
