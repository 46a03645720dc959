"""The hot loops of a search: one pass over the posting lists of a segment scores, filters, counts and keeps the best.

A query is a list of groups. A document matches when it is in each group; it is in a group when it is in one of the
group's leaves. A leaf is a term's posting list, or a ready list of documents with scores (a phrase, a query inside a
query). Documents are processed in chunks of 65,536, whose scores fit the processor's cache.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from kiosque.index.segment.postings import LARGE, POSITION_BLOCK, Postings, find_large, get_number, skip_numbers
from kiosque.index.text.scanner import INLINE, Bytes

CHUNK = 65536
EXCLUDED = 255
"""`seen` of a document of an excluded leaf; so a query has at most 254 groups."""

GALLOP = 8
"""A posting list this many times longer than the candidates is searched for each of them instead of scanned."""

Scores = NDArray[np.float32]
Candidates = NDArray[np.uint16]
Documents = NDArray[np.uint16] | NDArray[np.uint32]
Large = NDArray[np.uint32]
LargeValue = NDArray[np.float64]

RELEVANCE, NEWEST, OLDEST = 0, 1, 2


GROUP, CHUNK_FIRST, CHUNK_LAST, LIST_FIRST, LIST_LAST, NORMS, FORMS = range(7)
"""Rows of `Leaves.rows`."""


class Leaves(NamedTuple):
    """The leaves of a query in one segment, ordered by group; group -1 is excluded. One column a leaf.

    rows: int64 of shape (7, leaves): the group; a term's first chunk and the end of its chunks; the bounds of a list in
    `ScoredDocs`, which the leaf is where both chunks are 0; the row of its field's norms; the form bits of the word as
    typed (see `index.segment.postings`), 0 without any.
    weights: float64 of shape (2, leaves), boost * idf * (k1 + 1): of a posting, and of one that has a form bit.
    """

    rows: NDArray[np.int64]
    weights: NDArray[np.float64]


class ScoredDocs(NamedTuple):
    """Lists of documents (uint32, ascending within a list) with their scores (float32), one after another."""

    docs: NDArray[np.uint32]
    scores: NDArray[np.float32]


DELETED, COPY = 1, 2
"""Bits of a document's flags: deleted; member of a group of near copies."""

OK, WANTED = 1, 2
"""Bits of a value in FilterTables: the query's own filters pass it; the facet's selection passes it."""

Counts = tuple[NDArray[np.int64], ...]
"""The counts of each facet's column, int64 by ordinal."""


class FilterTables(NamedTuple):
    """Which documents pass, by the ordinals of their values in the facets' columns.

    flags: uint8 by document, DELETED or COPY; empty where no document has one. columns: of each facet, the ordinals
    (uint32) by document. tables: of each facet, OK and WANTED (uint8) by ordinal; a facet's own counts ignore WANTED.
    filtering: whether any table rejects a value.
    """

    flags: Bytes
    columns: tuple[NDArray[np.uint32], ...]
    tables: tuple[Bytes, ...]
    filtering: bool


class TopDocs(NamedTuple):
    """A heap of the best documents, worst first: three keys (larger is better) and the document."""

    first: NDArray[np.float64]
    second: NDArray[np.float64]
    third: NDArray[np.int64]
    docs: NDArray[np.int64]


class Scratch(NamedTuple):
    """Buffers for one chunk: by document its score, and the groups it is in so far (zero between searches); the
    candidates; by candidate, how many facets' selections reject it."""

    scores: NDArray[np.float32]
    seen: Bytes
    candidates: NDArray[np.uint16]
    missed: Bytes


def scratch() -> Scratch:
    """New buffers; each thread keeps its own."""
    return Scratch(
        np.zeros(CHUNK, np.float32), np.zeros(CHUNK, np.uint8), np.empty(CHUNK, np.uint16), np.zeros(CHUNK, np.uint8)
    )


@INLINE
def _bm25(freqs: Bytes, large_at: Large, large_value: LargeValue, at: int, weight: float, norm: float) -> float:
    """BM25 of one posting: weight * tf / (tf + norm), with norm = k1 * (1 - b + b * length / average)."""
    tf = float(freqs[at])
    if tf == LARGE:
        tf = find_large(large_at, large_value, at)
    return weight * tf / (tf + norm)


@INLINE
def _lower_bound(docs: Documents, low: int, high: int, wanted: int) -> int:
    """The first place from `low` to `high` whose document is not below `wanted`."""
    while low < high:
        middle = (low + high) >> 1
        if docs[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@INLINE
def _better(best: TopDocs, at: int, first: float, second: float, third: int) -> bool:
    """Whether the keys are better than those at `at`."""
    if first != best.first[at]:
        return first > best.first[at]
    if second != best.second[at]:
        return second > best.second[at]
    return third > best.third[at]


@INLINE
def _move(best: TopDocs, source: int, target: int) -> None:
    best.first[target], best.second[target] = best.first[source], best.second[source]
    best.third[target], best.docs[target] = best.third[source], best.docs[source]


@INLINE
def _put(best: TopDocs, at: int, first: float, second: float, third: int, doc: int) -> None:
    best.first[at], best.second[at], best.third[at], best.docs[at] = first, second, third, doc


@njit(nogil=True, cache=True)
def _keep(best: TopDocs, size: int, first: float, second: float, third: int, doc: int) -> int:
    """Adds a document to the heap if it is good enough; returns the new size."""
    room = len(best.docs)
    if size < room:
        at = size
        while at > 0 and not _better(best, (at - 1) >> 1, first, second, third):
            _move(best, (at - 1) >> 1, at)
            at = (at - 1) >> 1
        _put(best, at, first, second, third, doc)
        return size + 1
    if room > 0 and _better(best, 0, first, second, third):
        _sink(best, room, first, second, third, doc)
    return size


@njit(nogil=True, cache=True)
def _sink(best: TopDocs, room: int, first: float, second: float, third: int, doc: int) -> None:
    """Replaces the worst document of a full heap."""
    at, child = 0, 1
    while child < room:
        other = child + 1
        if other < room and _better(best, other, best.first[child], best.second[child], best.third[child]):
            child = other
        if not _better(best, child, first, second, third):
            break
        _move(best, child, at)
        at, child = child, 2 * child + 1
    _put(best, at, first, second, third, doc)


@INLINE
def _term_range(
    chunk_number: NDArray[np.uint16], chunk_end: NDArray[np.uint32], low: int, high: int, chunk: int
) -> tuple[int, int]:
    """The range of a term's postings in this chunk; `low` and `high` bound the term's chunks."""
    stop = high
    while low < high:
        middle = (low + high) >> 1
        if chunk_number[middle] < chunk:
            low = middle + 1
        else:
            high = middle
    if low == stop or chunk_number[low] != chunk:
        return 0, 0
    return (np.int64(chunk_end[low - 1]) if low > 0 else np.int64(0)), np.int64(chunk_end[low])


@INLINE
def find_posting(postings: Postings, first: int, last: int, document: int) -> int:
    """The posting of a document among a term's chunks first..last; -1 without one."""
    begin, end = _term_range(postings.chunk_number, postings.chunk_end, first, last, document >> 16)
    at = _lower_bound(postings.docs, begin, end, document & 0xFFFF)
    return at if at < end and postings.docs[at] == document & 0xFFFF else -1


@INLINE
def _list_range(docs: NDArray[np.uint32], first: int, last: int, chunk: int) -> tuple[int, int]:
    """The range of a list's documents in this chunk; `first` and `last` bound the list."""
    begin = _lower_bound(docs, first, last, chunk << 16)
    return begin, _lower_bound(docs, begin, last, (chunk + 1) << 16)


@njit(nogil=True, cache=True)
def _gather(
    docs: NDArray[np.uint16], freqs: Bytes, large_at: Large, large_value: LargeValue, begin: int, end: int,
    form_bits: Bytes, mask: int, plain: float, typed: float, norms: NDArray[np.float32],
    scores: Scores, seen: Bytes, candidates: Candidates, count: int,
) -> int:  # fmt: skip
    """Scores the postings of a leaf of the first group; each document is a candidate once. Returns their number."""
    for at in range(begin, end):
        doc = np.int64(docs[at])
        weight = typed if form_bits[at] & mask else plain
        score = np.float32(_bm25(freqs, large_at, large_value, at, weight, norms[doc]))
        if seen[doc]:
            scores[doc] += score
        else:
            scores[doc], seen[doc], candidates[count] = score, 1, docs[at]
            count += 1
    return count


@njit(nogil=True, cache=True)
def _gather_list(
    docs: NDArray[np.uint32], list_scores: Scores, begin: int, end: int,
    scores: Scores, seen: Bytes, candidates: Candidates, count: int,
) -> int:  # fmt: skip
    """As `_gather`, for a list."""
    for at in range(begin, end):
        doc = np.int64(docs[at]) & 0xFFFF
        if seen[doc]:
            scores[doc] += list_scores[at]
        else:
            scores[doc], seen[doc], candidates[count] = list_scores[at], 1, np.uint16(doc)
            count += 1
    return count


@njit(nogil=True, cache=True)
def _narrow(
    docs: NDArray[np.uint16], freqs: Bytes, large_at: Large, large_value: LargeValue, begin: int, end: int,
    form_bits: Bytes, mask: int, plain: float, typed: float, norms: NDArray[np.float32],
    scores: Scores, seen: Bytes, candidates: Candidates, count: int,
    group: int,
) -> None:  # fmt: skip
    """Scores the postings of a leaf of a later group that are candidates, and marks those as members of it."""
    if end - begin > GALLOP * count:
        for i in range(count):
            doc = np.int64(candidates[i])
            at = _lower_bound(docs, begin, end, doc)
            if at < end and docs[at] == doc:
                weight = typed if form_bits[at] & mask else plain
                scores[doc] += np.float32(_bm25(freqs, large_at, large_value, at, weight, norms[doc]))
                seen[doc] = group + 1
        return
    for at in range(begin, end):
        doc = np.int64(docs[at])
        if seen[doc] >= group:
            weight = typed if form_bits[at] & mask else plain
            scores[doc] += np.float32(_bm25(freqs, large_at, large_value, at, weight, norms[doc]))
            seen[doc] = group + 1


@njit(nogil=True, cache=True)
def _narrow_list(
    docs: NDArray[np.uint32], list_scores: Scores, begin: int, end: int, scores: Scores, seen: Bytes, group: int
) -> None:
    """As `_narrow`, for a list."""
    for at in range(begin, end):
        doc = np.int64(docs[at]) & 0xFFFF
        if seen[doc] >= group:
            scores[doc] += list_scores[at]
            seen[doc] = group + 1


@njit(nogil=True, cache=True)
def _keep_members(seen: Bytes, candidates: Candidates, count: int, group: int) -> int:
    """Drops the candidates outside the group; returns how many are left."""
    kept = 0
    for i in range(count):
        doc = candidates[i]
        if seen[doc] == group + 1:
            candidates[kept] = doc
            kept += 1
        else:
            seen[doc] = 0
    return kept


@njit(nogil=True, cache=True)
def _mark_excluded(postings: Postings, leaves: Leaves, lists: ScoredDocs, chunk: int, seen: Bytes, value: int) -> None:
    """Sets `seen` of every document of the excluded leaves."""
    docs, listed, rows = postings.docs, lists.docs, leaves.rows
    for leaf in range(rows.shape[1]):
        if rows[GROUP, leaf] >= 0:
            break
        if rows[CHUNK_LAST, leaf] > 0:
            begin, end = _term_range(
                postings.chunk_number, postings.chunk_end, rows[CHUNK_FIRST, leaf], rows[CHUNK_LAST, leaf], chunk
            )
            for at in range(begin, end):
                seen[docs[at]] = value
        else:
            begin, end = _list_range(listed, rows[LIST_FIRST, leaf], rows[LIST_LAST, leaf], chunk)
            for at in range(begin, end):
                seen[listed[at] & np.uint32(0xFFFF)] = value


@njit(nogil=True, cache=True)
def _candidates(
    postings: Postings, leaves: Leaves, lists: ScoredDocs, groups: int, chunk: int, norms: NDArray[np.float32],
    room: Scratch,
) -> int:  # fmt: skip
    """Scores the documents of a chunk that are in every group; returns their number."""
    scores, seen, candidates = room.scores, room.seen, room.candidates
    docs, freqs, large_at, large_value = postings.docs, postings.freqs, postings.large_at, postings.large_value
    rows, weights, form_bits = leaves.rows, leaves.weights, postings.form_bits
    count, leaf, last = 0, 0, weights.shape[1]
    while leaf < last and rows[GROUP, leaf] < 0:
        leaf += 1
    for group in range(groups):
        before = count
        while leaf < last and rows[GROUP, leaf] == group:
            if rows[CHUNK_LAST, leaf] > 0:
                begin, end = _term_range(
                    postings.chunk_number, postings.chunk_end, rows[CHUNK_FIRST, leaf], rows[CHUNK_LAST, leaf], chunk
                )
                mask, plain, typed = rows[FORMS, leaf], weights[0, leaf], weights[1, leaf]
                field = norms[rows[NORMS, leaf], chunk << 16 :]
                if group == 0:
                    count = _gather(
                        docs, freqs, large_at, large_value, begin, end, form_bits, mask, plain, typed, field,
                        scores, seen, candidates, count,
                    )  # fmt: skip
                else:
                    _narrow(
                        docs, freqs, large_at, large_value, begin, end, form_bits, mask, plain, typed, field,
                        scores, seen, candidates, before, group,
                    )  # fmt: skip
            else:
                begin, end = _list_range(lists.docs, rows[LIST_FIRST, leaf], rows[LIST_LAST, leaf], chunk)
                if group == 0:
                    count = _gather_list(lists.docs, lists.scores, begin, end, scores, seen, candidates, count)
                else:
                    _narrow_list(lists.docs, lists.scores, begin, end, scores, seen, group)
            leaf += 1
        if group > 0:
            count = _keep_members(seen, candidates, before, group)
        if count == 0:
            break
    return count


@njit(nogil=True, cache=True)
def _live(candidates: Candidates, count: int, base: int, seen: Bytes, flags: Bytes, excluding: bool) -> int:
    """Drops excluded and deleted candidates, and clears `seen`; returns how many are left."""
    flagged, kept = len(flags) > 0, 0
    if not excluding and not flagged:
        for i in range(count):
            seen[candidates[i]] = 0
        return count
    for i in range(count):
        doc = np.int64(candidates[i])
        state = seen[doc]
        seen[doc] = 0
        if state != EXCLUDED and not (flagged and flags[base + doc] & DELETED):
            candidates[kept] = np.uint16(doc)
            kept += 1
    return kept


@njit(nogil=True, cache=True)
def _filter(
    column: NDArray[np.uint32], table: Bytes, candidates: Candidates, count: int, base: int, missed: Bytes
) -> int:
    """Drops the candidates that the query's own filter on a column rejects; returns how many are left.

    `missed` counts, by candidate, the facets whose selections reject it.
    """
    kept = 0
    for i in range(count):
        bits = table[column[base + np.int64(candidates[i])]]
        if bits & OK:
            candidates[kept] = candidates[i]
            missed[kept] = missed[i] + (1 - (bits >> 1))
            kept += 1
    return kept


@njit(nogil=True, cache=True)
def _count(
    column: NDArray[np.uint32], table: Bytes, counts: NDArray[np.int64], candidates: Candidates, count: int, base: int,
    missed: Bytes, filtering: bool,
) -> None:  # fmt: skip
    """Counts, for a facet, the candidates that no other facet's selection rejects."""
    if not filtering:
        for i in range(count):
            counts[column[base + np.int64(candidates[i])]] += 1
        return
    for i in range(count):
        ordinal = column[base + np.int64(candidates[i])]
        counts[ordinal] += missed[i] == 1 - (table[ordinal] >> 1)


@njit(nogil=True, cache=True)
def run(
    postings: Postings,
    leaves: Leaves,
    lists: ScoredDocs,
    groups: int,
    base_score: float,
    documents: int,
    norms: NDArray[np.float32],
    filters: FilterTables,
    room: Scratch,
    sort: int,
    date_keys: NDArray[np.float64],
    dates: NDArray[np.uint32],
    id_rank: NDArray[np.uint32],
    best: TopDocs,
    counts: Counts,
    found: ScoredDocs,
    copies: NDArray[np.uint32],
    first_chunk: int,
    last_chunk: int,
    total: int,
    unfiltered: int,
    size: int,
    noted: int,
) -> tuple[int, int, int, int]:
    """Runs a query over the chunks first_chunk..last_chunk of a segment; counts, and keeps the best.

    Returns the total, the total before the facets' selections, the size of the heap, and how many documents were
    written to `copies`, which takes the matches flagged COPY if it has room. Pass the numbers on to the next chunks;
    begin with zeros. groups: how many groups a match is in; with 0 every document matches. base_score: added to every
    score. norms: float32 of shape (fields, documents). sort: compares the score or the date first; date_keys (float64
    by ordinal of `dates`) is larger for what comes first; of equals the lower `id_rank` comes first. counts: one array
    a column of `filters`, added to. found: takes every match if it has room.

    Counting is one loop a column over the chunk's candidates. The tuples of columns are not unrolled: this compiles
    once, however many facets there are.
    """
    scores, seen, candidates, missed = room.scores, room.seen, room.candidates, room.missed
    flags, filtering, facets = filters.flags, filters.filtering, len(counts)
    found_docs, found_scores = found.docs, found.scores
    keeping, writing, by_score = len(best.docs) > 0, len(found_docs) > 0, sort == RELEVANCE
    noting = len(copies) > 0
    excluding = leaves.rows.shape[1] > 0 and leaves.rows[GROUP, 0] < 0
    wanted, firsts = len(best.docs), best.first
    for chunk in range(first_chunk, last_chunk):
        base = chunk << 16
        if groups > 0:
            count = _candidates(postings, leaves, lists, groups, chunk, norms, room)
        else:
            count = min(CHUNK, documents - base)
            scores[:count] = 0
            for doc in range(count):
                candidates[doc] = np.uint16(doc)
        if count == 0:
            continue
        if excluding:
            _mark_excluded(postings, leaves, lists, chunk, seen, EXCLUDED)
        count = _live(candidates, count, base, seen, flags, excluding)
        if excluding:
            _mark_excluded(postings, leaves, lists, chunk, seen, 0)
        if filtering:
            missed[:count] = 0
            for at in range(facets):
                count = _filter(filters.columns[at], filters.tables[at], candidates, count, base, missed)
        unfiltered += count
        for at in range(facets):
            _count(filters.columns[at], filters.tables[at], counts[at], candidates, count, base, missed, filtering)
        for i in range(count):
            if filtering and missed[i]:
                continue
            doc = np.int64(candidates[i])
            number = base + doc
            score = float(scores[doc]) + base_score
            if writing:
                found_docs[total], found_scores[total] = np.uint32(number), np.float32(score)
            total += 1
            if noting and flags[number] & COPY:
                copies[noted] = np.uint32(number)
                noted += 1
            if keeping and (not by_score or size < wanted or score >= firsts[0]):
                key = date_keys[dates[number]]
                first, second = (score, key) if by_score else (key, score)
                if size < wanted or first >= firsts[0]:
                    size = _keep(best, size, first, second, -np.int64(id_rank[number]), number)
    return total, unfiltered, size, noted


@INLINE
def positions_at(postings: Postings, posting: int) -> int:
    """The offset of a posting's positions."""
    block = posting // POSITION_BLOCK
    at = np.int64(postings.position_blocks[block])
    for before in range(block * POSITION_BLOCK, posting):
        at = _next_positions(postings, before, at)
    return at


@INLINE
def _next_positions(postings: Postings, posting: int, at: int) -> int:
    """The offset of the next posting's positions; `at` is that of this one's."""
    count = np.int64(postings.freqs[posting])
    if count == LARGE:
        count, at = get_number(postings.positions, at)
    return skip_numbers(postings.positions, at, count)


@INLINE
def read_positions(postings: Postings, posting: int, at: int, into: NDArray[np.int64]) -> int:
    """Reads the positions of a posting from offset `at`, as many as fit; returns how many there are."""
    count = np.int64(postings.freqs[posting])
    if count == LARGE:
        count, at = get_number(postings.positions, at)
    position = np.int64(0)
    for i in range(min(count, len(into))):
        gap, at = get_number(postings.positions, at)
        position += gap
        into[i] = position
    return count


@njit(nogil=True, cache=True)
def phrase(
    postings: Postings,
    chunks: NDArray[np.int64],
    chunks_end: NDArray[np.int64],
    weights: NDArray[np.float64],
    norms: NDArray[np.float32],
    slop: int,
    positions: NDArray[np.int64],
    docs: NDArray[np.uint32],
    scores: NDArray[np.float32],
) -> int:
    """Finds the documents with the terms in this order, each at most `slop` positions after the one before.

    chunks, chunks_end: int64, the chunks of each term in the order of the words. positions: int64 buffer of shape
    (2, longest document). Writes documents (ascending) and the sum of the terms' BM25; returns their number.
    """
    terms, rarest = len(chunks), 0
    sizes = np.zeros(terms, np.int64)
    for term in range(terms):
        begin = np.int64(postings.chunk_end[chunks[term] - 1]) if chunks[term] > 0 else np.int64(0)
        sizes[term] = np.int64(postings.chunk_end[chunks_end[term] - 1]) - begin
        if sizes[term] < sizes[rarest]:
            rarest = term
    cursor, byte = np.zeros(terms, np.int64), np.zeros(terms, np.int64)
    chunk_of, stop = chunks.copy(), np.zeros(terms, np.int64)
    count = 0
    for lead in range(chunks[rarest], chunks_end[rarest]):
        number = postings.chunk_number[lead]
        present = True
        for term in range(terms):
            while chunk_of[term] < chunks_end[term] and postings.chunk_number[chunk_of[term]] < number:
                chunk_of[term] += 1
            if chunk_of[term] == chunks_end[term] or postings.chunk_number[chunk_of[term]] != number:
                present = False
                break
            at = chunk_of[term]
            cursor[term] = np.int64(postings.chunk_end[at - 1]) if at > 0 else np.int64(0)
            stop[term] = np.int64(postings.chunk_end[at])
            byte[term] = -1
        if not present:
            continue
        for posting in range(cursor[rarest], stop[rarest]):
            doc = np.int64(postings.docs[posting])
            together = True
            for term in range(terms):
                at = _gallop(postings.docs, cursor[term], stop[term], doc)
                if at == stop[term] or postings.docs[at] != doc:
                    cursor[term], byte[term], together = at, -1, False
                    break
                byte[term] = _advance_positions(postings, cursor[term], byte[term], at)
                cursor[term] = at
            if together and _adjacent(postings, cursor, byte, slop, positions):
                score = 0.0
                for term in range(terms):
                    norm = norms[(np.int64(number) << 16) + doc]
                    score += _bm25(
                        postings.freqs, postings.large_at, postings.large_value, cursor[term], weights[term], norm
                    )
                docs[count] = np.uint32(np.int64(number) << 16 | doc)
                scores[count] = np.float32(score)
                count += 1
    return count


@INLINE
def _gallop(docs: NDArray[np.uint16], low: int, high: int, wanted: int) -> int:
    """`_lower_bound` for a document that is probably near `low`."""
    step = 1
    while low + step < high and docs[low + step] < wanted:
        low += step
        step <<= 1
    return _lower_bound(docs, low, min(low + step + 1, high), wanted)


@INLINE
def _advance_positions(postings: Postings, before: int, at: int, posting: int) -> int:
    """The offset of the positions of `posting`, from those of the earlier posting `before` if that is shorter."""
    if at < 0 or before // POSITION_BLOCK != posting // POSITION_BLOCK:
        return positions_at(postings, posting)
    for passed in range(before, posting):
        at = _next_positions(postings, passed, at)
    return at


@INLINE
def _adjacent(
    postings: Postings, cursor: NDArray[np.int64], byte: NDArray[np.int64], slop: int, positions: NDArray[np.int64]
) -> bool:
    """Whether positions lead from the first term to the last in steps of 1 to `slop`."""
    reached = read_positions(postings, cursor[0], byte[0], positions[0])
    for term in range(1, len(cursor)):
        there = read_positions(postings, cursor[term], byte[term], positions[1])
        near, kept = 0, 0
        for i in range(there):
            position = positions[1, i]
            while near < reached and positions[0, near] < position - slop:
                near += 1
            if near < reached and positions[0, near] < position:
                positions[1, kept] = position
                kept += 1
        if kept == 0:
            return False
        for i in range(kept):
            positions[0, i] = positions[1, i]
        reached = kept
    return True
