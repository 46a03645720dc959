"""Rich text (RTF), which word processors and press databases save: one article a file, or the articles of an export."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from striprtf.striprtf import rtf_to_text

from kiosque.corpus.article import Article
from kiosque.corpus.clean.lines import tidy
from kiosque.corpus.draft.draft import finished
from kiosque.corpus.location import Location
from kiosque.corpus.readers.text import article_of_text
from kiosque.corpus.readers.text_exports import export_of_text
from kiosque.corpus.refusal import Refusal, Unreadable

LARGEST = 8 * 2**20
"""Bytes of a file; striprtf takes a second for two million."""


def read_rtf(location: Location) -> Iterator[Article | Refusal]:
    """The articles of an .rtf file; its pictures are passed over. Raises OSError."""
    try:
        text = tidy(rtf_to_text(location.read(LARGEST).decode("latin-1"), errors="replace"))  # type: ignore[no-untyped-call]
    except (ValueError, LookupError, RecursionError, IndexError) as error:
        raise Unreadable("texte enrichi abîmé : le rouvrir et l’enregistrer de nouveau") from error
    export = export_of_text(text)
    if export is None:
        yield msgspec.structs.replace(article_of_text(text, location), format=None)
    else:
        yield from finished(list(export), location)
