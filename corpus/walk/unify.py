"""What holds over a whole run: an identifier names one article, a source has one name, an article is kept once.

No I/O here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import count
from typing import NamedTuple

import msgspec

from kiosque.corpus.article import Article, Duplicate, Place
from kiosque.corpus.sources.source_table import SourceTable, source_key


class UniqueIds:
    """Renames the second article of an identifier "id~2", the third "id~3": none is lost."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._numbers: defaultdict[str, count[int]] = defaultdict(lambda: count(2))

    def take(self, id: str) -> str:
        """The identifier, or another where an article before it had that."""
        free = id if id not in self._taken else self._next(id)
        self._taken.add(free)
        return free

    def _next(self, taken: str) -> str:
        names = (f"{taken}~{number}" for number in self._numbers[taken])
        return next(name for name in names if name not in self._taken)


class SourceNames:
    """Gives each source one name: that of the table, else the spelling that came first of those that differ little."""

    def __init__(self, table: SourceTable) -> None:
        self._table = table
        self._names: dict[str, str] = {}
        self._spellings: dict[str, str] = {}

    def name(self, source: str) -> str:
        """The one name of a source."""
        if source not in self._names:
            known = self._table.name(source)
            self._names[source] = self._spellings.setdefault(source_key(known), known)
        return self._names[source]


class Text(NamedTuple):
    """What tells an article from any other: a digest of title, text and date (16 bytes), beside what names its source.

    `url` is where it stood, should it be a copy.
    """

    digest: bytes
    source: str | None
    url: str | None


class FirstOfAll:
    """Knows the first article of those that are exact copies of one another."""

    def __init__(self) -> None:
        self._ids: defaultdict[str | None, dict[bytes, str]] = defaultdict(dict)

    def of(self, id: str, text: Text, name: str | None) -> str:
        """The identifier of the first article with this text and this name of its source; `id` where there was none."""
        return self._ids[name].setdefault(text.digest, id)


class Changes(msgspec.Struct, array_like=True):
    """What unifying changes of some articles: identifiers by the article's place among them, names by source.

    copies: by the same place, of which article that is an exact copy.
    """

    ids: dict[int, str]
    sources: dict[str, str]
    copies: dict[int, str]

    def made(self, articles: list[Article]) -> Sequence[Article | Duplicate]:
        """The articles with these changes; a renamed source keeps its written name too."""
        if not self.ids and not self.sources and not self.copies:
            return articles
        made = [self._made(place, article) for place, article in enumerate(articles)]
        return [Duplicate(each, self.copies[at]) if at in self.copies else each for at, each in enumerate(made)]

    def _made(self, place: int, article: Article) -> Article:
        id, name = self.ids.get(place), self.sources.get(article.source) if article.source else None
        if name:
            article = msgspec.structs.replace(article, source=name, source_written=article.source)
        return msgspec.structs.replace(article, id=id) if id else article

    def places(self, ids: Sequence[str], texts: Sequence[Text]) -> Iterator[tuple[str, Place]]:
        """The article of which each copy is one, and where that stood."""
        for at, of in self.copies.items():
            yield of, Place(self.ids.get(at, ids[at]), texts[at].url)


class Unifier:
    """Finds, batch after batch in the order of reading, what of the articles is to be changed."""

    def __init__(self, table: SourceTable) -> None:
        self._ids, self._names, self._firsts = UniqueIds(), SourceNames(table), FirstOfAll()

    def changes(self, ids: Sequence[str], sources: Iterable[str], texts: Sequence[Text]) -> Changes:
        """The changes for articles of these identifiers, sources (each once, in order) and texts."""
        free = [self._ids.take(id) for id in ids]
        named = {source: self._names.name(source) for source in sources}
        names = [named[text.source] if text.source else None for text in texts]
        firsts = [self._firsts.of(*each) for each in zip(free, texts, names, strict=True)]
        return Changes(
            {place: new for place, (old, new) in enumerate(zip(ids, free, strict=True)) if new != old},
            {old: new for old, new in named.items() if new != old},
            {place: first for place, (id, first) in enumerate(zip(free, firsts, strict=True)) if first != id},
        )

    def unified(self, articles: list[Article]) -> Sequence[Article | Duplicate]:
        """The articles, each under an identifier of its own, with each source under its one name."""
        return self.changes(*names_of(articles)).made(articles)


def names_of(articles: list[Article]) -> tuple[list[str], list[str], list[Text]]:
    """What `Unifier.changes` needs to know of articles."""
    return (
        [article.id for article in articles],
        list(dict.fromkeys(article.source for article in articles if article.source)),
        [Text(_digest(article), article.source, article.url) for article in articles],
    )


def _digest(article: Article) -> bytes:
    """A digest of what exact copies have in common, beside the name of their source."""
    text = "\0".join((article.title, article.date or "", article.body))
    return blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest()
