"""A commit opened for searching: its segments, with the arrays that the kernels need."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from whoosh.reading import IndexReader
from whoosh.searching import Searcher

from kiosque.corpus.article import Article, Place
from kiosque.index.care.stats import Stats, stats_of
from kiosque.index.codec.whoosh_codec import segment_data
from kiosque.index.commit.copies import kept_places
from kiosque.index.commit.reports import Summary
from kiosque.index.segment.schema import TEXTS, Card, article_of, card_of
from kiosque.index.segment.segment_data import SegmentData
from kiosque.index.text.scanner import Bytes
from kiosque.search.execute.index_statistics import IndexStatistics
from kiosque.search.execute.kernels import COPY, DELETED, OK, WANTED
from kiosque.search.execute.live_searcher import LiveBM25F, LiveSearcher
from kiosque.search.execute.near_duplicates import CopyGroups
from kiosque.search.leaves.filters import UNDATED, Values
from kiosque.search.ranking import RANKING, Ranking
from kiosque.search.stored_articles import Records

LAST_DAY = float(1 << 30)
"""Later than every day."""


@dataclass(eq=False)
class View:
    """One segment of a snapshot.

    base: the number of its first document in the snapshot. flags: see `kernels.FilterTables`. averages: the mean length
    of each text field in the snapshot. places: of each facet's column, the place of each of its values among the
    snapshot's. all_dates: the snapshot's dates.
    """

    data: SegmentData
    base: int
    flags: Bytes
    averages: dict[str, float]
    ranking: Ranking
    places: dict[str, NDArray[np.int64]]
    all_dates: Values

    @cached_property
    def norms(self) -> NDArray[np.float32]:
        """BM25's norms, float32 of shape (text fields, documents); made at the first search."""
        return np.stack([_norms(self.data, name, average, self.ranking) for name, average in self.averages.items()])

    @cached_property
    def store(self) -> Records:
        """Its stored articles."""
        return Records(self.data)

    def skips(self, document: int) -> bytes | memoryview:
        """Where tokens of a document's body begin (see `index.segment.skips`); empty where the segment has no skips."""
        bounds = self.data["skips.body.bounds"]
        if not len(bounds):
            return b""
        first, last = bounds[document : document + 2].tolist()
        return self.data["skips.body"].data[first:last]

    @cached_property
    def longest(self) -> int:
        """The length of its longest text, in tokens."""
        return max((int(self.data.lengths(name).max(initial=0)) for name in TEXTS), default=0)

    @cached_property
    def passing(self) -> tuple[Bytes, ...]:
        """Tables of FilterTables that pass every value."""
        return tuple(np.full(len(place), OK | WANTED, np.uint8) for place in self.places.values())

    @cached_property
    def columns(self) -> tuple[NDArray[np.uint32], ...]:
        """The ordinals of each facet's column, by document."""
        return tuple(self.data[f"column.{name}"] for name in self.places)

    def date_keys(self, oldest: bool) -> NDArray[np.float64]:
        """The sort key of each date by its ordinal: larger for later dates, or for earlier ones with `oldest`.

        Without a date it is the smallest in both orders.
        """
        return self._oldest_first if oldest else self._newest_first

    @cached_property
    def _oldest_first(self) -> NDArray[np.float64]:
        first = self.all_dates.first[self.places["date"]]
        return np.where(first == UNDATED, -LAST_DAY, -first.astype(np.float64))

    @cached_property
    def _newest_first(self) -> NDArray[np.float64]:
        return self.all_dates.last[self.places["date"]].astype(np.float64)

    @cached_property
    def deleted(self) -> NDArray[np.bool_]:
        """For each document whether it is deleted; empty where none is."""
        return (self.flags & DELETED) > 0

    def is_deleted(self, document: int) -> bool:
        """Whether the document is deleted."""
        return bool(len(self.flags)) and bool(self.flags[document] & DELETED)

    @property
    def documents(self) -> int:
        """How many documents it has, deleted ones included."""
        return self.data.manifest.documents


class Snapshot(IndexStatistics):
    """A commit opened by Whoosh's reader, which is kept for the queries that no kernel runs.

    views: its segments. reading: the report of the run that read its articles, if there is one.
    """

    def __init__(self, reader: IndexReader, ranking: Ranking = RANKING, reading: Summary | None = None) -> None:
        leaves = [leaf for leaf, _ in reader.leaf_readers()]
        opened = [segment_data(leaf) for leaf in leaves]
        super().__init__(opened, ranking)
        self.reader, self.reading = reader, reading
        averages = {name: self._average(opened, name) for name in TEXTS}
        self.views: list[View] = []
        for leaf, data in zip(leaves, opened, strict=True):
            base = self.views[-1].base + self.views[-1].documents if self.views else 0
            self.views.append(self._view(data, leaf.segment().deletions(), base, averages))
        self._bases = [view.base for view in self.views]

    def _average(self, opened: list[SegmentData], name: str) -> float:
        """Whoosh's average length: over all documents that are not deleted, with those without the field."""
        lengths = sum(data.live_length(name) for data in opened)
        return lengths / (self.documents or 1) or 1.0

    def _view(self, data: SegmentData, deleted: NDArray[np.bool_], base: int, averages: dict[str, float]) -> View:
        flags = deleted * np.uint8(DELETED)
        flags[data["copies.documents"]] |= np.uint8(COPY)
        flags = flags if flags.any() else flags[:0]
        places = {name: _places(data, name, values) for name, values in self.values.items()}
        return View(data, base, flags, averages, self.ranking, places, self.dates)

    @cached_property
    def searcher(self) -> Searcher:
        """Whoosh's searcher over it."""
        return LiveSearcher(self.reader, weighting=LiveBM25F(B=self.ranking.b, K1=self.ranking.k1))

    @cached_property
    def copies(self) -> CopyGroups:
        """Its groups of near copies."""
        return CopyGroups([(view.base, view.data) for view in self.views], sum(view.documents for view in self.views))

    def places(self, document: int) -> list[Place]:
        """Where exact copies of a document were found, which are not kept."""
        view = self.views[self.segment_of(document)]
        kept = view.data["copies.kept"]
        row = int(np.searchsorted(kept, document - view.base))
        return kept_places(view.data, row) if row < len(kept) and kept[row] == document - view.base else []

    def is_deleted(self, document: int) -> bool:
        """Whether the document is deleted."""
        view = self.views[self.segment_of(document)]
        return view.is_deleted(document - view.base)

    def source(self, document: int) -> str:
        """The source of a document, "" where it has none."""
        view = self.views[self.segment_of(document)]
        return self.sources.texts[int(view.places["source"][view.data["column.source"][document - view.base]])]

    @cached_property
    def stats(self) -> Stats:
        """What it holds."""
        return stats_of(self.reader)

    def segment_of(self, document: int) -> int:
        """The place of a document's segment in `views`."""
        return bisect_right(self._bases, document) - 1

    def article(self, document: int) -> Article:
        """The article of a document number of the snapshot."""
        return article_of(self._record(document))

    def skips(self, document: int) -> bytes | memoryview:
        """See View.skips."""
        view = self.views[self.segment_of(document)]
        return view.skips(document - view.base)

    def card(self, document: int) -> Card:
        """The card of a document number of the snapshot."""
        return card_of(self._record(document))

    def _record(self, document: int) -> bytes:
        view = self.views[self.segment_of(document)]
        return view.store[document - view.base]

    def number_of(self, id: str) -> int | None:
        """The document number of an article's id."""
        for view in self.views:
            term = view.data.term_number("id", id.encode())
            for number in view.data.documents(term).tolist() if term >= 0 else ():
                if not view.is_deleted(number):
                    return int(view.base + number)
        return None


def _norms(data: SegmentData, name: str, average: float, ranking: Ranking) -> NDArray[np.float32]:
    """k1 * (1 - b + b * length / average) by document, float32."""
    k1, b = ranking.k1, ranking.b
    lengths = data.lengths(name)
    if not len(lengths):
        return np.full(data.manifest.documents, k1 * (1 - b), np.float32)
    norms = lengths.astype(np.float32)
    norms *= np.float32(k1 * b / average)
    norms += np.float32(k1 * (1 - b))
    return norms


def _places(data: SegmentData, name: str, values: Values) -> NDArray[np.int64]:
    """The place of each value; 0 for one that only deleted documents have, which nobody reads."""
    place = {text: number for number, text in enumerate(values.texts)}
    return np.array([place.get(text, 0) for text in data.column_values(name)], np.int64)
