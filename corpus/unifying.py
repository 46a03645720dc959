"""What holds over a whole run: an identifier names one article, a source has one spelling. No I/O here."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from itertools import count

import msgspec

from corpus.article import Article
from corpus.sourcing import fold_name


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
    """Gives sources that differ only in case, accents, hyphens or article the spelling that came first."""

    def __init__(self) -> None:
        self._spellings: dict[str, str] = {}

    def spelling(self, source: str) -> str:
        """The source as it was spelt first."""
        return self._spellings.setdefault(_key(source), source)


class Changes(msgspec.Struct, array_like=True):
    """What unifying changes of some articles: identifiers by the article's place among them, spellings by source."""

    ids: dict[int, str]
    sources: dict[str, str]

    def made(self, articles: list[Article]) -> list[Article]:
        """The articles with these changes."""
        if not self.ids and not self.sources:
            return articles
        return [
            msgspec.structs.replace(
                article,
                id=self.ids.get(place, article.id),
                source=self.sources.get(article.source, article.source) if article.source else None,
            )
            for place, article in enumerate(articles)
        ]


class Unifier:
    """Finds, batch after batch in the order of reading, what of the articles is to be changed."""

    def __init__(self) -> None:
        self._ids, self._names = UniqueIds(), SourceNames()

    def changes(self, ids: Iterable[str], sources: Iterable[str]) -> Changes:
        """The changes for articles of these identifiers and sources, each source once, in the order of the articles."""
        free = {place: (id, self._ids.take(id)) for place, id in enumerate(ids)}
        spelt = {source: self._names.spelling(source) for source in sources}
        return Changes(
            {place: new for place, (old, new) in free.items() if new != old},
            {old: new for old, new in spelt.items() if new != old},
        )

    def unified(self, articles: list[Article]) -> list[Article]:
        """The articles, each under an identifier of its own, with sources spelt as they were first."""
        return self.changes(*names_of(articles)).made(articles)


def names_of(articles: list[Article]) -> tuple[list[str], list[str]]:
    """What `Unifier.changes` needs to know of articles."""
    return [article.id for article in articles], list(
        dict.fromkeys(article.source for article in articles if article.source)
    )


@lru_cache(maxsize=10_000)
def _key(source: str) -> str:
    """What the folder "gazette-du-port" and the credit line of "La Gazette du Port" share."""
    return re.sub(r"^(?:le|la|les|l) (?=\w)", "", fold_name(source))
