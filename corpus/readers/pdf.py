"""PDF with a text layer: one article a file, its title the one of the document or the first line."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from kiosque.corpus.article import Article
from kiosque.corpus.clean.lines import same_letters, tidy
from kiosque.corpus.clean.printed import running_text
from kiosque.corpus.location import Location
from kiosque.corpus.readers.pdf_pages import Request
from kiosque.corpus.readers.pdf_process import answer
from kiosque.corpus.readers.text import article_of_text
from kiosque.corpus.refusal import Refusal, Unreadable

LARGEST = 256 * 2**20  # bytes
MOST_PAGES = 2000
LONGEST = 16 * 2**20  # characters
SECONDS = 20.0  # of processor time
_HEAD = 20  # lines in which the document's title must appear to count

# What word processors and printers write where a title should be.
_NO_TITLES = ("microsoft word", "untitled", "sans titre", "document", "layout", "mise en page")


def read_pdf(location: Location) -> Iterator[Article | Refusal]:
    """The article of a .pdf file; its day of creation is no day of publication. Raises OSError."""
    try:
        yield _article(location.read(LARGEST), location)
    except Unreadable as error:
        yield Refusal(location.shown, str(error))


def _article(data: bytes, location: Location) -> Article:
    found = answer(Request(data, MOST_PAGES, LONGEST, SECONDS))
    if found.refused:
        raise Unreadable(found.refused)
    lines = running_text([page.split("\n") for page in found.pages]).split("\n")
    if not any(map(str.strip, lines)):
        raise Unreadable("PDF sans couche de texte : y reconnaître les caractères (OCR) d’abord")
    title = found.said.get("Title", "").strip()
    known = any(same_letters(title, line) for line in lines[:_HEAD]) and not title.lower().startswith(_NO_TITLES)
    article = article_of_text(tidy("\n".join([title, "", *lines] if title and known else lines)), location)
    return msgspec.structs.replace(article, author=article.author or found.said.get("Author"), format=None)
