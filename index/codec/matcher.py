"""The postings of one term: decoded arrays, and the Whoosh matcher that walks over them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from copy import copy
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.formats import Format
from whoosh.matching import LeafMatcher, ReadTooFar
from whoosh.reading import TermInfo
from whoosh.scoring import BaseScorer

from kiosque.index.segment.posting_formats import rebuilt_value
from kiosque.index.segment.postings import OTHER_FORMS
from kiosque.index.segment.segment_data import SegmentData


class TermPostings:
    """The postings of a term. Decodes each kind of array on first use."""

    def __init__(self, data: SegmentData, field: str, number: int) -> None:
        self.data, self.field, self.number = data, field, number
        self.begin, self.end = data.posting_range(number)

    @cached_property
    def documents(self) -> NDArray[np.uint32]:
        """The documents, ascending."""
        return self.data.documents(self.number)

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """The weight in each document."""
        return self.data.weights(self.number)

    @cached_property
    def lengths(self) -> NDArray[Any]:
        """The length of the field in each document; empty where it is not kept."""
        lengths = self.data.lengths(self.field)
        return lengths[self.documents] if len(lengths) else lengths

    @property
    def has_positions(self) -> bool:
        """Whether the segment keeps positions for the term."""
        return self.data.manifest.fields[self.field].positions

    def positions(self, at: int) -> list[int]:
        """The positions in the document of the posting `at`, ascending."""
        bounds, flat = self._positions
        return list(flat[bounds[at] : bounds[at + 1]].tolist())

    @cached_property
    def _positions(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        counts, flat = self.data.positions(self.number)
        return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)]), flat

    def forms(self, at: int) -> list[str]:
        """The possible forms of the posting `at`, sorted: those from the eighth on cannot be told apart."""
        bits = int(self.data["form_bits"][self.begin + at])
        found = {form for place, form in enumerate(self._forms) if bits >> min(place, OTHER_FORMS) & 1}
        return sorted(found)  # a set: a merged segment may name a form twice

    @cached_property
    def _forms(self) -> list[str]:
        return self.data.forms_of(self.number)

    def value(self, at: int, format_: Format) -> bytes:
        """The value bytes of the posting `at`: kept ones, or rebuilt from its arrays."""
        kept = self.data.kept_value(self.field, self.begin + at)
        if kept is not None:
            return kept
        if not self.has_positions:
            return rebuilt_value(format_, float(self.weights[at]), (), ())
        return rebuilt_value(format_, float(self.weights[at]), self.positions(at), self.forms(at))


class LazyTermInfo(TermInfo):  # type: ignore[misc]
    """Whoosh's figures of a term. Only the document frequency is ready; the others are computed on first use.

    The attributes are those that Whoosh's `combine_terminfos` changes (`_minid += offset`).
    """

    def __init__(self, postings: TermPostings) -> None:
        self._postings = postings
        self._df = postings.end - postings.begin

    @cached_property
    def _weight(self) -> float:
        return float(self._postings.weights.sum())

    @cached_property
    def _maxweight(self) -> float:
        return float(self._postings.weights.max())

    @cached_property
    def _minlength(self) -> int:
        return int(self._postings.lengths.min()) if len(self._postings.lengths) else 0

    @cached_property
    def _maxlength(self) -> int:
        return int(self._postings.lengths.max(initial=0))

    @cached_property
    def _minid(self) -> int:
        return int(self._postings.documents[0])

    @cached_property
    def _maxid(self) -> int:
        return int(self._postings.documents[-1])


class TermMatcher(LeafMatcher):  # type: ignore[misc]
    """Iterates over the postings of a term, which are one block.

    It never replaces itself by a null matcher for lack of quality: Whoosh's wrapper of a boosted term calls `replace`
    with a quality that it has not divided by the boost.
    """

    def __init__(
        self, postings: TermPostings, term: tuple[str, bytes], format_: Format, scorer: BaseScorer | None
    ) -> None:
        self.format, self.scorer, self._term = format_, scorer, term
        self._postings, self._info = postings, LazyTermInfo(postings)
        self._documents = postings.documents.data  # a memoryview gives Python ints, an array does not
        self._at, self._count = 0, len(self._documents)

    def is_active(self) -> bool:
        """Whether a posting is left."""
        return self._at < self._count

    def reset(self) -> None:
        """Back to the first posting."""
        self._at = 0

    def copy(self) -> TermMatcher:
        """Another matcher at the same posting, over the same arrays."""
        return copy(self)

    def id(self) -> int:
        """The document."""
        return self._documents[self._at]

    def all_ids(self) -> Iterator[int]:
        """The documents from here on."""
        return iter(self._documents[self._at :])

    def next(self) -> bool:
        """To the next posting; False, as Whoosh wants it, says that the block is the same."""
        self._at += 1
        return False

    def skip_to(self, id: int) -> None:
        """To the first posting whose document is not before `id`."""
        if not self.is_active():
            raise ReadTooFar
        step = 1  # gallop: a conjunction mostly looks nearby
        while self._at + step < self._count and self._documents[self._at + step] < id:
            step *= 2
        self._at = bisect_left(self._documents, id, self._at + step // 2, min(self._at + step, self._count))

    def weight(self) -> float:
        """The weight in this document."""
        return self._weights[self._at]

    @cached_property
    def _weights(self) -> memoryview:
        return self._postings.weights.data

    def value(self) -> bytes:
        """The value bytes, in the field's format."""
        return self._postings.value(self._at, self.format)

    def value_as(self, astype: str) -> Any:
        """The value decoded, as "positions" for example."""
        if astype == "positions" and self._postings.has_positions:
            return self._postings.positions(self._at)
        return super().value_as(astype)

    def supports_block_quality(self) -> bool:
        """Whether the scorer can bound the score of all postings."""
        return self.scorer is not None and bool(self.scorer.supports_block_quality())

    def skip_to_quality(self, minquality: float) -> int:
        """To the end if no posting can beat `minquality`; returns the number of blocks passed."""
        if self.block_quality() > minquality:
            return 0
        self._at = self._count
        return 1

    def block_min_id(self) -> int:
        """The first document."""
        return self._info.min_id()  # type: ignore[no-any-return]

    def block_max_id(self) -> int:
        """The last document."""
        return self._info.max_id()  # type: ignore[no-any-return]

    def block_min_length(self) -> int:
        """The length of the shortest field that has the term."""
        return self._info.min_length()  # type: ignore[no-any-return]

    def block_max_length(self) -> int:
        """The length of the longest field that has the term."""
        return self._info.max_length()  # type: ignore[no-any-return]

    def block_max_weight(self) -> float:
        """The highest weight."""
        return self._info.max_weight()  # type: ignore[no-any-return]
