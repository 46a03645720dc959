"""What holds over a whole run: an identifier names one article, a source has one spelling. No I/O here."""

from __future__ import annotations

import re
from collections import defaultdict
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

    def unify(self, article: Article) -> Article:
        """The article, under an identifier that no article before it had."""
        free = article.id if article.id not in self._taken else self._next(article.id)
        self._taken.add(free)
        return article if free == article.id else msgspec.structs.replace(article, id=free)

    def _next(self, taken: str) -> str:
        names = (f"{taken}~{number}" for number in self._numbers[taken])
        return next(name for name in names if name not in self._taken)


class SourceNames:
    """Gives sources that differ only in case, accents, hyphens or article the spelling that came first."""

    def __init__(self) -> None:
        self._spellings: dict[str, str] = {}

    def unify(self, article: Article) -> Article:
        """The article, its source spelt as before."""
        if article.source is None:
            return article
        spelling = self._spellings.setdefault(_key(article.source), article.source)
        return article if spelling == article.source else msgspec.structs.replace(article, source=spelling)


@lru_cache(maxsize=10_000)
def _key(source: str) -> str:
    """What the folder "gazette-du-port" and the credit line of "La Gazette du Port" share."""
    return re.sub(r"^(?:le|la|les|l) (?=\w)", "", fold_name(source))
