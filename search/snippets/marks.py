"""Marks the words of a text that a query matched, by the tokens and terms of the index: marks and matches agree."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from whoosh.query import Query

from kiosque.index.segment.schema import TEXTS
from kiosque.index.text.analyzer import term_of
from kiosque.search.leaves.leaf import MarkTargets
from kiosque.search.leaves.nodes import add_marks, scored_leaves
from kiosque.search.leaves.surfaces import forms_of_surface
from kiosque.search.model import Span


def targets_of(tree: Query) -> dict[str, MarkTargets]:
    """What to mark in each text field: what `tree` asks of it, without what it excludes and what only filters."""
    targets = {name: MarkTargets() for name in TEXTS}
    for leaf in scored_leaves(tree):
        add_marks(leaf, targets.get(leaf.field(), MarkTargets()))
    return targets


class Mark(NamedTuple):
    """A marked span of a text, in code points, and what it matched."""

    start: int
    end: int
    what: str


class Word(NamedTuple):
    """A token of a text: its number, its term and its surface."""

    at: int
    term: str
    surface: str


class Cover(NamedTuple):
    """The tokens that a mark covers, from the first to the last, and what it matched."""

    first: int
    last: int
    what: str


def covers(words: Sequence[Word], targets: MarkTargets) -> list[Cover]:
    """The marks on a text, in order, not overlapping. `words` has at least the tokens whose terms are targets."""
    by_place, by_term = {word.at: word for word in words}, _by_term(words)
    found = [Cover(word.at, word.at, term) for term in targets.words for word in by_term.get(term, ())]
    for phrase in targets.phrases:
        found += _rows(by_term.get(phrase[0], ()), by_place, phrase, lambda word, term: word.term == term)
    for terms, slop in targets.near:
        found += [Cover(at, at, by_place[at].term) for at in _near(by_term, terms, slop)]
    if targets.forms:
        ways = ((word.at, way) for word in words for way in forms_of_surface(word.surface))
        found += [Cover(at, at, way) for at, way in ways if way in targets.forms]
    for row in targets.rows:
        starts = by_term.get(term_of(row[0]), ())
        found += _rows(starts, by_place, row, lambda word, form: form in forms_of_surface(word.surface))
    return apart(found)


def _by_term(words: Sequence[Word]) -> dict[str, list[Word]]:
    found: dict[str, list[Word]] = defaultdict(list)
    for word in words:
        found[word.term].append(word)
    return found


def _rows(
    starts: Sequence[Word], by_place: Mapping[int, Word], row: Sequence[str], is_one: Callable[[Word, str], bool]
) -> Iterator[Cover]:
    """Where words follow one another that match those of `row`, in its order; the first is one of `starts`."""
    for word in starts:
        others = [by_place.get(word.at + step) for step in range(len(row))]
        if all(other is not None and is_one(other, asked) for other, asked in zip(others, row, strict=True)):
            yield Cover(word.at, word.at + len(row) - 1, " ".join(row))


def _near(by_term: Mapping[str, Sequence[Word]], terms: tuple[str, ...], slop: int) -> set[int]:
    """The places of words in this order, each at most `slop` places after the one before."""
    levels = [[word.at for word in by_term.get(term, ())] for term in terms]
    for number in range(1, len(levels)):
        before = levels[number - 1]
        levels[number] = [at for at in levels[number] if 0 < at - _last_below(before, at) <= slop]
    taking = set(levels[-1])
    for number in range(len(levels) - 2, -1, -1):
        after = levels[number + 1]
        levels[number] = [at for at in levels[number] if 0 < _first_above(after, at) - at <= slop]
        taking.update(levels[number])
    return taking


def _last_below(places: Sequence[int], at: int) -> int:
    """The last of some places, ascending, before `at`; `at` where there is none."""
    found = bisect_left(places, at)
    return places[found - 1] if found else at


def _first_above(places: Sequence[int], at: int) -> int:
    """The first of some places, ascending, after `at`; `at` where there is none."""
    found = bisect_right(places, at)
    return places[found] if found < len(places) else at


def apart(found: Iterable[Cover]) -> list[Cover]:
    """The covers in order and apart; of two that begin together the longer stays.

    Of two phrases that share a word the later keeps the rest: "aide militaire" and "militaire ukrainienne" mark
    "aide militaire", then "ukrainienne". A phrase that overlaps itself stays once.
    """
    kept: list[Cover] = []
    for cover in sorted(found, key=lambda cover: (cover.first, -cover.last)):
        if not kept or cover.first > kept[-1].last:
            kept.append(cover)
        elif cover.last > kept[-1].last and cover.what != kept[-1].what:
            kept.append(cover._replace(first=kept[-1].last + 1))
    return kept


def spans(found: Iterable[Mark]) -> list[Span]:
    """The marks as (start, end) pairs."""
    return [(mark.start, mark.end) for mark in found]
