"""PDF with a text layer: one article a file, its title the one of the document or the first line."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pypdfium2

from corpus.article import Article
from corpus.cleaning import same_letters, tidy
from corpus.location import Location
from corpus.printed import running_text
from corpus.readers.text import article_of_text
from corpus.refusal import Refusal
from corpus.unreadable import Unreadable

LARGEST = 256 * 2**20  # bytes
MOST_PAGES = 2000
LONGEST = 16 * 2**20  # characters
_HEAD = 20  # lines among which the title of a document stands, if it is one

# What word processors and printers write where a title should be.
_NO_TITLES = ("microsoft word", "untitled", "sans titre", "document", "layout", "mise en page")


def read_pdf(location: Location) -> Iterator[Article | Refusal]:
    """The article of a .pdf file; its day of creation is no day of publication. Raises OSError."""
    try:
        yield _article(location.read(LARGEST), location)
    except Unreadable as error:
        yield Refusal(location.shown, str(error))
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        yield Refusal(location.shown, "PDF chiffré\u00a0: l’ouvrir avec son mot de passe" if locked else "PDF abîmé")


def _article(data: bytes, location: Location) -> Article:
    with pypdfium2.PdfDocument(data) as document:
        if len(document) > MOST_PAGES:
            raise Unreadable(f"PDF de plus de {MOST_PAGES} pages\u00a0: le couper")
        lines = running_text(_pages(document)).split("\n")
        said = document.get_metadata_dict(skip_empty=True)
    if not any(map(str.strip, lines)):
        raise Unreadable("PDF sans couche de texte\u00a0: y reconnaître les caractères (OCR) d’abord")
    title = said.get("Title", "").strip()
    known = any(same_letters(title, line) for line in lines[:_HEAD]) and not title.lower().startswith(_NO_TITLES)
    found = article_of_text(tidy("\n".join([title, "", *lines] if title and known else lines)), location)
    return msgspec.structs.replace(found, author=found.author or said.get("Author"), format=None)


def _pages(document: pypdfium2.PdfDocument) -> list[list[str]]:
    pages, size = [], 0
    for page in document:
        text = page.get_textpage().get_text_bounded()
        size += len(text)
        if size > LONGEST:
            raise Unreadable("PDF trop long pour un article\u00a0: le couper")
        pages.append(text.replace("\r\n", "\n").split("\n"))
    return pages
