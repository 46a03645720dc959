"""The hot loops of a search: one pass over the posting lists of a segment scores, filters, counts and keeps the best.

A query is a list of groups. A document matches when it is in each group; it is in a group when it is in one of the
group's leaves. A leaf is a term's posting list, or a list of documents with scores that was made before (a phrase,
a query inside a query). The documents of a segment are taken 65,536 at a time: their scores fit the processor's cache.
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
"""What `seen` holds for a document of an excluded leaf; so a query has at most 254 groups."""

GALLOP = 8
"""A list this many times longer than the candidates is searched for each of them, not walked."""

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

    rows: int64 of shape (7, leaves): the group; the first chunk of a term's postings and where its chunks end; where
    both are 0, the leaf is the list between the next two in `Lists`; the row of its field's norms; the bits
    of the form as it was typed (see `index.segment.postings`), 0 where there is none.
    weights: float64 of shape (2, leaves), boost times idf times (k1 + 1): of a posting, and of one with such a bit.
    """

    rows: NDArray[np.int64]
    weights: NDArray[np.float64]


class Lists(NamedTuple):
    """Documents (uint32, ascending within a list) with their scores (float32)."""

    docs: NDArray[np.uint32]
    scores: NDArray[np.float32]


DELETED, COPY = 1, 2
"""Bits of a document's flags: it is deleted; it is in a group of near copies."""

OK, WANTED = 1, 2
"""Bits of a value in the tables of a `Sieve`."""


Counts = tuple[NDArray[np.int64], ...]
"""Of each facet's column the counts, int64 by ordinal."""


class Sieve(NamedTuple):
    """What lets a document through, by the ordinals of its values in the facets' columns.

    flags: uint8 by document, DELETED or COPY; empty where no document has one. columns: uint32 by document. tables:
    uint8 by ordinal; OK is what the query itself asks, WANTED what the facet's selection asks, which its own counts
    ignore. sifting: whether any table leaves something out.
    """

    flags: Bytes
    columns: tuple[NDArray[np.uint32], ...]
    tables: tuple[Bytes, ...]
    sifting: bool


class Best(NamedTuple):
    """A heap of the best documents, worst first: three keys, each larger is better, and the document."""

    first: NDArray[np.float64]
    second: NDArray[np.float64]
    third: NDArray[np.int64]
    docs: NDArray[np.int64]


class Scratch(NamedTuple):
    """Room for one chunk. Zero between two searches: scores, groups passed so far, how many facets leave one out."""

    scores: NDArray[np.float32]
    seen: Bytes
    candidates: NDArray[np.uint16]
    missed: Bytes


def scratch() -> Scratch:
    """Fresh room; a thread keeps its own."""
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
def _lower(docs: Documents, low: int, high: int, wanted: int) -> int:
    while low < high:
        middle = (low + high) >> 1
        if docs[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@INLINE
def _better(best: Best, at: int, first: float, second: float, third: int) -> bool:
    """Whether the keys are better than those at `at`."""
    if first != best.first[at]:
        return first > best.first[at]
    if second != best.second[at]:
        return second > best.second[at]
    return third > best.third[at]


@INLINE
def _move(best: Best, source: int, target: int) -> None:
    best.first[target], best.second[target] = best.first[source], best.second[source]
    best.third[target], best.docs[target] = best.third[source], best.docs[source]


@INLINE
def _put(best: Best, at: int, first: float, second: float, third: int, doc: int) -> None:
    best.first[at], best.second[at], best.third[at], best.docs[at] = first, second, third, doc


@njit(nogil=True, cache=True)
def _keep(best: Best, size: int, first: float, second: float, third: int, doc: int) -> int:
    """Puts a document into the heap if it belongs there; gives the heap's new size."""
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
def _sink(best: Best, room: int, first: float, second: float, third: int, doc: int) -> None:
    """Replaces the worst of a full heap."""
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
    """Where a term's postings of this chunk begin and end; its chunks are those from `low` to `high`."""
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
    """The posting of a document in the chunks first..last of a term; -1 where it has none."""
    begin, end = _term_range(postings.chunk_number, postings.chunk_end, first, last, document >> 16)
    at = _lower(postings.docs, begin, end, document & 0xFFFF)
    return at if at < end and postings.docs[at] == document & 0xFFFF else -1


@INLINE
def _list_range(docs: NDArray[np.uint32], first: int, last: int, chunk: int) -> tuple[int, int]:
    """Where a list's documents of this chunk begin and end; it is the one from `first` to `last`."""
    begin = _lower(docs, first, last, chunk << 16)
    return begin, _lower(docs, begin, last, (chunk + 1) << 16)


@njit(nogil=True, cache=True)
def _gather(
    docs: NDArray[np.uint16], freqs: Bytes, large_at: Large, large_value: LargeValue, begin: int, end: int,
    form_bits: Bytes, mask: int, plain: float, typed: float, norms: NDArray[np.float32],
    scores: Scores, seen: Bytes, candidates: Candidates, count: int,
) -> int:  # fmt: skip
    """The postings of a leaf of the first group: each document is a candidate, once."""
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
    """The postings of a leaf of a later group: candidates that it has pass on."""
    if end - begin > GALLOP * count:
        for i in range(count):
            doc = np.int64(candidates[i])
            at = _lower(docs, begin, end, doc)
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
def _passed_on(seen: Bytes, candidates: Candidates, count: int, group: int) -> int:
    """Drops the candidates that the group did not have; gives how many are left."""
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
def _mark_excluded(postings: Postings, leaves: Leaves, lists: Lists, chunk: int, seen: Bytes, value: int) -> None:
    """Sets `seen` to `value` for every document of the excluded leaves."""
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
    postings: Postings, leaves: Leaves, lists: Lists, groups: int, chunk: int, norms: NDArray[np.float32],
    room: Scratch,
) -> int:  # fmt: skip
    """The documents of a chunk that are in every group, scored; gives how many there are."""
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
            count = _passed_on(seen, candidates, before, group)
        if count == 0:
            break
    return count


@njit(nogil=True, cache=True)
def _living(candidates: Candidates, count: int, base: int, seen: Bytes, flags: Bytes, excluding: bool) -> int:
    """Drops the candidates that are excluded or deleted, and clears `seen` of all; gives how many are left."""
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
def _sift(
    column: NDArray[np.uint32], table: Bytes, candidates: Candidates, count: int, base: int, missed: Bytes
) -> int:
    """Drops the candidates that the query's own filter on a column leaves out; gives how many are left.

    `missed` counts, by candidate, the facets whose selections leave it out.
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
    missed: Bytes, sifting: bool,
) -> None:  # fmt: skip
    """Adds to a facet's counts the candidates that no other facet's selection leaves out."""
    if not sifting:
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
    lists: Lists,
    groups: int,
    base_score: float,
    documents: int,
    norms: NDArray[np.float32],
    sieve: Sieve,
    room: Scratch,
    sort: int,
    date_keys: NDArray[np.float64],
    dates: NDArray[np.uint32],
    id_rank: NDArray[np.uint32],
    best: Best,
    counts: Counts,
    found: Lists,
    copies: NDArray[np.uint32],
    first_chunk: int,
    last_chunk: int,
    total: int,
    matched: int,
    size: int,
    noted: int,
) -> tuple[int, int, int, int]:
    """Answers a query over the chunks first_chunk..last_chunk of a segment.

    Gives the total, what matched before the facets' selections, the size of the heap, and how many matches were written
    to `copies`: where that has room, those that are flagged as COPY are. It goes on from what it gave for the chunks
    before, at first from zeros. `groups` is the number of groups to be in; where it is 0, every document matches.
    `base_score` is added to every score. `norms` is float32 of shape (fields, documents). `sort` says whether the score
    or the date is compared first; `date_keys` (float64 by ordinal of `dates`) is larger for what comes first. Last
    comes the lower `id_rank`. `counts`, one array a column of the sieve, are added to. Where `found` has room, every
    match is also written there.

    The tuples have one length a program, so Numba unrolls nothing and compiles once; each column is one loop over the
    chunk's candidates, whose ordinals stay in the cache.
    """
    scores, seen, candidates, missed = room.scores, room.seen, room.candidates, room.missed
    flags, sifting, facets = sieve.flags, sieve.sifting, len(counts)
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
        count = _living(candidates, count, base, seen, flags, excluding)
        if excluding:
            _mark_excluded(postings, leaves, lists, chunk, seen, 0)
        if sifting:
            missed[:count] = 0
            for at in range(facets):
                count = _sift(sieve.columns[at], sieve.tables[at], candidates, count, base, missed)
        matched += count
        for at in range(facets):
            _count(sieve.columns[at], sieve.tables[at], counts[at], candidates, count, base, missed, sifting)
        for i in range(count):
            if sifting and missed[i]:
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
    return total, matched, size, noted


@INLINE
def positions_at(postings: Postings, posting: int) -> int:
    """Where the positions of a posting begin."""
    block = posting // POSITION_BLOCK
    at = np.int64(postings.position_blocks[block])
    for before in range(block * POSITION_BLOCK, posting):
        at = _behind(postings, before, at)
    return at


@INLINE
def _behind(postings: Postings, posting: int, at: int) -> int:
    """Where the positions of the next posting begin, those of this one being at `at`."""
    count = np.int64(postings.freqs[posting])
    if count == LARGE:
        count, at = get_number(postings.positions, at)
    return skip_numbers(postings.positions, at, count)


@INLINE
def read_positions(postings: Postings, posting: int, at: int, into: NDArray[np.int64]) -> int:
    """Reads the positions of a posting that are at `at`; gives how many there are (no more than fit are kept)."""
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
    """The documents where the terms stand in this order, each at most `slop` places behind the one before.

    `chunks` and `chunks_end` (int64) are each term's chunks, in the order of the words. `positions` is int64 room of
    shape (2, longest document). Writes documents (ascending) and the sum of the terms' BM25; gives their number.
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
                at = _galloped(postings.docs, cursor[term], stop[term], doc)
                if at == stop[term] or postings.docs[at] != doc:
                    cursor[term], byte[term], together = at, -1, False
                    break
                byte[term] = _moved(postings, cursor[term], byte[term], at)
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
def _galloped(docs: NDArray[np.uint16], low: int, high: int, wanted: int) -> int:
    """`_lower` for what is probably near `low`."""
    step = 1
    while low + step < high and docs[low + step] < wanted:
        low += step
        step <<= 1
    return _lower(docs, low, min(low + step + 1, high), wanted)


@INLINE
def _moved(postings: Postings, before: int, at: int, posting: int) -> int:
    """Where the positions of `posting` begin, from those of an earlier posting where that is the shorter way."""
    if at < 0 or before // POSITION_BLOCK != posting // POSITION_BLOCK:
        return positions_at(postings, posting)
    for passed in range(before, posting):
        at = _behind(postings, passed, at)
    return at


@INLINE
def _adjacent(
    postings: Postings, cursor: NDArray[np.int64], byte: NDArray[np.int64], slop: int, positions: NDArray[np.int64]
) -> bool:
    """Whether some way leads from a position of the first term to one of the last, each step 1 to `slop` long."""
    reached = read_positions(postings, cursor[0], byte[0], positions[0])
    for term in range(1, len(cursor)):
        there = read_positions(postings, cursor[term], byte[term], positions[1])
        behind, kept = 0, 0
        for i in range(there):
            position = positions[1, i]
            while behind < reached and positions[0, behind] < position - slop:
                behind += 1
            if behind < reached and positions[0, behind] < position:
                positions[1, kept] = position
                kept += 1
        if kept == 0:
            return False
        for i in range(kept):
            positions[0, i] = positions[1, i]
        reached = kept
    return True
