"""Which words of a text a query matched: the same tokens and terms as the index, so marks and matches agree."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from whoosh.query import ConstantScoreQuery, Not, Phrase, Query, Term

from kiosque.index.segment.schema import TEXTS
from kiosque.index.text.analyzer import term_of, tokenize
from kiosque.search.leaves.exact_phrase import WrittenPhrase
from kiosque.search.leaves.forms import Written
from kiosque.search.leaves.surfaces import written_as
from kiosque.search.model import Span

MARKED = (Term, Phrase, Written, WrittenPhrase)
"""The leaves that say what to mark."""


@dataclass
class Wanted:
    """What a query asks of one text field.

    words: terms; every token of one is marked. phrases: terms in a row; the row is marked as one.
    forms: how words are written (`=Élysée`, wildcards, fuzzy words); a token is marked where `surfaces.is_written` says
    that its surface is one of them: one with capitals as it is, the others in any case. rows: forms in a row, marked as
    one. near: terms in this order, each at most so many places behind the one before; each word that takes part in
    such an occurrence is marked alone, since what stands between was not asked for.
    """

    words: set[str] = field(default_factory=set)
    phrases: set[tuple[str, ...]] = field(default_factory=set)
    forms: set[str] = field(default_factory=set)
    rows: set[tuple[str, ...]] = field(default_factory=set)
    near: set[tuple[tuple[str, ...], int]] = field(default_factory=set)

    def terms(self) -> set[str]:
        """The terms of every token that takes part in a mark."""
        forms = self.forms.union(*self.rows)
        return self.words.union(*self.phrases, *(terms for terms, _ in self.near), map(term_of, forms))

    @property
    def is_plain(self) -> bool:
        """Whether terms tell all that is to be marked."""
        return not (self.forms or self.rows or self.near)


def wanted(tree: Query) -> dict[str, Wanted]:
    """What `tree` asks of each text field. What it excludes, and what only filters, is left out."""
    found, rest = {name: Wanted() for name in TEXTS}, [tree]
    while rest:
        query = rest.pop()
        if isinstance(query, MARKED):
            _add(query, found.get(query.fieldname, Wanted()))
        elif not isinstance(query, (Not, ConstantScoreQuery)):
            rest += query.children()
    return found


def _add(leaf: Query, found: Wanted) -> None:
    if isinstance(leaf, Term):
        found.words.add(leaf.text)
    elif isinstance(leaf, Phrase) and leaf.slop > 1:
        found.near.add((tuple(leaf.words), leaf.slop))
    elif isinstance(leaf, Phrase):
        found.phrases.add(tuple(leaf.words))
    elif isinstance(leaf, Written):
        found.forms |= leaf.forms()
    elif isinstance(leaf, WrittenPhrase):
        found.rows.add(leaf.forms)


class Mark(NamedTuple):
    """A marked stretch of a text, in code points, and what it matched."""

    start: int
    end: int
    what: str


class Word(NamedTuple):
    """A token of a text: its number, its term and how it is written."""

    at: int
    term: str
    surface: str


class Cover(NamedTuple):
    """The tokens that a mark covers, from the first to the last, and what it matched."""

    first: int
    last: int
    what: str


def marks(text: str, asked: Wanted) -> list[Mark]:
    """The marks on `text` in order, not overlapping. A phrase is marked as one, not its stray words elsewhere."""
    tokens = list(tokenize(text))
    words = [Word(at, term_of(token.surface), token.surface) for at, token in enumerate(tokens)]
    return [Mark(tokens[first].start, tokens[last].end, what) for first, last, what in covers(words, asked)]


def covers(words: Sequence[Word], asked: Wanted) -> list[Cover]:
    """What is asked in a text, in order and apart. `words` has at least its tokens whose terms are asked for."""
    by_place, by_term = {word.at: word for word in words}, _by_term(words)
    found = [Cover(word.at, word.at, term) for term in asked.words for word in by_term.get(term, ())]
    for phrase in asked.phrases:
        found += _rows(by_term.get(phrase[0], ()), by_place, phrase, lambda word, term: word.term == term)
    for terms, slop in asked.near:
        found += [Cover(at, at, by_place[at].term) for at in _near(by_term, terms, slop)]
    if asked.forms:
        ways = ((word.at, way) for word in words for way in written_as(word.surface))
        found += [Cover(at, at, way) for at, way in ways if way in asked.forms]
    for row in asked.rows:
        starts = by_term.get(term_of(row[0]), ())
        found += _rows(starts, by_place, row, lambda word, form: form in written_as(word.surface))
    return apart(found)


def _by_term(words: Sequence[Word]) -> dict[str, list[Word]]:
    found: dict[str, list[Word]] = defaultdict(list)
    for word in words:
        found[word.term].append(word)
    return found


def _rows(
    starts: Sequence[Word], by_place: Mapping[int, Word], row: Sequence[str], is_one: Callable[[Word, str], bool]
) -> Iterator[Cover]:
    """Where words stand one after the other that are each one of `row`, in its order; the first is one of `starts`."""
    for word in starts:
        others = [by_place.get(word.at + step) for step in range(len(row))]
        if all(other is not None and is_one(other, asked) for other, asked in zip(others, row, strict=True)):
            yield Cover(word.at, word.at + len(row) - 1, " ".join(row))


def _near(by_term: Mapping[str, Sequence[Word]], terms: tuple[str, ...], slop: int) -> set[int]:
    """The places of the words that stand in this order, each at most `slop` places behind the one before."""
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
    """The first of some places, ascending, behind `at`; `at` where there is none."""
    found = bisect_right(places, at)
    return places[found] if found < len(places) else at


def apart(found: Iterable[Cover]) -> list[Cover]:
    """The covers in order; of two that overlap the earlier, then the longer, stays."""
    kept: list[Cover] = []
    for cover in sorted(found, key=lambda cover: (cover.first, -cover.last)):
        if not kept or cover.first > kept[-1].last:
            kept.append(cover)
    return kept


def spans(found: Iterable[Mark]) -> list[Span]:
    """The marks as (start, end) pairs."""
    return [(mark.start, mark.end) for mark in found]
