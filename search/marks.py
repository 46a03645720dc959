"""Which words of a text a query matched: the same tokens and terms as the index, so marks and matches agree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from whoosh.query import ConstantScoreQuery, Not, Phrase, Query, Term

from index.analysis import term_of, tokenize
from search.exact_phrase import WrittenPhrase
from search.forms import Written
from search.model import Span
from search.surfaces import is_written


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
        """Every term that stands among its words and phrases."""
        return self.words.union(*self.phrases)

    @property
    def is_plain(self) -> bool:
        """Whether terms tell all that is to be marked."""
        return not (self.forms or self.rows or self.near)


def wanted(tree: Query, name: str) -> Wanted:
    """What `tree` asks of the field `name`. What it excludes, and what only filters, is left out."""
    found = Wanted()
    for leaf in _positive_leaves(tree):
        if leaf.field() == name:
            _add(leaf, found)
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


def _positive_leaves(tree: Query) -> Iterable[Query]:
    if isinstance(tree, (Not, ConstantScoreQuery)):
        return
    children = list(tree.children())
    if not children:
        yield tree
    for child in children:
        yield from _positive_leaves(child)


class Mark(NamedTuple):
    """A marked stretch of a text, in code points, and the term or phrase that it matched."""

    start: int
    end: int
    what: str


def marks(text: str, asked: Wanted) -> list[Mark]:
    """The marks on `text` in order, not overlapping. A phrase is marked as one, not its stray words elsewhere."""
    tokens = list(tokenize(text))
    terms = [term_of(token.surface) for token in tokens]
    covers = [(at, at + 1) for at, term in enumerate(terms) if term in asked.words]
    for phrase in asked.phrases:
        covers += [(at, at + len(phrase)) for at in _starts(terms, phrase)]
    for words, slop in asked.near:
        covers += [(at, at + 1) for at in _near(terms, words, slop)]
    surfaces = [token.surface for token in tokens]
    if asked.forms:
        forms = frozenset(asked.forms)
        covers += [(at, at + 1) for at, surface in enumerate(surfaces) if is_written(surface, forms)]
    for row in asked.rows:
        covers += [(at, at + len(row)) for at in range(len(tokens)) if _stands(surfaces[at : at + len(row)], row)]
    return apart([Mark(tokens[a].start, tokens[b - 1].end, " ".join(terms[a:b])) for a, b in covers])


def _near(terms: list[str], words: tuple[str, ...], slop: int) -> set[int]:
    """The places of the words that stand in this order, each at most `slop` places behind the one before."""
    behind: list[list[int]] = []
    for word in words:
        places = [at for at, term in enumerate(terms) if term == word]
        behind.append([at for at in places if not behind or any(0 < at - before <= slop for before in behind[-1])])
    taking = set(behind[-1])
    for places, after in zip(behind[-2::-1], behind[:0:-1], strict=True):
        taking |= {at for at in places if any(0 < later - at <= slop and later in taking for later in after)}
    return taking


def _stands(surfaces: list[str], row: tuple[str, ...]) -> bool:
    """Whether surfaces in a row are these forms, one after the other."""
    return len(surfaces) == len(row) and all(map(is_written, surfaces, (frozenset({form}) for form in row)))


def _starts(terms: list[str], phrase: tuple[str, ...]) -> Iterable[int]:
    return (at for at, term in enumerate(terms) if term == phrase[0] and tuple(terms[at : at + len(phrase)]) == phrase)


def apart(found: list[Mark]) -> list[Mark]:
    """The marks in order; of two that overlap the earlier, then the longer, stays."""
    kept: list[Mark] = []
    for mark in sorted(found, key=lambda mark: (mark.start, -mark.end)):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return kept


def spans(found: Iterable[Mark]) -> list[Span]:
    """The marks as (start, end) pairs."""
    return [(mark.start, mark.end) for mark in found]
