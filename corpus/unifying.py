"""What holds over a whole run: an identifier names one article, a source has one name. No I/O here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import count

import msgspec

from corpus.article import Article
from corpus.source_table import SourceTable, source_key


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


class Changes(msgspec.Struct, array_like=True):
    """What unifying changes of some articles: identifiers by the article's place among them, names by source."""

    ids: dict[int, str]
    sources: dict[str, str]

    def made(self, articles: list[Article]) -> list[Article]:
        """The articles with these changes; beside a new name of a source stands what was written."""
        if not self.ids and not self.sources:
            return articles
        return [self._made(place, article) for place, article in enumerate(articles)]

    def _made(self, place: int, article: Article) -> Article:
        id, name = self.ids.get(place), self.sources.get(article.source) if article.source else None
        if name:
            article = msgspec.structs.replace(article, source=name, source_written=article.source)
        return msgspec.structs.replace(article, id=id) if id else article


class Unifier:
    """Finds, batch after batch in the order of reading, what of the articles is to be changed."""

    def __init__(self, table: SourceTable) -> None:
        self._ids, self._names = UniqueIds(), SourceNames(table)

    def changes(self, ids: Iterable[str], sources: Iterable[str]) -> Changes:
        """The changes for articles of these identifiers and sources, each source once, in the order of the articles."""
        free = {place: (id, self._ids.take(id)) for place, id in enumerate(ids)}
        named = {source: self._names.name(source) for source in sources}
        return Changes(
            {place: new for place, (old, new) in free.items() if new != old},
            {old: new for old, new in named.items() if new != old},
        )

    def unified(self, articles: list[Article]) -> list[Article]:
        """The articles, each under an identifier of its own, with each source under its one name."""
        return self.changes(*names_of(articles)).made(articles)


def names_of(articles: list[Article]) -> tuple[list[str], list[str]]:
    """What `Unifier.changes` needs to know of articles."""
    return [article.id for article in articles], list(
        dict.fromkeys(article.source for article in articles if article.source)
    )
