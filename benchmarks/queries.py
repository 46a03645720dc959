"""Draws queries from a corpus with a seed: what people could ask of these very articles, by class.

Words are drawn from one article, so that a query with all of them finds at least that one. Function words are left
out except inside phrases: Kiosque drops them from a query, the peers do not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from math import ceil
from random import Random
from typing import Any

import msgspec

from benchmarks.article import BenchArticle
from benchmarks.days import month_name
from benchmarks.tree import AllOf, AnyOf, Node, Phrase, Without, Word
from benchmarks.words import content_words, is_content, stem, words_of

MOST_SAMPLED = 50_000
"""Articles that queries and document frequencies are drawn from."""

MOST_TRIES = 10_000
BIG_SOURCE = 0.005
"""A source worth filtering by has at least this share of the articles."""

BANDS = {"rare": (0.0, 0.0005), "medium": (0.001, 0.01), "frequent": (0.05, 0.6)}
"""Document frequencies (of all forms of a word) as shares of the articles, ends included; two articles at least."""


class BenchQuery(msgspec.Struct, frozen=True):
    kind: str
    tree: Node
    source: str | None = None
    months: tuple[str, str] | None = None
    """First and last month, both included, as "2022-01"."""
    unit: str = "month"
    """Of the date histogram: year, month or day."""


def sample(articles: Iterable[BenchArticle], seed: int, most: int = MOST_SAMPLED) -> list[BenchArticle]:
    """At most `most` of the articles, each as likely as the other (reservoir sampling)."""
    rng, kept = Random(seed), list[BenchArticle]()
    for number, article in enumerate(articles):
        if number < most:
            kept.append(article)
        elif (at := rng.randrange(number + 1)) < most:
            kept[at] = article
    return kept


@dataclass
class Draw:
    """What queries are drawn from."""

    articles: list[BenchArticle]
    rng: Random
    forms: Counter[str] = field(default_factory=Counter)
    """In how many articles each word occurs in this form."""
    frequencies: Counter[str] = field(default_factory=Counter)
    """and in how many its stem stands."""

    def __post_init__(self) -> None:
        for article in self.articles:
            words = content_words(_text(article))
            self.forms.update(words)
            self.frequencies.update(set(map(stem, words)))

    def band(self, name: str) -> list[str]:
        """The words whose document frequency lies in a band, each in its most frequent form."""
        low, high = (share * len(self.articles) for share in BANDS[name])
        low, high = max(2, low), max(3, high)
        forms = {stem(word): word for word in sorted(self.forms, key=lambda word: (self.forms[word], word))}
        return sorted(form for stemmed, form in forms.items() if low <= self.frequencies[stemmed] <= high)

    def words(self, article: BenchArticle, count: int) -> tuple[Word, ...] | None:
        """`count` different words of an article that others have too; None where it has too few."""
        known = [word for word in content_words(_text(article)) if self.frequencies[stem(word)] > 1]
        return tuple(map(Word, self.rng.sample(known, count))) if len(known) >= count else None

    def phrase(self, article: BenchArticle, count: int) -> Phrase | None:
        """`count` words that stand side by side in an article, the first and last of them content words."""
        found = list(_phrases(article.body, count))
        return Phrase(self.rng.choice(found)) if found else None

    def absent(self, article: BenchArticle) -> Without | None:
        """A word of another article that this one does not have."""
        here = set(words_of(_text(article)))
        other = [word for word in content_words(_text(self.rng.choice(self.articles))) if word not in here]
        return Without(Word(self.rng.choice(other))) if other else None


def draw_queries(articles: list[BenchArticle], count: int, seed: int) -> list[BenchQuery]:
    """At least `count` different queries, equally many of each class if the corpus has them."""
    if not articles:
        return []
    draw = Draw(articles, Random(seed))
    each = ceil(count / len(CLASSES))
    return [query for kind, drawn in CLASSES.items() for query in _different(drawn(draw, kind), each)]


def _different(queries: Iterator[BenchQuery | None], count: int) -> list[BenchQuery]:
    found: dict[str, BenchQuery] = {}
    for _, query in zip(range(MOST_TRIES), queries, strict=False):
        if query is not None:
            found.setdefault(repr(query), query)
        if len(found) == count:
            break
    return list(found.values())


def _text(article: BenchArticle) -> str:
    return f"{article.title}\n{article.body}"


def _phrases(text: str, count: int) -> Iterator[tuple[str, ...]]:
    """The rows of `count` words with nothing but one blank between them."""
    pieces = text.split(" ")
    plain = [piece.lower() if words_of(piece) == [piece.lower()] else "" for piece in pieces]
    for at in range(len(plain) - count + 1):
        row = tuple(plain[at : at + count])
        if all(row) and is_content(row[0]) and is_content(row[-1]):
            yield row


def _single(draw: Draw, kind: str) -> Iterator[BenchQuery | None]:
    words = draw.band(kind)
    draw.rng.shuffle(words)
    for word in words:
        yield BenchQuery(kind, Word(word))


def _all_of(draw: Draw, kind: str) -> Iterator[BenchQuery | None]:
    for count in _cycle(2, 3, 4, 5, 6):
        words = draw.words(draw.rng.choice(draw.articles), count)
        yield BenchQuery(kind, AllOf(words)) if words else None


def _any_of(draw: Draw, kind: str) -> Iterator[BenchQuery | None]:
    for count in _cycle(2, 3, 4, 5, 6):
        words = draw.words(draw.rng.choice(draw.articles), count)
        yield BenchQuery(kind, AnyOf(words)) if words else None


def _phrase(draw: Draw, kind: str) -> Iterator[BenchQuery | None]:
    for count in _cycle(2, 3):
        phrase = draw.phrase(draw.rng.choice(draw.articles), count)
        yield BenchQuery(kind, phrase) if phrase else None


def _by_source(draw: Draw, kind: str) -> Iterator[BenchQuery | None]:
    sizes = Counter(article.source for article in draw.articles if article.source)
    big = sorted(source for source, size in sizes.items() if size >= BIG_SOURCE * len(draw.articles))
    theirs = {source: [article for article in draw.articles if article.source == source] for source in big}
    for count in _cycle(1, 2) if big else ():
        source = draw.rng.choice(big)
        words = draw.words(draw.rng.choice(theirs[source]), count)
        yield BenchQuery(kind, AllOf(words), source=source) if words else None


def _by_date(draw: Draw, kind: str) -> Iterator[BenchQuery | None]:
    for count in _cycle(1, 2):
        article = draw.rng.choice(draw.articles)
        words = draw.words(article, count)
        months = article.month and (month_name(article.month - 1), month_name(article.month + 1))
        yield BenchQuery(kind, AllOf(words), months=months) if words and months else None


def _mixed(draw: Draw, kind: str) -> Iterator[BenchQuery | None]:
    for shape in _cycle(*SHAPES):
        article = draw.rng.choice(draw.articles)
        words, phrase, without = draw.words(article, 4), draw.phrase(article, 2), draw.absent(article)
        yield BenchQuery(kind, shape(words, phrase, without)) if words and phrase and without else None


Shape = Callable[[tuple[Word, ...], Phrase, Without], Node]
SHAPES: tuple[Shape, ...] = (
    lambda words, phrase, without: AllOf((words[0], AnyOf((words[1], words[2])))),
    lambda words, phrase, without: AllOf((words[0], without)),
    lambda words, phrase, without: AllOf((AnyOf((words[0], words[1])), without)),
    lambda words, phrase, without: AnyOf((phrase, AllOf((words[0], words[1])))),
    lambda words, phrase, without: AllOf((words[0], phrase, without)),
    lambda words, phrase, without: AllOf((AnyOf((words[0], words[1])), AnyOf((words[2], words[3])))),
)


def _cycle(*values: Any) -> Iterator[Any]:
    while True:
        yield from values


CLASSES: dict[str, Callable[[Draw, str], Iterator[BenchQuery | None]]] = {
    "rare": _single,
    "medium": _single,
    "frequent": _single,
    "all of 2-6": _all_of,
    "any of 2-6": _any_of,
    "phrase of 2-3": _phrase,
    "by source": _by_source,
    "by 3 months": _by_date,
    "mixed": _mixed,
}
