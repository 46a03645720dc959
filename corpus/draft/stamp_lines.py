"""Single lines that say something about their article (its day, its authors), taken out of the text. No I/O here."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kiosque.corpus.clean.lines import nfc_line, strip_blanks
from kiosque.corpus.dates.dateline import dateline, whole
from kiosque.corpus.dates.relative_days import relative_stamp
from kiosque.corpus.dates.stamp import Stamp, stamp
from kiosque.corpus.sources.source import Credit, credit, is_people

_BY = re.compile(r"(?:^|\s)(?:[Pp]ar|PAR|[Bb]y)\s+:?\s*(.+)")
_LONGEST_BYLINE = 120  # characters
_LONGEST_NAME = 5  # words
_HOUR = re.compile(r"\d ?[h:] ?\d{2}\.?$")
_STARTS = frozenset(("publ", "paru", "post", "mis "))
_TOP = 20  # lines, empty ones included, in which the date of a page is looked for
_LAST_LINES = 3  # where a credit line is looked for


def extract_stamp(lines: Sequence[str], known: str | None = None) -> tuple[list[str], Stamp]:
    """The lines without those that only say when the article was published, and the first of these.

    `known` is the day that is known already: "publié le 19 janvier" may say it again.
    """
    stamps = [_stamp(nfc_line(line)) for line in lines]
    rest = [line for line, found in zip(lines, stamps, strict=True) if found is None]
    found = next(filter(None, stamps), Stamp(None, None, None))
    return (rest, found) if found.published else _extract_relative(rest, found, known)


def byline(text: str) -> str | None:
    """The people of "Par Ana Roy et Jo Vidal" or "27 juin 2019 Par Ana Roy"; None where no name is."""
    named = _BY.search(text)
    people = (named[1] if named else text).split(" | ")[0].strip(" ,.;-–—|·")
    return people if len(people) <= _LONGEST_BYLINE and is_people(people) else None


def _extract_relative(lines: list[str], found: Stamp, known: str | None) -> tuple[list[str], Stamp]:
    """As `extract_stamp` for "Publié hier à 18h", where another line says from which day; without one, it stays."""
    places = [number for number, line in enumerate(lines) if line.lstrip()[:4].casefold() in _STARTS]
    anchor = (known or found.updated or whole(dateline(lines[:_TOP]).date)) if places else None
    for place in places if anchor else ():
        if day := relative_stamp(nfc_line(lines[place]), str(anchor)):
            return lines[:place] + lines[place + 1 :], found._replace(published=day)
    return lines, found


def _stamp(line: str) -> Stamp | None:
    """The stamp of a line, also after a name: "Agence Fictive, publié le mercredi 19 janvier 2022 à 12h47"."""
    name, comma, rest = line.partition(",")
    if comma and len(name.split()) <= _LONGEST_NAME and _HOUR.search(rest):  # a sentence seldom ends with the hour
        return stamp(line) or stamp(rest.strip())
    return stamp(line)


def extract_credit(lines: list[str]) -> tuple[list[str], Credit | None]:
    """The lines without the credit line at their end, and what it says."""
    last = [number for number, line in enumerate(lines) if strip_blanks(line)][-_LAST_LINES:]
    for number in last:
        if found := credit(nfc_line(lines[number])):
            return lines[:number] + lines[number + 1 :], found
    return lines, None
