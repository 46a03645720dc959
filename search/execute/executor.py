"""Runs a query tree over a snapshot: every match once, counted for the facets, the best kept in a stable order."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import compress, groupby
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
    Best,
    Counts,
    Leaves,
    Lists,
    Scratch,
    Sieve,
    phrase,
    run,
    scratch,
)
from kiosque.search.execute.plan import Plan, plan
from kiosque.search.execute.search_result import Filters as Filters  # whoever executes knows both by this module's name
from kiosque.search.execute.search_result import SearchResult
from kiosque.search.execute.snapshot import Snapshot, View
from kiosque.search.execute.terms import Terms
from kiosque.search.leaves.filters import ColumnFilter, Values
from kiosque.search.leaves.leaf import Documents, Key, Weights
from kiosque.search.leaves.nodes import add_matches, most_documents, term_keys
from kiosque.search.model import Sort

SORTS = {"relevance": RELEVANCE, "newest": NEWEST, "oldest": OLDEST}
SPARE = 10
"""Matches beyond those that are asked for, so that a page with some copies need not be searched for twice."""

NORM_ROWS = {name: row for row, name in enumerate(TEXTS)}

AT_ONCE = 256
"""Posting lists times chunks that a kernel walks before the clock is looked at: a tenth of a second at most."""

PHRASED = 64
"""What a list of a phrase costs beside one of a word: its positions are read."""


_local = threading.local()


def _scratch() -> Scratch:
    """The thread's own room for a chunk."""
    if not hasattr(_local, "scratch"):
        _local.scratch = scratch()
    return _local.scratch  # type: ignore[no-any-return]


def execute(
    snapshot: Snapshot, tree: Query, filters: Filters, sort: Sort, best: int, *, grouped: bool = False
) -> SearchResult:
    """The `best` first matches in the order of `sort`, the exact total and the counts of the facets.

    Where they are `grouped`, of the near copies that match only the one that was published first is among the best.
    """
    execution = _Execution(snapshot, plan(tree), Terms(snapshot, tree), filters, sort)
    return _regrouped(execution, snapshot, best) if grouped and snapshot.copies else execution.outcome(best)


def _regrouped(execution: _Execution, snapshot: Snapshot, best: int) -> SearchResult:
    """Some more than the best are asked for, and again more where too many of those are left out."""
    room = best + SPARE
    while True:
        outcome = execution.outcome(room)
        rows = _without_copies(snapshot, outcome) if len(outcome.copies) else outcome.best
        if len(rows) >= min(best, outcome.total - outcome.regrouped):
            outcome.best = rows[:best]
            return outcome
        room = min(4 * room, best + outcome.regrouped)


def _without_copies(snapshot: Snapshot, outcome: SearchResult) -> list[tuple[int, float]]:
    """The best without those that another stands for, who are counted."""
    firsts = snapshot.copies.firsts(outcome.copies)
    outcome.regrouped = len(outcome.copies) - len(firsts)
    shown = snapshot.copies.shown(np.array([document for document, _ in outcome.best], np.int64), firsts)
    return list(compress(outcome.best, shown.tolist()))


class _Execution:
    """A plan on its way through the segments of a snapshot."""

    def __init__(self, snapshot: Snapshot, asked: Plan, terms: Terms, filters: Filters, sort: Sort) -> None:
        self._snapshot, self._terms, self._sort = snapshot, terms, sort
        self._plan = asked._replace(groups=tuple(sorted(asked.groups, key=self._size))) if asked.groups[1:] else asked
        self._tables = [self._table(name, filters.of(name), values) for name, values in snapshot.values.items()]

    def _size(self, group: Sequence[Query]) -> int:
        """How many documents a group has at most; the smallest comes first, so that candidates are few."""
        frequency, documents = self._terms.frequency, self._snapshot.documents
        return sum(most_documents(leaf, frequency, documents) for leaf in group)

    def _table(self, column: str, selected: ColumnFilter | None, values: Values) -> Bytes | None:
        """What the query itself and the selection let through, by the value's place; None where that is all."""
        asked = [(query, passing) for query, passing in self._plan.filters if query.column == column]
        if not asked and selected is None:
            return None
        table = np.full(len(values.texts), OK | WANTED, np.uint8)
        for query, passing in asked:
            table[query.passes(values) != passing] &= WANTED
        if selected is not None:
            table[~selected.passes(values)] &= OK
        return table

    def outcome(self, room: int) -> SearchResult:
        """The answer over all segments."""
        snapshot = self._snapshot
        counts = {name: np.zeros(len(values.texts), np.int64) for name, values in snapshot.values.items()}
        outcome = SearchResult(0, 0, [], counts, self._terms, NO_COPIES)
        heaps = [self._segment(view, min(room, view.documents), outcome) for view in snapshot.views]
        outcome.best = _merged(snapshot, heaps)[:room]
        return outcome

    def _segment(self, view: View, room: int, outcome: SearchResult) -> list[_Ranked]:
        best = Best(np.empty(room), np.empty(room), np.empty(room, np.int64), np.empty(room, np.int64))
        only = len(self._snapshot.views) == 1  # then its values are the snapshot's
        counts = tuple(outcome.counts.values()) if only else _no_counts(view)
        copies = np.empty(len(view.data["copies.documents"]), np.uint32)
        total, matched, size, noted = self._run(view, best, counts, NOTHING, copies)
        if noted:
            outcome.copies = np.concatenate([outcome.copies, copies[:noted] + np.int64(view.base)])
        outcome.total += total
        outcome.matched += matched
        if not only:
            for (name, place), own in zip(view.places.items(), counts, strict=True):
                outcome.counts[name][place] += own
        by_score = self._sort == "relevance"
        return [
            _Ranked(-first, -second, -third, first if by_score else second, view.base + doc)
            for first, second, third, doc in zip(*(keys[:size].tolist() for keys in best), strict=True)
        ]

    def matches(self, view: View) -> Lists:
        """Every match in one segment, ascending, with its score."""
        room = view.documents
        found = Lists(np.empty(room, np.uint32), np.empty(room, np.float32))
        nothing = np.empty(0)
        none = np.empty(0, np.int64)
        total, *_ = self._run(view, Best(nothing, nothing, none, none), _no_counts(view), found, NOTHING.docs)
        order = np.argsort(found.docs[:total])
        return Lists(found.docs[order], found.scores[order])

    def _run(
        self,
        view: View,
        best: Best,
        counts: Counts,
        found: Lists,
        copies: NDArray[np.uint32],
    ) -> tuple[int, int, int, int]:
        leaves, lists = self._leaves(view)
        sieve, keys, so_far = self._sieve(view), view.date_keys(self._sort == "oldest"), (0, 0, 0, 0)
        for chunks in _steps(0, -(-view.documents // CHUNK), leaves.rows.shape[1]):
            so_far = run(
                view.data.postings, leaves, lists, len(self._plan.groups), self._plan.base, view.documents, view.norms,
                sieve, _scratch(), SORTS[self._sort], keys, view.data["column.date"],
                view.data["id_rank"], best, counts, found, copies,
                *chunks, *so_far,
            )  # fmt: skip
        total, matched, size, noted = so_far
        return int(total), int(matched), int(size), int(noted)

    def _sieve(self, view: View) -> Sieve:
        tables = tuple(
            passing if table is None else table[place]
            for table, place, passing in zip(self._tables, view.places.values(), view.passing, strict=True)
        )
        sifting = any(table is not None for table in self._tables)
        return Sieve(view.flags, view.columns, tables, sifting)

    def _leaves(self, view: View) -> tuple[Leaves, Lists]:
        """The plan's leaves in one segment, the excluded ones first."""
        rows = _Rows(self._snapshot, view, self._terms)
        for group, alternatives in enumerate((self._plan.excluded, *self._plan.groups), start=-1):
            rows.group = group
            for leaf in alternatives:
                check()
                add_matches(leaf, rows)
        return rows.packed()


def _steps(first: int, last: int, lists: int) -> Iterator[tuple[int, int]]:
    """The chunks from `first` to `last` in runs that so many posting lists allow at once. Raises QueryTimeout."""
    step = max(1, AT_ONCE // max(lists, 1))
    for start in range(first, last, step):
        check()
        yield start, min(start + step, last)


def _no_counts(view: View) -> Counts:
    """Room for the counts of a segment's facets."""
    return tuple(np.zeros(len(place), np.int64) for place in view.places.values())


class _Ranked(NamedTuple):
    """A match by its keys, smaller is better; the third orders only within a segment."""

    first: float
    second: float
    third: int
    score: float
    document: int


def _merged(snapshot: Snapshot, heaps: list[list[_Ranked]]) -> list[tuple[int, float]]:
    """The best of all segments in order. Where two of different segments are equal, their ids are read."""
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
    """Collects the leaves of one segment: a SegmentRun. Those that come next belong to `group`."""

    group = 0

    def __init__(self, snapshot: Snapshot, view: View, terms: Terms) -> None:
        self.data = view.data
        self._snapshot, self._view, self._segment = snapshot, view, snapshot.views.index(view)
        self._terms, self._places = terms, terms.places[self._segment]
        self._rows: list[tuple[int, int, int, int, int, int, int]] = []
        self._weights: list[tuple[float, float]] = []
        self._lists: list[Lists] = []
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
            return self._add_list(Lists(documents, np.zeros(len(documents), np.float32)))
        [row] = {NORM_ROWS[name] for name, _ in keys}
        weight = boost * min(map(self._terms.weight, keys))  # that of the most frequent
        norms = self._view.norms[row][documents]
        self._add_list(Lists(documents, (weight * weights / (weights + norms)).astype(np.float32)))

    def add_tree(self, node: Query) -> None:
        """See SegmentRun. Whoosh's matchers are slower, and never wrong."""
        asked = plan(node)
        if asked == Plan(groups=((node,),)):
            self._add_list(_whoosh_matches(self._snapshot.searcher, self._segment, node))
        else:
            execution = _Execution(self._snapshot, asked, self._terms, Filters(), "relevance")
            self._add_list(execution.matches(self._view))

    def _add_list(self, matches: Lists) -> None:
        end = self._listed + len(matches.docs)
        self._rows.append((self.group, 0, 0, self._listed, end, 0, 0))
        self._weights.append((0.0, 0.0))
        self._lists.append(matches)
        self._listed = end

    def _phrase(self, leaf: Phrase) -> Lists:
        keys, data = term_keys(leaf), self.data
        places = [self._places[key] for key in keys]
        if not all(place.chunk_end for place in places):
            return NOTHING
        chunks, ends = np.array([(place.chunk, place.chunk_end) for place in places], np.int64).T.copy()
        weights = np.array([leaf.boost * self._terms.weight(key) for key in keys])
        room = min(place.frequency for place in places)
        found = Lists(np.empty(room, np.uint32), np.empty(room, np.float32))
        positions, norms = np.empty((2, self._view.longest), np.int64), self._view.norms[NORM_ROWS[leaf.fieldname]]
        rarest, count = min(range(len(places)), key=lambda at: places[at].frequency), 0
        for part in _steps(int(chunks[rarest]), int(ends[rarest]), len(places) * PHRASED):
            chunks[rarest], ends[rarest] = part
            docs, scores = found.docs[count:], found.scores[count:]
            count += phrase(data.postings, chunks, ends, weights, norms, leaf.slop, positions, docs, scores)
        return Lists(found.docs[:count], found.scores[:count])

    def packed(self) -> tuple[Leaves, Lists]:
        """The arrays that the kernels take."""
        rows = np.array(self._rows, np.int64).reshape(-1, 7).T.copy()
        weights = np.array(self._weights, np.float64).reshape(-1, 2).T.copy()
        lists = Lists(*map(np.concatenate, zip(*self._lists, strict=True))) if self._lists else NOTHING
        return Leaves(rows, weights), lists


def _whoosh_matches(searcher: Searcher, segment: int, leaf: Query) -> Lists:
    """What Whoosh's own matchers find in one segment."""
    leaf_searcher, _ = searcher.leaf_searchers()[segment]
    matcher = leaf.matcher(leaf_searcher, searcher.context(needs_current=True))
    docs, scores = [], []
    while matcher.is_active():
        check()
        docs.append(matcher.id())
        scores.append(matcher.score())
        matcher.next()
    return Lists(np.array(docs, np.uint32), np.array(scores, np.float32))


NOTHING = Lists(np.empty(0, np.uint32), np.empty(0, np.float32))
NO_COPIES = np.empty(0, np.int64)
