"""Runs a query tree over a snapshot: every match once, counted for the facets, the best kept in a stable order."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, compress, groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.query import Phrase, Query, Term
from whoosh.searching import Searcher

from kiosque.index.segment.schema import TEXTS
from kiosque.index.segment.segment_data import SegmentData
from kiosque.index.text.scanner import Bytes
from kiosque.search.deadline import check
from kiosque.search.execute.kernels import (
    CHUNK,
    NEWEST,
    OK,
    OLDEST,
    RELEVANCE,
    WANTED,
    Counts,
    FilterTables,
    Leaves,
    ScoredDocs,
    Scratch,
    TopDocs,
    phrase,
    run,
    scratch,
)
from kiosque.search.execute.plan import Plan, plan
from kiosque.search.execute.search_result import Filters as Filters  # exported with execute
from kiosque.search.execute.search_result import SearchResult
from kiosque.search.execute.snapshot import Snapshot, View
from kiosque.search.execute.terms import Terms
from kiosque.search.giving_way import spend
from kiosque.search.leaves.filters import ColumnFilter, Values
from kiosque.search.leaves.leaf import Documents, Key, Weights
from kiosque.search.leaves.nodes import add_matches, most_documents, term_keys
from kiosque.search.model import Sort

SORTS = {"relevance": RELEVANCE, "newest": NEWEST, "oldest": OLDEST}
SPARE = 10
"""Extra matches to fetch, so that a page that drops a few copies needs no second run."""

NORM_ROWS = {name: row for row, name in enumerate(TEXTS)}

AT_ONCE = 256
"""Posting lists times chunks per call of a kernel; the deadline is checked between calls, every 0.1 s at least."""

USUAL = 3
"""Postings per document of the index that a query may read at no cost to its turn: some frequent words."""

PHRASED = 64
"""The cost of a posting list of a phrase, whose positions are read, in lists of a word."""

_local = threading.local()


def _scratch() -> Scratch:
    """The thread's buffers for a chunk."""
    if not hasattr(_local, "scratch"):
        _local.scratch = scratch()
    return _local.scratch  # type: ignore[no-any-return]


def execute(
    snapshot: Snapshot, tree: Query, filters: Filters, sort: Sort, best: int, *, grouped: bool = False
) -> SearchResult:
    """The first `best` matches in the order of `sort`, the exact total and the counts of the facets.

    If `grouped`, only the match published first represents its group of near copies.
    """
    execution = _Execution(snapshot, plan(tree), Terms(snapshot, tree), filters, sort)
    spend(execution.postings() - USUAL * snapshot.documents)
    return _regrouped(execution, snapshot, best) if grouped and snapshot.copies else execution.result(best)


def _regrouped(execution: _Execution, snapshot: Snapshot, best: int) -> SearchResult:
    """Fetches SPARE more than asked for, and again more if too many of them are copies."""
    room = best + SPARE
    while True:
        result = execution.result(room)
        rows = _without_copies(snapshot, result) if len(result.copies) else result.best
        if len(rows) >= min(best, result.total - result.regrouped):
            result.best = rows[:best]
            return result
        room = min(4 * room, best + result.regrouped)


def _without_copies(snapshot: Snapshot, result: SearchResult) -> list[tuple[int, float]]:
    """The best without the copies that another match represents; counts those as regrouped."""
    firsts = snapshot.copies.firsts(result.copies)
    result.regrouped = len(result.copies) - len(firsts)
    shown = snapshot.copies.shown(np.array([document for document, _ in result.best], np.int64), firsts)
    return list(compress(result.best, shown.tolist()))


class _Execution:
    """A plan run over the segments of a snapshot."""

    def __init__(self, snapshot: Snapshot, asked: Plan, terms: Terms, filters: Filters, sort: Sort) -> None:
        self._snapshot, self._terms, self._sort = snapshot, terms, sort
        self._plan = asked._replace(groups=tuple(sorted(asked.groups, key=self._size))) if asked.groups[1:] else asked
        self._tables = [self._table(name, filters.of(name), values) for name, values in snapshot.values.items()]

    def _size(self, group: Sequence[Query]) -> int:
        """The most documents that a group can have; the smallest group runs first, so that candidates are few."""
        frequency, documents = self._terms.frequency, self._snapshot.documents
        return sum(most_documents(leaf, frequency, documents) for leaf in group)

    def postings(self) -> int:
        """Estimates how many postings are read: of each list no more than the smallest group has documents, as those
        are looked up in the others."""
        groups, documents = self._plan.groups, self._snapshot.documents
        candidates = min(map(self._size, groups)) if groups[1:] else documents
        leaves = chain(*groups, self._plan.excluded)
        return sum(min(self._size([leaf]), candidates) for leaf in leaves)

    def _table(self, column: str, selected: ColumnFilter | None, values: Values) -> Bytes | None:
        """A table of FilterTables, by the value's place in `values`; None if every value passes."""
        asked = [(query, passing) for query, passing in self._plan.filters if query.column == column]
        if not asked and selected is None:
            return None
        table = np.full(len(values.texts), OK | WANTED, np.uint8)
        for query, passing in asked:
            table[query.passes(values) != passing] &= WANTED
        if selected is not None:
            table[~selected.passes(values)] &= OK
        return table

    def result(self, room: int) -> SearchResult:
        """The result over all segments; `room` is how many matches to keep."""
        snapshot = self._snapshot
        counts = {name: np.zeros(len(values.texts), np.int64) for name, values in snapshot.values.items()}
        result = SearchResult(0, 0, [], counts, self._terms, NO_COPIES)
        heaps = [self._segment(view, min(room, view.documents), result) for view in snapshot.views]
        result.best = _merged(snapshot, heaps)[:room]
        return result

    def _segment(self, view: View, room: int, result: SearchResult) -> list[_Ranked]:
        best = TopDocs(np.empty(room), np.empty(room), np.empty(room, np.int64), np.empty(room, np.int64))
        places, values = view.places.values(), self._snapshot.values.values()
        only = all(len(place) == len(known.texts) for place, known in zip(places, values, strict=True))
        only &= len(self._snapshot.views) == 1  # its values are the snapshot's: count in place
        counts = tuple(result.counts.values()) if only else _no_counts(view)
        copies = np.empty(len(view.data["copies.documents"]), np.uint32)
        total, unfiltered, size, noted = self._run(view, best, counts, NO_DOCS, copies)
        if noted:
            result.copies = np.concatenate([result.copies, copies[:noted] + np.int64(view.base)])
        result.total += total
        result.unfiltered_total += unfiltered
        if not only:
            for (name, place), own in zip(view.places.items(), counts, strict=True):
                np.add.at(result.counts[name], place, own)
        by_score = self._sort == "relevance"
        return [
            _Ranked(-first, -second, -third, first if by_score else second, view.base + doc)
            for first, second, third, doc in zip(*(keys[:size].tolist() for keys in best), strict=True)
        ]

    def matches(self, view: View) -> ScoredDocs:
        """Every match in one segment, ascending, with its score."""
        room = view.documents
        found = ScoredDocs(np.empty(room, np.uint32), np.empty(room, np.float32))
        nothing = np.empty(0)
        none = np.empty(0, np.int64)
        total, *_ = self._run(view, TopDocs(nothing, nothing, none, none), _no_counts(view), found, NO_DOCS.docs)
        order = np.argsort(found.docs[:total])
        return ScoredDocs(found.docs[order], found.scores[order])

    def _run(
        self,
        view: View,
        best: TopDocs,
        counts: Counts,
        found: ScoredDocs,
        copies: NDArray[np.uint32],
    ) -> tuple[int, int, int, int]:
        leaves, lists = self._leaves(view)
        filters, keys, so_far = self._filter_tables(view), view.date_keys(self._sort == "oldest"), (0, 0, 0, 0)
        for chunks in _steps(0, -(-view.documents // CHUNK), leaves.rows.shape[1]):
            so_far = run(
                view.data.postings, leaves, lists, len(self._plan.groups), self._plan.base, view.documents, view.norms,
                filters, _scratch(), SORTS[self._sort], keys, view.data["column.date"],
                view.data["id_rank"], best, counts, found, copies,
                *chunks, *so_far,
            )  # fmt: skip
        total, unfiltered, size, noted = so_far
        return int(total), int(unfiltered), int(size), int(noted)

    def _filter_tables(self, view: View) -> FilterTables:
        tables = tuple(
            passing if table is None else table[place]
            for table, place, passing in zip(self._tables, view.places.values(), view.passing, strict=True)
        )
        filtering = any(table is not None for table in self._tables)
        return FilterTables(view.flags, view.columns, tables, filtering)

    def _leaves(self, view: View) -> tuple[Leaves, ScoredDocs]:
        """The plan's leaves in one segment, excluded ones first."""
        rows = _Rows(self._snapshot, view, self._terms)
        for group, alternatives in enumerate((self._plan.excluded, *self._plan.groups), start=-1):
            rows.group = group
            for leaf in alternatives:
                check()
                add_matches(leaf, rows)
        return rows.packed()


def _steps(first: int, last: int, lists: int) -> Iterator[tuple[int, int]]:
    """Splits the chunks first..last into runs of about AT_ONCE list-chunks. Raises QueryTimeout."""
    step = max(1, AT_ONCE // max(lists, 1))
    for start in range(first, last, step):
        check()
        yield start, min(start + step, last)


def _no_counts(view: View) -> Counts:
    """Zero counts of a segment's facets."""
    return tuple(np.zeros(len(place), np.int64) for place in view.places.values())


class _Ranked(NamedTuple):
    """A match by its keys; smaller is better. The third key orders within a segment only."""

    first: float
    second: float
    third: int
    score: float
    document: int


def _merged(snapshot: Snapshot, heaps: list[list[_Ranked]]) -> list[tuple[int, float]]:
    """The best of all segments in order. Ties across segments are broken by id, which is read from the article."""
    ranked = sorted(match for heap in heaps for match in heap)
    if len(heaps) > 1:
        ties = groupby(ranked, key=lambda match: match[:2])
        ranked = [match for _, tied in ties for match in _by_id(snapshot, list(tied))]
    return [(match.document, match.score) for match in ranked]


def _by_id(snapshot: Snapshot, tied: list[_Ranked]) -> list[_Ranked]:
    if len(tied) == 1:
        return tied
    return sorted(tied, key=lambda match: snapshot.article(match.document).id)


class _Rows:
    """Collects the leaves of one segment: a SegmentRun. Added leaves belong to `group`."""

    group = 0

    def __init__(self, snapshot: Snapshot, view: View, terms: Terms) -> None:
        self.data = view.data
        self._snapshot, self._view, self._segment = snapshot, view, snapshot.views.index(view)
        self._terms, self._places = terms, terms.places[self._segment]
        self._rows: list[tuple[int, int, int, int, int, int, int]] = []
        self._weights: list[tuple[float, float]] = []
        self._lists: list[ScoredDocs] = []
        self._listed = 0

    def add_term(self, leaf: Term, lifted: Callable[[SegmentData, int], int] | None = None, bonus: float = 0.0) -> None:
        """See SegmentRun."""
        key = (leaf.fieldname, leaf.text)
        place = self._places[key]
        if place.chunk_end:
            bits = lifted(self.data, place.number) if lifted else 0
            weight = leaf.boost * self._terms.weight(key)
            self._rows.append((self.group, place.chunk, place.chunk_end, 0, 0, NORM_ROWS[leaf.fieldname], bits))
            self._weights.append((weight, weight * (1 + bonus)))

    def add_phrase(self, leaf: Phrase) -> None:
        """See SegmentRun."""
        self._add_list(self._phrase(leaf))

    def add_documents(self, documents: Documents, weights: Weights, keys: list[Key], boost: float) -> None:
        """See SegmentRun."""
        if not keys:
            return self._add_list(ScoredDocs(documents, np.zeros(len(documents), np.float32)))
        [row] = {NORM_ROWS[name] for name, _ in keys}
        weight = boost * min(map(self._terms.weight, keys))  # that of the most frequent
        norms = self._view.norms[row][documents]
        self._add_list(ScoredDocs(documents, (weight * weights / (weights + norms)).astype(np.float32)))

    def add_tree(self, node: Query) -> None:
        """See SegmentRun. Whoosh's matchers are slower, and never wrong."""
        asked = plan(node)
        if asked == Plan(groups=((node,),)):
            self._add_list(_whoosh_matches(self._snapshot.searcher, self._segment, node))
        else:
            execution = _Execution(self._snapshot, asked, self._terms, Filters(), "relevance")
            self._add_list(execution.matches(self._view))

    def _add_list(self, matches: ScoredDocs) -> None:
        end = self._listed + len(matches.docs)
        self._rows.append((self.group, 0, 0, self._listed, end, 0, 0))
        self._weights.append((0.0, 0.0))
        self._lists.append(matches)
        self._listed = end

    def _phrase(self, leaf: Phrase) -> ScoredDocs:
        keys, data = term_keys(leaf), self.data
        places = [self._places[key] for key in keys]
        if not all(place.chunk_end for place in places):
            return NO_DOCS
        chunks, ends = np.array([(place.chunk, place.chunk_end) for place in places], np.int64).T.copy()
        weights = np.array([leaf.boost * self._terms.weight(key) for key in keys])
        room = min(place.postings for place in places)
        found = ScoredDocs(np.empty(room, np.uint32), np.empty(room, np.float32))
        positions, norms = np.empty((2, self._view.longest), np.int64), self._view.norms[NORM_ROWS[leaf.fieldname]]
        rarest, count = min(range(len(places)), key=lambda at: places[at].postings), 0
        for part in _steps(int(chunks[rarest]), int(ends[rarest]), len(places) * PHRASED):
            chunks[rarest], ends[rarest] = part
            docs, scores = found.docs[count:], found.scores[count:]
            count += phrase(data.postings, chunks, ends, weights, norms, leaf.slop, positions, docs, scores)
        return ScoredDocs(found.docs[:count], found.scores[:count])

    def packed(self) -> tuple[Leaves, ScoredDocs]:
        """The arrays for the kernels."""
        rows = np.array(self._rows, np.int64).reshape(-1, 7).T.copy()
        weights = np.array(self._weights, np.float64).reshape(-1, 2).T.copy()
        lists = ScoredDocs(*map(np.concatenate, zip(*self._lists, strict=True))) if self._lists else NO_DOCS
        return Leaves(rows, weights), lists


def _whoosh_matches(searcher: Searcher, segment: int, leaf: Query) -> ScoredDocs:
    """The matches of Whoosh's own matcher in one segment."""
    leaf_searcher, _ = searcher.leaf_searchers()[segment]
    matcher = leaf.matcher(leaf_searcher, searcher.context(needs_current=True))
    docs, scores = [], []
    while matcher.is_active():
        check()
        docs.append(matcher.id())
        scores.append(matcher.score())
        matcher.next()
    return ScoredDocs(np.array(docs, np.uint32), np.array(scores, np.float32))


NO_DOCS = ScoredDocs(np.empty(0, np.uint32), np.empty(0, np.float32))
NO_COPIES = np.empty(0, np.int64)
