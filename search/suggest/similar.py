"""The articles that are nearest to one: those that share most of its most telling terms."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from whoosh.query import NullQuery, Or, Query, Term

from kiosque.corpus.article import Article
from kiosque.index.segment.schema import TEXTS
from kiosque.index.text.analyzer import term_of, tokenize
from kiosque.search.execute.index_statistics import IndexStatistics
from kiosque.search.execute.search_result import Document
from kiosque.search.execute.searchable import Searchable
from kiosque.search.lexicon.word_kinds import is_function_word
from kiosque.search.suggest.titles import one_a_title

TERMS = 20
"""Terms that stand for an article."""

LEAD = 600
"""Words of a body that are read: the press says first what it is about, and a page must not wait for a novel."""

TITLE = 3
"""What a word of the title counts beside one of the body."""

FAMILIAR = 0.1
"""A term in ten articles and this share of all, or in more, tells nothing."""

MOST_POSTINGS = 100_000
"""Postings that are read, so that a million articles cost milliseconds; those of the most telling terms first."""

COPIES = 5
"""Articles that are looked at for each one shown: copies of an agency's text share their title."""


class Telling(NamedTuple):
    """A term of an article: its weight in it, how much it tells (weight times idf), in how many articles it stands."""

    term: str
    weight: float
    tells: float
    articles: int


def similar(state: Searchable, document: Document, size: int) -> list[tuple[Document, float]]:
    """At most `size` documents with their scores, best first, one a title; the article itself is none of them."""
    article = state.article(document)
    found = state.best(similar_tree(state, article), 1 + size * COPIES)
    others = ((state.card(other).title, (other, score)) for other, score in found if other != document)
    return list(islice(one_a_title(others, shown=[article.title]), size))


def similar_tree(state: IndexStatistics, article: Article) -> Query:
    """Any of the article's most telling terms, in title or body; each counts as often as it does in the article."""
    telling = _affordable(telling_terms(state, article))
    leaves = [
        Term(name, found.term, boost=state.ranking.weight(name) * found.weight) for found in telling for name in TEXTS
    ]
    return Or(leaves) if leaves else NullQuery


def telling_terms(state: IndexStatistics, article: Article) -> list[Telling]:
    """The article's terms, the most telling first: a word that no other article has tells nothing about others."""
    counts = Counter(_terms(article.body, LEAD))
    for term in _terms(article.title, LEAD):
        counts[term] += TITLE
    most = 10 + int(FAMILIAR * state.documents)
    frequencies = zip(counts.items(), state.dictionary.frequencies(list(counts)), strict=True)
    terms = (_telling(state, *counted, articles) for counted, articles in frequencies if 2 <= articles <= most)
    return sorted(terms, key=lambda found: -found.tells)


def _terms(text: str, most: int) -> Iterable[str]:
    surfaces = (token.surface for token in islice(tokenize(text), most))
    return (term_of(surface) for surface in surfaces if not is_function_word(surface))


def _telling(state: IndexStatistics, term: str, count: int, articles: int) -> Telling:
    weight = 1 + math.log(count)
    return Telling(term, weight, weight * state.idf(articles), articles)


def _affordable(telling: list[Telling]) -> Iterator[Telling]:
    room = MOST_POSTINGS
    for found in telling[:TERMS]:
        if found.articles <= room:
            room -= found.articles
            yield found
