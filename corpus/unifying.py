"""What holds over a whole run: an identifier names one article, a source has one spelling. No I/O here."""

from __future__ import annotations

from collections import defaultdict
from itertools import count

import msgspec

from corpus.article import Article
from corpus.source_table import SourceTable, source_key


class UniqueIds:
    """Renames the second article of an identifier "id~2", the third "id~3": none is lost."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._numbers: defaultdict[str, count[int]] = defaultdict(lambda: count(2))

    def unify(self, article: Article) -> Article:
        """The article, under an identifier that no article before it had."""
        free = article.id if article.id not in self._taken else self._next(article.id)
        self._taken.add(free)
        return article if free == article.id else msgspec.structs.replace(article, id=free)

    def _next(self, taken: str) -> str:
        names = (f"{taken}~{number}" for number in self._numbers[taken])
        return next(name for name in names if name not in self._taken)


class SourceNames:
    """Gives each source one name: that of the table, else the spelling that came first of those that differ little."""

    def __init__(self, table: SourceTable) -> None:
        self._table = table
        self._names: dict[str, str] = {}
        self._spellings: dict[str, str] = {}

    def unify(self, article: Article) -> Article:
        """The article under the one name of its source, with what was written there beside it."""
        if article.source is None:
            return article
        name = self.name(article.source)
        if name == article.source:
            return article
        return msgspec.structs.replace(article, source=name, source_written=article.source)

    def name(self, source: str) -> str:
        """The one name of a source."""
        if source not in self._names:
            known = self._table.name(source)
            self._names[source] = self._spellings.setdefault(source_key(known), known)
        return self._names[source]
