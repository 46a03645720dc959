"""Removed lines are kept with the article, with their places, so that the text can be restored. No I/O here."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from kiosque.corpus.article import Cut
from kiosque.corpus.clean.boilerplate import is_boilerplate
from kiosque.corpus.clean.lines import join, nfc_line, strip_blanks, tidy


def split_cuts(lines: Iterable[tuple[str, bool]]) -> tuple[str, list[Cut]]:
    """The body and the cuts of lines that come each with whether it is left out."""
    kept: list[str] = []
    cuts: list[Cut] = []
    above = 0
    for line, out in lines:
        if out:
            cuts.append(Cut(above, strip_blanks(line)))
        else:
            kept.append(line)
            above += strip_blanks(line) != ""
    return join(kept), cuts


def restore_cuts(body: str, cuts: Iterable[Cut]) -> Iterator[tuple[str, bool]]:
    """The inverse of `split_cuts`: all lines in order, each with whether it was removed."""
    rest, above = deque(cuts), 0
    for line in body.split("\n"):
        if strip_blanks(line):
            while rest and rest[0].above <= above:
                yield rest.popleft().line, True
            above += 1
        yield line, False
    yield from ((cut.line, True) for cut in rest)


def known_cuts(text: str | None, body: str) -> list[Cut]:
    """The boilerplate lines of a text, with their places in the body made of the other lines.

    Lines that are in neither became something else: the title, the date.
    """
    if text is None:
        return []
    kept = [line for line in map(strip_blanks, tidy(body).split("\n")) if line]
    cuts: list[Cut] = []
    above = 0
    for line in map(strip_blanks, tidy(text).split("\n")):
        if above < len(kept) and line == kept[above]:
            above += 1
        elif is_boilerplate(nfc_line(line)):
            cuts.append(Cut(above, line))
    return cuts
