"""The statistics of a corpus, to generate a larger one: sentences, sources, dates, lengths, vocabulary growth."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import log2
from typing import NamedTuple

from benchmarks.article import BenchArticle
from benchmarks.words import WORD

SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=[^\sa-zà-ÿ])|\n\s*\n")


@dataclass(frozen=True)
class Growth:
    """Heaps' law, measured: `words` different words in `articles` articles, growing as their number ** `exponent`."""

    words: int
    articles: int
    exponent: float

    def new_words(self, number: int) -> float:
        """The new words that article `number` (from 0) is expected to bring: the derivative of the law."""
        rank: float = max(number, 1) / self.articles
        return self.exponent * self.words / self.articles * float(rank ** (self.exponent - 1))


class Text(NamedTuple):
    title: str
    sentences: list[str]


@dataclass(frozen=True)
class Bank:
    texts: list[Text]
    """The articles that have a sentence."""
    sources: list[str | None]
    dates: list[str | None]
    urls: list[str | None]
    lengths: list[int]
    """Code points of each body."""
    rare: list[str]
    """Words that occur once in the corpus."""
    growth: Growth


def sentences(text: str) -> list[str]:
    return [sentence for sentence in (part.strip() for part in SENTENCE_END.split(text)) if sentence]


def make_bank(articles: Iterable[BenchArticle]) -> Bank:
    """The bank of a corpus, in memory. Raises ValueError if it has no sentence."""
    found = list(articles)
    texts = [text for text in (Text(article.title, sentences(article.body)) for article in found) if text.sentences]
    if not texts:
        raise ValueError("this corpus has no sentence to make another one of")
    rare, growth = _words(found)
    return Bank(
        texts=texts,
        sources=[article.source for article in found],
        dates=[article.date for article in found],
        urls=[article.url for article in found],
        lengths=[len(article.body) for article in found],
        rare=rare,
        growth=growth,
    )


def _words(articles: list[BenchArticle]) -> tuple[list[str], Growth]:
    counts: Counter[str] = Counter()
    half = 0
    for number, article in enumerate(articles):
        if number == len(articles) // 2:
            half = len(counts)
        counts.update(WORD.findall(article.body))
    rare = sorted({word.lower() for word, count in counts.items() if count == 1 and len(word) > 5})
    return rare, Growth(len(counts), len(articles), _exponent(half, len(counts)))


def _exponent(half: int, whole: int) -> float:
    """How the vocabulary grows when the articles double, clamped to the range of real corpora."""
    return min(max(log2(whole / half), 0.4), 0.7) if half else 0.55
