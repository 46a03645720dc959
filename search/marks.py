"""Which words of a text a query matched: the same tokens and terms as the index, so marks and matches agree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from whoosh.query import ConstantScoreQuery, Not, Phrase, Query, Term

from index.analysis import term_of, tokenize
from search.model import Span


@dataclass
class Wanted:
    """What a query asks of one text field: single terms and phrases (tuples of terms)."""

    words: set[str] = field(default_factory=set)
    phrases: set[tuple[str, ...]] = field(default_factory=set)

    def terms(self) -> set[str]:
        """Every term that stands in it."""
        return self.words.union(*self.phrases)


def wanted(tree: Query, name: str) -> Wanted:
    """What `tree` asks of the field `name`. What it excludes, and what only filters, is left out."""
    found = Wanted()
    for leaf in _positive_leaves(tree):
        if isinstance(leaf, Phrase) and leaf.fieldname == name:
            found.phrases.add(tuple(leaf.words))
        elif isinstance(leaf, Term) and leaf.fieldname == name:
            found.words.add(leaf.text)
    return found


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
    return apart([Mark(tokens[a].start, tokens[b - 1].end, " ".join(terms[a:b])) for a, b in covers])


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
