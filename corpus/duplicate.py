"""An article that was read before: same title, text, source and date. No I/O here."""

from __future__ import annotations

import msgspec

from kiosque.corpus.article import Article, Place


class Duplicate(msgspec.Struct, frozen=True):
    """An exact copy of the article with the identifier `of`; `article` is the copy itself."""

    article: Article
    of: str

    @property
    def place(self) -> Place:
        """Where it stood."""
        return Place(self.article.id, self.article.url)
