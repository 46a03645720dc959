"""Exports in plain text of press databases: many articles in a text, or one under a notice; and printed messages.

A new one is a row here: how it is recognised in a text, and what reads it. Text files, RTF, Word and OpenDocument ask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from kiosque.corpus.draft.draft import Draft
from kiosque.corpus.readers.europresse import europresse_text, is_europresse
from kiosque.corpus.readers.factiva import has_codes, has_lines, with_codes, with_lines
from kiosque.corpus.readers.gallica import gallica, is_gallica
from kiosque.corpus.readers.nexis import is_nexis, nexis
from kiosque.corpus.readers.printed_mail import is_printed_mail, printed_mail


class TextExport(NamedTuple):
    """A kind of export: whether a text is one, and its articles."""

    recognises: Callable[[str], bool]
    read: Callable[[str], Iterator[Draft]]


EXPORTS = (
    TextExport(is_gallica, gallica),
    TextExport(is_nexis, nexis),
    TextExport(has_codes, with_codes),
    TextExport(has_lines, with_lines),
    TextExport(is_europresse, europresse_text),
    TextExport(is_printed_mail, printed_mail),
)


def export_of_text(text: str) -> Iterator[Draft] | None:
    """The articles of an export; None where the text is none."""
    return next((export.read(text) for export in EXPORTS if export.recognises(text)), None)
