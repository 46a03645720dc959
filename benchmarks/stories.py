"""A collection made from the press itself: the title of an article asks for the other articles of its story.

Articles tell one story when they are at most three days apart and their bodies are alike (cosine of tf-idf), though not
copies, under titles that differ. Bodies judge, as bags of words: what this collection says of the title's weight, of
field lengths and of forms is worth more than what it says of word order.
"""

from __future__ import annotations

import random
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from benchmarks.corpus import REAL
from benchmarks.judged import Judged, rows
from kiosque.corpus.article import Article
from kiosque.index.segment.segment_data import SegmentData
from kiosque.search.execute.snapshot import Snapshot
from kiosque.search.suggest.similar import title_words

SEED, QUERIES = 11, 1500
ALIKE, COPIES = 0.35, 0.85
DAYS = 3
MOST = 10
"""Articles of a story; more are a matter, not a story."""

LEAST = 400
"""Code points of a body that says enough."""

FAMILIAR = 0.1
"""The share of the articles from which on a term is left out."""


def press() -> list[Article]:
    """The articles, whole."""
    return [
        Article(id=row.id, title=row.title, body=row.body, date=(row.date or "")[:10] or None) for row in rows(REAL)
    ]


def stories(articles: list[Article], snapshot: Snapshot) -> Judged:
    """The collection over an index of `articles`, in their order."""
    [view] = snapshot.views
    vectors, days = _vectors(view.data), np.array([_day(article) for article in articles])
    queries, qrels, without = {}, {}, {}
    for number in random.Random(SEED).sample(range(len(articles)), len(articles)):
        found = _story(number, articles, vectors, days)
        if found:
            query = f"s-{number}"
            queries[query], without[query] = articles[number].title, articles[number].id
            qrels[query] = {articles[other].id: 1 for other in found}
        if len(queries) == QUERIES:
            break
    return Judged("stories", articles, queries, qrels, without)


def _story(number: int, articles: list[Article], vectors: sparse.csr_matrix, days: NDArray[np.int64]) -> list[int]:
    article = articles[number]
    if len(article.body) < LEAST or not days[number]:
        return []
    near = np.flatnonzero(abs(days - days[number]) <= DAYS)
    alike = (vectors[near] @ vectors[number].T).toarray().ravel()
    title = title_words(article.title)
    found = [
        other
        for other in near[(alike > ALIKE) & (alike < COPIES)].tolist()
        if other != number and len(articles[other].body) >= LEAST and _differs(title, articles[other].title)
    ]
    return found if len(found) <= MOST else []


def _differs(words: frozenset[str], title: str) -> bool:
    other = title_words(title)
    return len(words & other) < 0.6 * len(words | other)


def _vectors(data: SegmentData) -> sparse.csr_matrix:
    """The bodies as unit vectors of tf-idf."""
    field, documents = data.manifest.fields["body"], data.manifest.documents
    terms = [t for t in range(field.first, field.last) if 2 <= data.document_frequency(t) <= FAMILIAR * documents]
    places = [data.documents(term) for term in terms]
    idf = [np.log(documents / len(found)) for found in places]
    values = [(1 + np.log(data.weights(term))) * one for term, one in zip(terms, idf, strict=True)]
    columns = np.repeat(np.arange(len(terms)), [len(found) for found in places])
    shape = (documents, len(terms))
    matrix = sparse.csr_matrix((np.concatenate(values), (np.concatenate(places), columns)), shape)
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return sparse.csr_matrix(sparse.diags(1 / np.maximum(lengths, 1e-9)) @ matrix)


def _day(article: Article) -> int:
    """Its day as a number, 0 where it has none."""
    return date.fromisoformat(article.date).toordinal() if article.date and len(article.date) == 10 else 0
