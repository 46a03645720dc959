"""What somebody may be typing: the last word completed from the index, and articles by the words of their titles."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice

from whoosh.query import And, Or, Query, Term

from kiosque.index.text.analyzer import normalize, term_of
from kiosque.search.execute.index_statistics import IndexStatistics
from kiosque.search.execute.searchable import Searchable
from kiosque.search.lexicon.word_kinds import is_function_word
from kiosque.search.model import Suggestion
from kiosque.search.query.lexer import CompletionPrefix, completion_prefix
from kiosque.search.suggest.titles import one_a_title

LONGEST = 200
"""Code points: nobody completes a longer query."""

LOOKED_AT = 32
"""Completions that are put into order."""

EVERYWHERE, FEW = 0.25, 10
"""A word in more than these articles and this share of all tells as little as a function word: "comme", "deux"."""

LAST_TERMS = 6
"""Terms that the word being typed may become in a title."""

MOST_POSTINGS = 30_000
"""Postings of these terms that are read, so that a million articles cost a millisecond; the likeliest term first."""

SHORTEST = 3
"""Letters of a word alone from which on titles are offered: a letter or two stand in every other one."""

TITLES = 3
"""Articles among the suggestions; more where fewer queries are found."""

COPIES = 4
"""Articles that are looked at for each one shown: copies of an agency's text share their title."""

Completions = list[tuple[str, int]]


def suggestions(state: Searchable, q: str, size: int) -> list[Suggestion]:
    """At most `size`: queries whose last word is completed, then articles. Nothing where no word is being typed."""
    asked = completion_prefix(q) if len(q) <= LONGEST else None
    if asked is None or size < 1:
        return []
    completed = _in_context(state, asked, list(islice(state.dictionary.completions(asked.last), LOOKED_AT)))
    queries = list(islice(_queries(asked, completed), size))
    titles = list(islice(_titles(state, asked, completed, size), max(TITLES, size - len(queries))))
    return [*queries[: max(size - min(len(titles), TITLES), 1)], *titles][:size]


def _in_context(state: Searchable, asked: CompletionPrefix, completed: Completions) -> Completions:
    """The completions, first those that go with the words before, last the words that stand everywhere."""
    telling = [state.dictionary.terms(word) for word in _telling(asked.words)]
    seen, counts = state.together(telling, [term_of(form) for form, _ in completed]) if telling else (0, [])
    together = dict(zip(completed, counts, strict=True)) if seen else {}

    def place(found: tuple[str, int]) -> tuple[bool, float, int]:
        form, articles = found
        common = is_function_word(form) or articles > FEW + EVERYWHERE * state.documents
        both = together.get(found, 0)
        lift = math.log1p(both * state.documents / (articles * seen)) if both else 0.0
        return common, -both * lift, -articles

    return sorted(completed, key=place)


def _telling(words: list[str]) -> list[str]:
    return [word for word in words if not is_function_word(word)]


def _queries(asked: CompletionPrefix, completed: Completions) -> Iterator[Suggestion]:
    """The completed queries but for what is typed already."""
    for form, articles in completed:
        if form != normalize(asked.last):
            yield Suggestion(text=asked.before + form, kind="query", count=None if asked.before else articles)


def _titles(state: Searchable, asked: CompletionPrefix, completed: Completions, most: int) -> Iterator[Suggestion]:
    """The articles whose titles have the words typed and one that the last may become."""
    if not completed or (len(asked.last) < SHORTEST and not asked.words):
        return
    found = state.best(_titled(state, asked, completed), most * COPIES)
    cards = (state.card(number) for number, _ in found)
    for card in one_a_title((card.title, card) for card in cards):
        yield Suggestion(text=card.title, kind="article", id=card.id)


def _titled(state: IndexStatistics, asked: CompletionPrefix, completed: Completions) -> Query:
    """The likelier a completion, the more it counts: else the rarest, "Macri", would come before "Macron"."""
    words = [Or([Term("title", term) for term in state.dictionary.terms(word)]) for word in _telling(asked.words)]
    likely = enumerate(_affordable(state, [term_of(form) for form, _ in completed[:LAST_TERMS]]), 1)
    return And([*words, Or([Term("title", term, boost=1 / place) for place, term in likely])])


def _affordable(state: IndexStatistics, terms: list[str]) -> Iterator[str]:
    read = 0
    for term, articles in zip(terms, state.dictionary.frequencies(terms, ["title"]), strict=True):
        if not read or read + articles <= MOST_POSTINGS:
            read += articles
            yield term
