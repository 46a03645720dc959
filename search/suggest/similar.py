"""The articles nearest to one: those that share most of its most telling terms. Copies under one title come once."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple, TypeVar

from whoosh.query import NullQuery, Or, Query, Term

from kiosque.corpus.article import Article
from kiosque.index.segment.schema import TEXTS
from kiosque.index.text.analyzer import folded_surface, term_of, tokenize
from kiosque.search.execute.index_statistics import IndexStatistics
from kiosque.search.execute.search_result import Document
from kiosque.search.execute.searchable import Searchable
from kiosque.search.lexicon.word_kinds import is_function_word

TERMS = 20
"""Terms that represent an article."""

LEAD = 600
"""Words of a body to read: the press says first what it is about, and a page must not wait for a novel."""

TITLE = 3
"""Occurrences in the body that one in the title is worth."""

FAMILIAR = 0.1
"""A term in ten articles and this share of all, or in more, tells nothing."""

MOST_POSTINGS = 100_000
"""Postings to read, the most telling terms first: milliseconds for a million articles."""

COPIES = 5
"""Articles read for each one shown: copies of an agency's text share their title."""


ALIKE = 0.75
"""Two titles are the same for a reader if they share this part of all their words."""

Found = TypeVar("Found")


class Telling(NamedTuple):
    """A term of an article: its weight there, how much it tells (weight times idf), how many articles have it."""

    term: str
    weight: float
    tells: float
    articles: int


def similar(state: Searchable, document: Document, size: int) -> list[tuple[Document, float]]:
    """At most `size` documents with their scores, best first, one per title, without the article itself."""
    article = state.article(document)
    found = state.best(similar_tree(state.statistics, article), 1 + size * COPIES)
    others = ((state.card(other).title, (other, score)) for other, score in found if other != document)
    return list(islice(one_a_title(others, shown=[article.title]), size))


def similar_tree(statistics: IndexStatistics, article: Article) -> Query:
    """Any of the article's most telling terms, in title or body; each counts as often as it does in the article."""
    telling = _affordable(telling_terms(statistics, article))
    weight = statistics.ranking.weight
    leaves = [Term(name, found.term, boost=weight(name) * found.weight) for found in telling for name in TEXTS]
    return Or(leaves) if leaves else NullQuery


def telling_terms(statistics: IndexStatistics, article: Article) -> list[Telling]:
    """The article's terms, the most telling first. A word that no other article has tells nothing about others."""
    counts = Counter(_terms(article.body, LEAD))
    for term in _terms(article.title, LEAD):
        counts[term] += TITLE
    most = 10 + int(FAMILIAR * statistics.documents)
    frequencies = zip(counts.items(), statistics.dictionary.frequencies(list(counts)), strict=True)
    terms = (_telling(statistics, *counted, articles) for counted, articles in frequencies if 2 <= articles <= most)
    return sorted(terms, key=lambda found: -found.tells)


def _terms(text: str, most: int) -> Iterable[str]:
    surfaces = (token.surface for token in islice(tokenize(text), most))
    return (term_of(surface) for surface in surfaces if not is_function_word(surface))


def _telling(statistics: IndexStatistics, term: str, count: int, articles: int) -> Telling:
    weight = 1 + math.log(count)
    return Telling(term, weight, weight * statistics.idf(articles), articles)


def _affordable(telling: list[Telling]) -> Iterator[Telling]:
    room = MOST_POSTINGS
    for found in telling[:TERMS]:
        if found.articles <= room:
            room -= found.articles
            yield found


def title_words(title: str) -> frozenset[str]:
    """The words of a title, without accents."""
    return frozenset(folded_surface(token.surface) for token in tokenize(title))


def one_a_title(found: Iterable[tuple[str, Found]], shown: Iterable[str] = ()) -> Iterator[Found]:
    """What has no title, or one unlike those before it and `shown`: copies differ in case, accents or a word."""
    seen = [title_words(title) for title in shown]
    for title, one in found:
        words = title_words(title)
        if not any(_alike(words, other) for other in seen):
            seen.append(words)
            yield one


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and len(one & other) >= ALIKE * len(one | other)
