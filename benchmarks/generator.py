"""Generates any number of articles from a bank of sentences, the same for the same seed.

An article is a row of passages, each one to five sentences that follow one another in a real article, until it is as
long as another real article, so that lengths are those of the real corpus and words come in bunches as they do there.
Its title is that of the article that the first passage is from. Source, date and address are drawn each from any.

A mix of known sentences brings no new word after a while, while a real corpus never stops. So, from the article on
where the real corpus ends, words are coined (the head of one rare word and the tail of another) as often as Heaps'
law, measured on the real corpus, wants new words there; and as many words coined before are used again.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from benchmarks.article import BenchArticle
from benchmarks.bank import Bank, Text

VERSION = 1
"""Raised with each change of what is generated: files of another version are not reused."""

LONGEST_PASSAGE = 5
MOST_REMEMBERED = 200_000


def generate(bank: Bank, count: int, seed: int) -> Iterator[BenchArticle]:
    """`count` articles; the first n of them are the same for every count."""
    rng = Random(seed)
    coiner = Coiner(bank, rng)
    for number in range(count):
        title, parts = _text(bank, rng)
        for word in coiner.words(number):
            _place(word, parts, rng)
        yield BenchArticle(
            id=f"b-{number}",
            title=title,
            body=" ".join(parts),
            source=rng.choice(bank.sources),
            date=rng.choice(bank.dates),
            url=f"{rng.choice(bank.urls) or 'https://exemple.fr/'}?b={number}",
        )


def _text(bank: Bank, rng: Random) -> tuple[str, list[str]]:
    """A title and sentences: passages until the drawn length is reached, without what would overshoot it by far."""
    wanted, length, parts = rng.choice(bank.lengths), 0, list[str]()
    first = text = rng.choice(bank.texts)
    while length < wanted:
        for sentence in _passage(text, rng):
            if parts and len(sentence) > 2 * (wanted - length):
                return first.title, parts
            parts.append(sentence)
            length += len(sentence) + 1
        text = rng.choice(bank.texts)
    return first.title, parts


def _passage(text: Text, rng: Random) -> list[str]:
    start = rng.randrange(len(text.sentences))
    return text.sentences[start : start + rng.randint(1, LONGEST_PASSAGE)]


def _place(word: str, parts: list[str], rng: Random) -> None:
    """Replaces a word by `word`."""
    if parts:
        at = rng.randrange(len(parts))
        words = parts[at].split(" ")
        words[rng.randrange(len(words))] = word
        parts[at] = " ".join(words)


class Coiner:
    """The rare words that each article brings."""

    def __init__(self, bank: Bank, rng: Random) -> None:
        self._bank, self._rng, self._coined = bank, rng, list[str]()

    def words(self, number: int) -> list[str]:
        """New words, and as many that were new before."""
        if number < self._bank.growth.articles or not self._bank.rare:
            return []
        expected = self._bank.growth.new_words(number)
        count = int(expected) + (self._rng.random() < expected % 1)
        new = [self._coin() for _ in range(count)]
        old = [self._rng.choice(self._coined) for _ in range(count if self._coined else 0)]
        self._remember(new)
        return new + old

    def _coin(self) -> str:
        head, tail = self._rng.choice(self._bank.rare), self._rng.choice(self._bank.rare)
        return head[: self._rng.randint(2, len(head) - 1)] + tail[self._rng.randint(1, len(tail) - 2) :]

    def _remember(self, words: list[str]) -> None:
        for word in words:
            if len(self._coined) < MOST_REMEMBERED:
                self._coined.append(word)
            else:
                self._coined[self._rng.randrange(MOST_REMEMBERED)] = word
