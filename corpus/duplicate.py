"""An article that was read before: same title, text, source and date. No I/O here."""

from __future__ import annotations

import msgspec

from kiosque.corpus.article import Article, Place


class Duplicate(msgspec.Struct, frozen=True):
    """An exact copy of the article `of` that an identifier names; `article` is how it stood in its place."""

    article: Article
    of: str

    @property
    def place(self) -> Place:
        """Where it stood."""
        return Place(self.article.id, self.article.url)
