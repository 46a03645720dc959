"""Europresse: documents in plain text, each of which ends with its number (« news·20220119·LM·123 »)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kiosque.corpus.dates.metadata_dates import find_date
from kiosque.corpus.draft.draft import Draft
from kiosque.corpus.draft.stamp_lines import byline
from kiosque.corpus.draft.title import is_title

_NUMBER = re.compile(r"^.*\b(?P<id>[a-z]{2,10}[·.]\d{8}[·.][A-Z0-9]{1,6}[·.][\w.·-]+)[ \t]*$", re.MULTILINE)
_RIGHTS = re.compile(
    r"^[ \t]*(?:©|\(c\) |Tous droits réservés|Le présent document est protégé)", re.MULTILINE | re.IGNORECASE
)
_LABELLED = "Nom de la source"
_LONGEST_HEAD, _LONGEST_LINE = 20, 200  # lines above the title, characters of one
_DETAILS = re.compile(r".* [•·] (?:p\. ?\S+|\d+ mots).*|\d+ mots|p\. ?\S+")


def is_europresse(text: str) -> bool:
    """Whether the text has the numbers of Europresse's documents, and the rights that stand above each."""
    return "·" in text and bool(_NUMBER.search(text)) and bool(_RIGHTS.search(text))


def europresse_text(text: str) -> Iterator[Draft]:
    """The articles of an export: the paper, the day with its rubric, the title, the authors, the text."""
    start = 0
    for end in _NUMBER.finditer(text):
        if found := _article(text[start : end.start()], end["id"]):
            yield found
        start = end.end()


def _article(part: str, number: str) -> Draft | None:
    lines = [line.strip() for line in part.split("\n")]
    filled = [at for at, line in enumerate(lines) if line][:_LONGEST_HEAD]
    day = next((at for at in filled if len(lines[at]) <= _LONGEST_LINE and find_date(lines[at])), None)
    if day is None:
        return None
    rest = [at for at in range(day + 1, len(lines)) if lines[at] and not _DETAILS.fullmatch(lines[at])]
    title = lines[rest[0]] if rest and is_title(lines[rest[0]]) else None
    author = byline(lines[rest[1]]) if title and len(rest) > 1 else None
    body = "\n".join(lines[(rest[0] if rest else day + 1) + bool(title) :])
    body = _RIGHTS.split(body, maxsplit=1)[0].strip()
    return Draft(
        id=number,
        title=title,
        body=body.removeprefix(lines[rest[1]]).strip() if author else body,
        date=find_date(lines[day]),
        source=_paper([lines[at] for at in filled if at < day]) or lines[day].partition(",")[0],
        author=author,
        section=section_of(lines[day]),
    )


def _paper(above: list[str]) -> str | None:
    """The paper, in the line above the day, or under its label; of "Le Jour, no. 1234" without the number."""
    labelled = above.index(_LABELLED) + 1 if _LABELLED in above[:-1] else 0
    return re.split(r",|\s+no\.?\s", above[labelled])[0].strip(" -–") or None if above else None


def section_of(header: str) -> str | None:
    """The rubric before the day: "Société, mercredi 19 janvier 2022, p. 5"."""
    first = header.split(",")[0].strip()
    return first if "," in header and first and find_date(first) is None else None
