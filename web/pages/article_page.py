"""What the template of an article's page prints: the article, marked, and the links around it.

search.model.ArticleView is the engine's answer; ArticlePage is one part of it with everything ready to print.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from markupsafe import Markup

from kiosque.search import SearchRequest
from kiosque.search.model import Article, ArticleView, Copy, Hit
from kiosque.search.snippets.snippet import reading_minutes
from kiosque.web.api import citations as citing
from kiosque.web.pages.article_text import Part, marked, numbered, paragraphs, with_cuts
from kiosque.web.urls import links
from kiosque.web.urls.links import Link
from kiosque.web.urls.params import is_blank

WEB: Final = ("https://", "http://")
"""Only these become links: an article may say that its address is `javascript:…`."""


@dataclass(frozen=True)
class ArticlePage:
    """One `part` of an article that `request` found; `with_original` shows the lines that were cut too."""

    request: SearchRequest
    view: ArticleView
    part: Part
    similar_hits: Sequence[Hit] = ()
    with_original: bool = False

    @property
    def article(self) -> Article:
        """The article as indexed."""
        return self.view.article

    @cached_property
    def _marked(self) -> tuple[list[Markup], int]:
        title = marked(self.article.title, self.view.title_marks)
        return numbered([title, *paragraphs(self.part.text, self.part.marks)])

    @property
    def title(self) -> Markup:
        """The title, marked."""
        return self._marked[0][0]

    @property
    def paragraphs(self) -> Iterable[tuple[Markup, bool]]:
        """The paragraphs, marked, each with whether it was cut."""
        return with_cuts(self._marked[0][1:], self.article.cuts if self.original else ())

    @property
    def places(self) -> int:
        """The number of marks."""
        return self._marked[1]

    @property
    def original(self) -> bool:
        """Whether cut lines are shown: within a part their places are unknown."""
        return self.with_original and self.part.parts == 1

    @property
    def cuts(self) -> int:
        """The number of cut lines that can be shown."""
        return len(self.article.cuts) if self.part.parts == 1 else 0

    @property
    def other(self) -> str:
        """The URL that shows the cut lines, or hides them."""
        return links.article_url(self.request, self.article.id, original=not self.original)

    @property
    def pager(self) -> list[Link | None]:
        """Links to the parts, empty for a single one; None is a gap."""
        part = self.part
        return links.part_links(self.request, self.article.id, part.number, part.parts) if part.parts > 1 else []

    @property
    def previous(self) -> Link | None:
        """The part before, if there is one."""
        return self._beside(-1)

    @property
    def following(self) -> Link | None:
        """The part after, if there is one."""
        return self._beside(1)

    def _beside(self, step: int) -> Link | None:
        number = self.part.number + step
        if not 1 <= number <= self.part.parts:
            return None
        return links.part_link(self.request, self.article.id, number, self.part.number)

    @property
    def minutes(self) -> int:
        """Minutes to read all of it."""
        return reading_minutes(len(self.article.body.encode()))

    @property
    def is_web(self) -> bool:
        """Whether its URL may become a link."""
        return (self.article.url or "").startswith(WEB)

    @property
    def citation(self) -> str:
        """Its reference as a sentence."""
        return citing.sentence(self.article)

    @property
    def citations(self) -> list[Link]:
        """Links to its reference for reference managers."""
        return [Link(kind.label, links.citation_url(self.article.id, name)) for name, kind in citing.CITATIONS.items()]

    @property
    def others(self) -> Iterator[tuple[Copy, str]]:
        """Its near copies with their URLs."""
        copies = self.view.copies.others if self.view.copies else ()
        return ((copy, links.article_url(self.request, copy.id)) for copy in copies)

    @property
    def similar(self) -> list[tuple[Hit, str]]:
        """The articles like it with their URLs."""
        return [(hit, links.article_url(SearchRequest(), hit.id)) for hit in self.similar_hits]

    @property
    def back(self) -> str | None:
        """The URL of the search that found it."""
        return None if is_blank(self.request) else links.search_url(self.request)
