"""The notes of a parser, one of each kind, and the edits that mend the query. Typesets the messages."""

from __future__ import annotations

import re

import msgspec

from kiosque.corpus.french import typeset
from kiosque.search.model import Note

Edit = tuple[int, int, str]
"""The start and end of a span of the query, and its replacement in the mended query."""

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
        """A note on a piece that was not read as it is written, and the edit that mends it."""
        self.add(kind, message, position)
        self._mends.append(edit)
        self._mended.add(kind)

    def mended(self) -> str | None:
        """The query with all its edits; None without any."""
        return edited(self._text, self._mends) if self._mends else None

    def finished(self, mended: str | None) -> list[Note]:
        """All notes in order; those on mended pieces offer the mended query."""
        return [
            msgspec.structs.replace(note, query=mended) if note.kind in self._mended else note
            for note in self._notes.values()
        ]


def edited(text: str, edits: list[Edit]) -> str:
    """The text after some edits, which do not overlap. Those at the same place keep their order."""
    parts, at = [], 0
    for start, end, replacement in sorted(edits, key=lambda edit: edit[:2]):
        parts += [text[at : max(start, at)], replacement]
        at = max(at, end)
    return BLANKS.sub(" ", "".join(parts) + text[at:]).strip()
