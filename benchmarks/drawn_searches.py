"""Draws searches over the whole language from the words of some articles, with a seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from random import Random

import msgspec

from kiosque.corpus.article import Article
from kiosque.index.text.analyzer import folded_surface, tokenize
from kiosque.search import SearchRequest
from kiosque.search.model import Sort

SORTS: tuple[Sort, ...] = ("relevance", "relevance", "relevance", "newest", "oldest")
NO_WORD = "zzyzx"


def drawn(articles: Sequence[Article], count: int, seed: int) -> Iterator[SearchRequest]:
    """Draws searches, each for words of one article, so that most find something."""
    draw = _Draw(articles, Random(seed))
    shapes = [*SHAPES.values()]
    for number in range(count):
        yield draw.request(shapes[number % len(shapes)])


class _Draw:
    def __init__(self, articles: Sequence[Article], rng: Random) -> None:
        self.articles = [article for article in articles if len(list(tokenize(article.body))) > 20]
        self.rng = rng
        self.sources = sorted({article.source for article in articles if article.source})
        self.dates = sorted({article.date for article in articles if article.date})

    def request(self, shape: Callable[[_Draw], str]) -> SearchRequest:
        rng, asked = self.rng, SearchRequest(q=shape(self), size=100, sort=self.rng.choice(SORTS))
        if rng.random() < 0.2 and self.sources:
            asked = msgspec.structs.replace(asked, sources=rng.sample(self.sources, min(2, len(self.sources))))
        if rng.random() < 0.2 and self.dates:
            since, until = sorted((rng.choice(self.dates), rng.choice(self.dates)))
            asked = msgspec.structs.replace(asked, since=since, until=rng.choice([until, None]))
        if rng.random() < 0.05:
            asked = msgspec.structs.replace(asked, undated=True)
        return msgspec.structs.replace(asked, match=rng.choice(["all", "all", "all", "any"]))

    def words(self, count: int, apart: int = 1) -> list[str]:
        """Words of one article in their order, each at most `apart` after the previous one."""
        tokens = [token.surface for token in tokenize(self.rng.choice(self.articles).body)]
        place = self.rng.randrange(max(1, len(tokens) - count * apart))
        places = [place]
        while len(places) < count:
            places.append(places[-1] + self.rng.randint(1, apart))
        return [tokens[min(at, len(tokens) - 1)] for at in places]

    def word(self) -> str:
        return max(self.words(6), key=len)

    def slip(self) -> str:
        word = self.word()
        at = self.rng.randrange(len(word))
        return self.rng.choice([word[:at] + word[at + 1 :], word[:at] + "e" + word[at:], word[1] + word[0] + word[2:]])

    def source(self) -> str:
        return self.rng.choice(self.sources or [NO_WORD])

    def date(self) -> str:
        return self.rng.choice(self.dates or ["2022"])


SHAPES: dict[str, Callable[[_Draw], str]] = {
    "everything": lambda draw: "",
    "word": lambda draw: draw.word(),
    "any word": lambda draw: draw.words(1)[0],
    "two words": lambda draw: f"{draw.word()} {draw.word()}",
    "neighbours": lambda draw: " ".join(draw.words(3)),
    "no accents": lambda draw: folded_surface(draw.word()),
    "capitals": lambda draw: draw.word().upper(),
    "phrase": lambda draw: f'"{" ".join(draw.words(2))}"',
    "long phrase": lambda draw: f'"{" ".join(draw.words(4))}"',
    "near": lambda draw: f'"{" ".join(draw.words(2, 4))}"~3',
    "three near": lambda draw: f'"{" ".join(draw.words(3, 3))}"~2',
    "four near": lambda draw: f'"{" ".join(draw.words(4, 2))}"~1',
    "prefix": lambda draw: f"{draw.word()[:4]}*",
    "wildcards": lambda draw: f"{draw.word()[:3]}?{draw.word()[:1]}*",
    "fuzzy": lambda draw: f"{draw.slip()}~1",
    "exactly": lambda draw: f"={draw.word()}",
    "exactly in capitals": lambda draw: f"={draw.word().capitalize()}",
    "exact row": lambda draw: f'="{" ".join(draw.words(2))}"',
    "of the title": lambda draw: f"titre:{draw.word()}",
    "of the text": lambda draw: f"texte:{draw.word()} titre:{draw.word()}",
    "of a source": lambda draw: f'{draw.word()} source:"{draw.source()}"',
    "without a source": lambda draw: f'{draw.word()} -source:"{draw.source()}"',
    "of a time": lambda draw: f"{draw.word()} date:{draw.date()}",
    "since": lambda draw: f"date:>={draw.date()} {draw.word()}",
    "undated": lambda draw: "date:aucune",
    "without": lambda draw: f"{draw.word()} -{draw.word()}",
    "without a phrase": lambda draw: f'{draw.word()} SAUF "{" ".join(draw.words(2))}"',
    "either": lambda draw: f"{draw.word()} OU {draw.word()}",
    "groups": lambda draw: f'({draw.word()} OU "{" ".join(draw.words(2))}") ({draw.word()} OU -{draw.word()})',
    "nobody has it": lambda draw: f"{draw.word()} {NO_WORD}",
    "a slip": lambda draw: f"{draw.slip()} {draw.word()}",
    "too many words": lambda draw: " ".join(draw.word() for _ in range(6)),
    "author": lambda draw: f"auteur:{draw.word()}",
    "broken": lambda draw: f'"{draw.word()} ( OU',
}
