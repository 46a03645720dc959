"""What somebody may be typing: the last word completed from the index, and articles by the words of their titles."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from whoosh.query import And, Or, Query, Term

from index.analysis import normalize, term_of
from search.execute import Filters, execute
from search.model import Suggestion
from search.query import FUNCTION_WORDS, parse
from search.snapshot import Snapshot
from search.titles import one_a_title
from search.typed import Typing, typing

LONGEST = 200
"""Code points: nobody completes a longer query."""

LOOKED_AT = 40
"""Completions that are put into order."""

EVERYWHERE, FEW = 0.25, 10
"""A word in more than these articles and this share of all tells as little as a function word: "comme", "deux"."""

CONTEXT = 200
"""Articles of the words before whose words decide the order."""

LAST_TERMS = 12
"""Terms that the word being typed may become in a title."""

TITLES = 3
"""Articles among the suggestions; more where fewer queries are found."""

COPIES = 4
"""Articles that are looked at for each one shown: copies of an agency's text share their title."""

Completions = list[tuple[str, int]]


def suggestions(snapshot: Snapshot, q: str, size: int) -> list[Suggestion]:
    """At most `size`: queries whose last word is completed, then articles. Nothing where no word is being typed."""
    asked = typing(q) if len(q) <= LONGEST else None
    if asked is None or size < 1:
        return []
    completed = _in_context(snapshot, asked, list(islice(snapshot.vocabulary.completions(asked.last), LOOKED_AT)))
    queries = list(islice(_queries(asked, completed), size))
    titles = list(islice(_titles(snapshot, asked, completed, size), max(TITLES, size - len(queries))))
    return [*queries[: max(size - min(len(titles), TITLES), 1)], *titles][:size]


def _in_context(snapshot: Snapshot, asked: Typing, completed: Completions) -> Completions:
    """The completions, first those that go with the words before, last the words that stand everywhere."""
    near = _articles_of(snapshot, asked.before) if completed and asked.words else None
    documents, vocabulary = snapshot.documents, snapshot.vocabulary
    together = {form: vocabulary.among(form, near) for form, _ in completed} if near is not None else {}

    def place(found: tuple[str, int]) -> tuple[bool, float, int]:
        form, articles = found
        shared = together.get(form, 0)
        lift = math.log1p(shared * documents / (articles * len(near))) if near is not None and shared else 0.0
        common = form in FUNCTION_WORDS or articles > FEW + EVERYWHERE * documents
        return common, -shared * lift, -articles

    return sorted(completed, key=place)


def _articles_of(snapshot: Snapshot, before: str) -> NDArray[np.int64] | None:
    """The best articles of what is typed already, ascending; None where there is none."""
    best = execute(snapshot, parse(before, snapshot).tree, Filters(), "relevance", CONTEXT).best
    return np.sort(np.array([number for number, _ in best], np.int64)) if best else None


def _queries(asked: Typing, completed: Completions) -> Iterator[Suggestion]:
    """The completed queries but for what is typed already."""
    for form, articles in completed:
        if form != normalize(asked.last):
            yield Suggestion(text=asked.before + form, kind="query", count=None if asked.before else articles)


def _titles(snapshot: Snapshot, asked: Typing, completed: Completions, most: int) -> Iterator[Suggestion]:
    """The articles whose titles have the words typed and one that the last may become."""
    if not completed:
        return
    found = execute(snapshot, _titled(snapshot, asked, completed), Filters(), "relevance", most * COPIES).best
    for article, _ in one_a_title((snapshot.article(number), score) for number, score in found):
        yield Suggestion(text=article.title, kind="article", id=article.id)


def _titled(snapshot: Snapshot, asked: Typing, completed: Completions) -> Query:
    """The likelier a completion, the more it counts: else the rarest, "Macri", would come before "Macron"."""
    telling = [word for word in asked.words if normalize(word) not in FUNCTION_WORDS]
    words = [Or([Term("title", term) for term in snapshot.terms(word)]) for word in telling]
    likely = enumerate(completed[:LAST_TERMS], 1)
    return And([*words, Or([Term("title", term_of(form), boost=1 / place) for place, (form, _) in likely])])
