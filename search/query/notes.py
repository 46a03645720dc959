"""Collects what a parser has to say: one note a kind, and the edits that write the query as it was read."""

from __future__ import annotations

import re

import msgspec

from kiosque.corpus.french import typeset
from kiosque.search.model import Note

Edit = tuple[int, int, str]
"""Start and end of a stretch of the query, and what stands there in the mended query."""

BLANKS = re.compile(r" {2,}")


class Notes:
    """The notes on one query text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._notes: dict[str, Note] = {}
        self._mends: list[Edit] = []
        self._mended: set[str] = set()

    def add(self, kind: str, message: str, position: int | None = None, query: str | None = None) -> None:
        """A note; only the first of a kind is kept."""
        if kind not in self._notes:
            self._notes[kind] = Note(kind=kind, message=typeset(message), position=position, query=query)

    def mend(self, kind: str, message: str, position: int, edit: Edit) -> None:
        """A note on what was read in another way than it is written, and how it should be written."""
        self.add(kind, message, position)
        self._mends.append(edit)
        self._mended.add(kind)

    def mended(self) -> str | None:
        """The query with every piece mended; None where none had to be."""
        return edited(self._text, self._mends) if self._mends else None

    def finished(self, mended: str | None) -> list[Note]:
        """All notes in the order of their making; those on mended pieces offer the mended query."""
        return [
            msgspec.structs.replace(note, query=mended) if note.kind in self._mended else note
            for note in self._notes.values()
        ]


def edited(text: str, edits: list[Edit]) -> str:
    """The text with some stretches replaced. Of edits at one place the first comes first; none overlap."""
    parts, at = [], 0
    for start, end, replacement in sorted(edits, key=lambda edit: edit[:2]):
        parts += [text[at : max(start, at)], replacement]
        at = max(at, end)
    return BLANKS.sub(" ", "".join(parts) + text[at:]).strip()
