"""Runs a query tree over a snapshot: every match once, counted for both facets, the best kept in a stable order."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.query import Phrase, Query
from whoosh.searching import Searcher

from index.schema import TEXTS
from search.dates import Days
from search.filters import ColumnFilter, Dated, SourceIs, Undated, Values
from search.kernels import NEWEST, OLDEST, RELEVANCE, Best, Leaves, Lists, Scratch, Sieve, phrase, run, scratch
from search.listed import Listed
from search.model import Sort
from search.plan import Plan, has_plan, is_flat, plan
from search.snapshot import K1, Snapshot, View

SORTS = {"relevance": RELEVANCE, "newest": NEWEST, "oldest": OLDEST}
NORM_ROWS = {name: row for row, name in enumerate(TEXTS)}


@dataclass(frozen=True)
class Filters:
    """What the facets' selections let through; `undated` replaces `days`."""

    sources: frozenset[str] = frozenset()
    days: Days = (None, None)
    undated: bool = False

    def of_sources(self) -> ColumnFilter | None:
        """The selection of the source facet."""
        return SourceIs(self.sources) if self.sources else None

    def of_dates(self) -> ColumnFilter | None:
        """The selection of the date facet."""
        return Undated() if self.undated else Dated(self.days) if self.days != (None, None) else None


@dataclass
class Outcome:
    """What a query found.

    matched: all that match before the facets' selections. best: document numbers of the snapshot with their scores.
    Counts are int64 by the place of the value among the snapshot's sources and dates; they are disjunctive: each
    facet ignores its own selection and obeys the other's.
    """

    total: int
    matched: int
    best: list[tuple[int, float]]
    source_counts: NDArray[np.int64]
    date_counts: NDArray[np.int64]


_local = threading.local()


def _scratch() -> Scratch:
    """The thread's own room for a chunk."""
    if not hasattr(_local, "scratch"):
        _local.scratch = scratch()
    return _local.scratch  # type: ignore[no-any-return]


def execute(snapshot: Snapshot, tree: Query, filters: Filters, sort: Sort, best: int) -> Outcome:
    """The `best` first matches in the order of `sort`, the exact total and the counts of both facets."""
    execution = _Execution(snapshot, plan(tree), filters, sort)
    return execution.outcome(best)


class _Execution:
    """A plan on its way through the segments of a snapshot."""

    def __init__(self, snapshot: Snapshot, asked: Plan, filters: Filters, sort: Sort = "relevance") -> None:
        self._snapshot, self._sort = snapshot, sort
        self._lookup = _Lookup(snapshot, asked)
        self._plan = self._lookup.rarest_first(asked)
        self._ok = [self._table("source", snapshot.sources), self._table("date", snapshot.dates)]
        self._want = [
            _passed(filters.of_sources(), snapshot.sources),
            _passed(filters.of_dates(), snapshot.dates),
        ]

    def _table(self, column: str, values: Values) -> NDArray[np.bool_]:
        """What the query itself lets through, by the value's place."""
        table = np.ones(len(values.texts), np.bool_)
        for asked, passing in self._plan.filters:
            if asked.column == column:
                table &= asked.passes(values) == passing
        return table

    def outcome(self, room: int) -> Outcome:
        """The answer over all segments."""
        snapshot = self._snapshot
        outcome = Outcome(
            0, 0, [], np.zeros(len(snapshot.sources.texts), np.int64), np.zeros(len(snapshot.dates.texts), np.int64)
        )
        heaps = [self._segment(view, min(room, view.documents), outcome) for view in snapshot.views]
        outcome.best = _merged(snapshot, heaps)[:room]
        return outcome

    def _segment(self, view: View, room: int, outcome: Outcome) -> list[_Ranked]:
        best = Best(np.empty(room), np.empty(room), np.empty(room, np.int64), np.empty(room, np.int64))
        sources, dates = np.zeros(len(view.sources), np.int64), np.zeros(len(view.dates), np.int64)
        total, matched, size = self._run(view, best, sources, dates, NOTHING)
        outcome.total += total
        outcome.matched += matched
        outcome.source_counts[view.sources] += sources
        outcome.date_counts[view.dates] += dates
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
        counts = np.zeros(len(view.sources), np.int64), np.zeros(len(view.dates), np.int64)
        total, _, _ = self._run(view, Best(nothing, nothing, none, none), *counts, found)
        order = np.argsort(found.docs[:total])
        return Lists(found.docs[order], found.scores[order])

    def _run(
        self, view: View, best: Best, sources: NDArray[np.int64], dates: NDArray[np.int64], found: Lists
    ) -> tuple[int, int, int]:
        snapshot, data = self._snapshot, view.data
        leaves, lists = self._lookup.leaves(view, self._plan)
        keys = snapshot.date_keys(self._sort == "oldest")[view.dates]
        total, matched, size = run(
            data.postings, leaves, lists, len(self._plan.groups), self._plan.base, view.documents, view.norms,
            self._sieve(view), _scratch(), SORTS[self._sort], keys, data["id_rank"], best, sources, dates, found,
        )  # fmt: skip
        return int(total), int(matched), int(size)

    def _sieve(self, view: View) -> Sieve:
        ok_sources, ok_dates, want_sources, want_dates = (table.view(np.uint8) for table in (*self._ok, *self._want))
        return Sieve(
            view.deleted, view.data["column.source"], view.data["column.date"], ok_sources[view.sources],
            ok_dates[view.dates], want_sources[view.sources], want_dates[view.dates],
        )  # fmt: skip


def _passed(asked: ColumnFilter | None, values: Values) -> NDArray[np.bool_]:
    return np.ones(len(values.texts), np.bool_) if asked is None else asked.passes(values)


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


class _Lookup:
    """Where the leaves of a plan are in each segment, and what they weigh."""

    def __init__(self, snapshot: Snapshot, asked: Plan) -> None:
        self._snapshot = snapshot
        self._terms: dict[tuple[str, str], tuple[list[int], int]] = {}
        for leaf in (leaf for group in (*asked.groups, asked.excluded) for leaf in group):
            for term in _terms(leaf):
                if term not in self._terms:
                    self._terms[term] = self._find(*term)

    def _find(self, field: str, text: str) -> tuple[list[int], int]:
        """The term's number in each segment (-1 where it is not) and its document frequency in all."""
        term = text.encode()
        numbers = [view.data.term_number(field, term) for view in self._snapshot.views]
        found = zip(self._snapshot.views, numbers, strict=True)
        return numbers, sum(view.data.document_frequency(number) for view, number in found if number >= 0)

    def rarest_first(self, asked: Plan) -> Plan:
        """The plan with its groups in the order of their sizes: the first decides how many candidates there are."""
        return replace(asked, groups=tuple(sorted(asked.groups, key=self._size)))

    def _size(self, group: Sequence[Query]) -> int:
        return sum(
            min((self._terms[term][1] for term in _terms(leaf)), default=self._snapshot.documents) for leaf in group
        )

    def leaves(self, view: View, asked: Plan) -> tuple[Leaves, Lists]:
        """The leaves of a plan in one segment, those of excluded ones first."""
        rows = _Rows(view)
        for group, alternatives in enumerate((asked.excluded, *asked.groups), start=-1):
            for leaf in alternatives:
                self._add(rows, group, leaf)
        return rows.packed()

    def _add(self, rows: _Rows, group: int, leaf: Query) -> None:
        if not is_flat(leaf):
            rows.add_list(group, self._listed(rows.view, leaf))
            return
        terms = list(_terms(leaf))
        place = self._snapshot.views.index(rows.view)
        numbers = [self._terms[term][0][place] for term in terms]
        if min(numbers) < 0:
            return
        weights = [leaf.boost * (K1 + 1) * self._snapshot.idf(self._terms[term][1]) for term in terms]
        norms = NORM_ROWS[leaf.fieldname]
        if isinstance(leaf, Phrase):
            rows.add_list(group, _phrase(rows.view, numbers, weights, norms, leaf.slop))
        else:
            rows.add_term(group, numbers[0], weights[0], norms)

    def _listed(self, view: View, leaf: Query) -> Lists:
        """The matches of a leaf that is no posting list: by a plan of its own, or by Whoosh's matchers."""
        if isinstance(leaf, Listed):
            return self._scored(view, leaf)
        if has_plan(leaf):
            return _Execution(self._snapshot, plan(leaf), Filters()).matches(view)
        return _whoosh_matches(self._snapshot.searcher, self._snapshot.views.index(view), leaf)

    def _scored(self, view: View, leaf: Listed) -> Lists:
        """The documents of a leaf that lists them, with BM25 as if it were one word (see `search.listed`)."""
        documents, weights = leaf.listed(view.data)
        terms = leaf.scored_terms()
        if not terms:
            return Lists(documents, np.zeros(len(documents), np.float32))
        idf = self._snapshot.idf(max(self._find(leaf.fieldname, term)[1] for term in terms))
        norms = view.norms[NORM_ROWS[leaf.fieldname]][documents]
        scores = leaf.boost * (K1 + 1) * idf * weights / (weights + norms)
        return Lists(documents, scores.astype(np.float32))


def _terms(leaf: Query) -> list[tuple[str, str]]:
    """The terms of a leaf that the kernels know."""
    if isinstance(leaf, Phrase):
        return [(leaf.fieldname, word) for word in leaf.words]
    return [(leaf.fieldname, leaf.text)] if is_flat(leaf) else []


class _Rows:
    """The leaves of one segment while they are collected."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._rows: list[tuple[int, int, int, int, int, int, float]] = []
        self._lists: list[Lists] = []
        self._listed = 0

    def add_term(self, group: int, number: int, weight: float, norms: int) -> None:
        """A posting list."""
        chunks = self.view.data["chunk_first"]
        self._rows.append((group, int(chunks[number]), int(chunks[number + 1]), 0, 0, norms, weight))

    def add_list(self, group: int, matches: Lists) -> None:
        """Matches that are known already."""
        end = self._listed + len(matches.docs)
        self._rows.append((group, 0, 0, self._listed, end, 0, 0.0))
        self._lists.append(matches)
        self._listed = end

    def packed(self) -> tuple[Leaves, Lists]:
        """The arrays that the kernels take."""
        whole = np.array([row[:-1] for row in self._rows], np.int64).reshape(-1, 6).T.copy()
        groups, chunks, ends, first, last, norms = whole
        weights = np.array([row[-1] for row in self._rows], np.float64)
        leaves = Leaves(groups, chunks, ends, first, last, norms, weights)
        if not self._lists:
            return leaves, NOTHING
        return leaves, Lists(*(np.concatenate(parts) for parts in zip(*self._lists, strict=True)))


def _phrase(view: View, numbers: list[int], weights: list[float], norms: int, slop: int) -> Lists:
    postings, first = view.data.postings, view.data["chunk_first"]
    chunks, ends = (np.array([first[number + more] for number in numbers], np.int64) for more in (0, 1))
    room = min(view.data.document_frequency(number) for number in numbers)
    found = Lists(np.empty(room, np.uint32), np.empty(room, np.float32))
    positions = np.empty((2, view.longest), np.int64)
    count = phrase(postings, chunks, ends, np.array(weights), view.norms[norms], slop, positions, *found)
    return Lists(found.docs[:count], found.scores[:count])


def _whoosh_matches(searcher: Searcher, segment: int, leaf: Query) -> Lists:
    """What Whoosh's own matchers find in one segment; slower, never wrong."""
    leaf_searcher, _ = searcher.leaf_searchers()[segment]
    matcher = leaf.matcher(leaf_searcher, searcher.context(needs_current=True))
    docs, scores = [], []
    while matcher.is_active():
        docs.append(matcher.id())
        scores.append(matcher.score())
        matcher.next()
    return Lists(np.array(docs, np.uint32), np.array(scores, np.float32))


NOTHING = Lists(np.empty(0, np.uint32), np.empty(0, np.float32))
