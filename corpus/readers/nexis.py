"""Nexis: documents « 1 of 200 DOCUMENTS » of the older site, and those that « End of Document » ends in the newer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from kiosque.corpus.dates.metadata_dates import find_date, read_date
from kiosque.corpus.draft.draft import Draft
from kiosque.corpus.draft.title import is_title

_HEAD = 20_000  # characters in which an export shows what it is, under the search that it comes from
_NUMBER = re.compile(r"^[ \t\xa0]*\d+ (?:of|de|sur|von) \d+ (?:DOCUMENTS?|DOKUMENTEN?)[ \t\xa0]*$", re.MULTILINE)
_END = re.compile(r"^[ \t]*(?:End of Document|Fin du document|Ende des Dokuments)[ \t]*$", re.MULTILINE | re.IGNORECASE)
_BODY = re.compile(r"(?:body|corps|corps du texte|hauptteil)\s*:?", re.IGNORECASE)
_BODY_LINE = re.compile(rf"^[ \t]*{_BODY.pattern}[ \t]*$", re.MULTILINE | re.IGNORECASE)
_LABEL = re.compile(r"(?P<name>[^\W\d][^\W\d’' -]*(?:[’' -][^\W\d]+){0,3}) ?:[ \t\xa0\n]*(?P<value>.*)", re.DOTALL)
_RIGHTS = re.compile(r"copyright|©|all rights reserved|tous droits réservés|alle rechte vorbehalten", re.IGNORECASE)
_WIDTH = 80  # columns of the older site's text
_LONGEST_DAY = 80  # characters
_MOST_ABOVE = 12  # blocks between the day and the text

# The names that Nexis gives to its fields, by what they hold here: those of `after` come below the text.
_FIELDS = {
    "title": "headline, titre, überschrift",
    "author": "byline, auteur, auteurs, signature, autor",
    "section": "section, rubrique, rubrik",
    "head": "length, longueur, länge, dateline, edition, édition, series, highlight, url, page, pages",
    "after": """language, langue, sprache, publication type, type de publication, subject, sujet, sujets, company,
        société, organization, organisation, industry, secteur, geographic, zone géographique, city, ville, state,
        country, pays, person, personne, load date, date de chargement, journal code, code du journal, ticker,
        update, acc no, docid, classification, notes, correction date""",
}
_NAMES = {name.strip(): kind for kind, names in _FIELDS.items() for name in " ".join(names.split()).split(",")}


class _Field(NamedTuple):
    kind: str
    value: str


def is_nexis(text: str) -> bool:
    """Whether the text is an export of the older or of the newer site."""
    head = text[:_HEAD]
    return ("DO" in head and bool(_NUMBER.search(head))) or _is_newer(text)


def _is_newer(text: str) -> bool:
    named = "ocument" in text or "okument" in text  # most texts are not searched
    return named and bool(_END.search(text)) and bool(_BODY_LINE.search(text))


def nexis(text: str) -> Iterator[Draft]:
    """The articles of an export, without the search and the list of documents above them."""
    if _NUMBER.search(text[:_HEAD]):
        parts = (_blocks(part) for part in _NUMBER.split(text)[1:])
    else:
        parts = (_lines(part) for part in _END.split(text)[:-1])
    return map(_article, filter(None, parts))


def _blocks(part: str) -> list[str]:
    return [block.strip() for block in re.split(r"\n\s*\n", part) if block.strip()]


def _lines(part: str) -> list[str]:
    """The lines of a document of the newer site, in the older one's order: its title stands above source and day."""
    lines = [line.strip() for line in part.split("\n") if line.strip()]
    body = next((at for at, line in enumerate(lines) if _BODY.fullmatch(line)), len(lines))
    days = [at for at, line in enumerate(lines[:body]) if not _field(line) and _date(line)]
    if not days:
        return lines
    day = days[-1]  # above stand the search and the list of documents, with days of their own
    return [*lines[max(0, day - 1) : day + 1], *lines[max(0, day - 2) : max(0, day - 1)], *lines[day + 1 :]]


def _article(blocks: list[str]) -> Draft:
    """Source and day come first, then the title, fields with their names, the text; fields again."""
    day = next((place for place, block in enumerate(blocks) if not _field(block) and _date(block)), -1)
    head, text = _parted(_without_fields_below(blocks[day + 1 :]))
    fields = {field.kind: field.value for block in reversed(head) if (field := _field(block))}
    plain = [block for block in head if not _field(block) and not _RIGHTS.match(block)]
    titles = [block for block in plain[:1] if "title" not in fields and is_title(_line(block))]
    return Draft(
        title=fields.get("title") or next(map(_line, titles), None),
        body="\n\n".join(map(_unwrapped, text)),
        date=_date(blocks[day]) if day >= 0 else None,
        source=_paper([_line(line) for block in blocks[: max(day, 0)] for line in block.split("\n")]),
        author=fields.get("author"),
        section=fields.get("section"),
    )


def _unwrapped(block: str) -> str:
    """The paragraph of lines that were cut at the width of the export: the next one's first word had no room."""
    lines = [line.strip() for line in block.split("\n")]
    if max(map(len, lines)) > _WIDTH:
        return block
    return lines[0] + "".join(f"{_between(one, two)}{two}" for one, two in pairwise(lines))


def _between(line: str, after: str) -> str:
    return " " if len(line) + 1 + len(after.partition(" ")[0]) > _WIDTH else "\n"


def _paper(lines: list[str]) -> str | None:
    """The paper: the first line after those that say whose the rights are."""
    rights = [at for at, line in enumerate(lines) if _RIGHTS.search(line)]
    return next(iter(lines[rights[-1] + 1 if rights else 0 :]), None)


def _without_fields_below(blocks: list[str]) -> list[str]:
    last = len(blocks)
    while last and (_is_below(blocks[last - 1]) or _RIGHTS.match(blocks[last - 1])):
        last -= 1
    return blocks[:last]


def _parted(blocks: list[str]) -> tuple[list[str], list[str]]:
    """What stands above the text, and the text: under "BODY:", else under the last field, else under the title."""
    for place, block in enumerate(blocks):
        first, _, rest = block.partition("\n")
        if _BODY.fullmatch(first.strip()):
            return blocks[:place], [*filter(None, [rest.strip()]), *blocks[place + 1 :]]
    start = 1 + max((place for place, block in enumerate(blocks[:_MOST_ABOVE]) if _field(block)), default=0)
    above = [block for block in blocks[:start] if not _field(block) and not _RIGHTS.match(block)]
    kept = above[:1] if above and is_title(_line(above[0])) else []
    return [*kept, *filter(_field, blocks[:start])], [*above[len(kept) :], *blocks[start:]]


def _field(block: str) -> _Field | None:
    """The field that a block is; None for any other, as for "Paris : le pont rouvre"."""
    match = _LABEL.fullmatch(block)
    kind = _NAMES.get(_name(match["name"])) if match else None
    return _Field(kind, _line(match["value"])) if match and kind else None


def _is_below(block: str) -> bool:
    """Whether a block is a field that stands below the text, with its name or alone ("Classification")."""
    field = _field(block)
    return (field.kind == "after") if field else _NAMES.get(_name(block)) == "after"


def _name(label: str) -> str:
    return " ".join(label.casefold().replace("-", " ").split())


def _line(block: str) -> str:
    return " ".join(block.split())


def _date(block: str) -> str | None:
    """The day of "19 janvier 2022 mercredi" or "January 19, 2022 Wednesday 8:00 AM GMT", above an edition's name."""
    line = _line(block.partition("\n")[0])
    return None if len(line) > _LONGEST_DAY else read_date(line) or find_date(line)
