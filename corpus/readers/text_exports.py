"""Exports in plain text that hold more than a text: of Nexis, many articles; of Gallica, one under a notice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kiosque.corpus.dates.metadata_dates import find_date, read_date
from kiosque.corpus.draft.draft import Draft
from kiosque.corpus.draft.title import is_title

_HEAD = 2000  # characters in which an export shows what it is
_NEXIS = re.compile(r"^[ \t]*\d+ (?:of|de|sur) \d+ DOCUMENTS?[ \t]*$", re.MULTILINE)
_LABEL = re.compile(r"(?P<name>[A-ZÀ-Þ][A-ZÀ-Þ’' -]{2,30}) ?: ?(?P<value>.*)", re.DOTALL)
_AUTHORS = ("BYLINE", "AUTEUR", "AUTEURS", "SIGNATURE")
_SECTIONS = ("SECTION", "RUBRIQUE")
_COPYRIGHT = re.compile(r"(?:copyright|©)\b.*", re.IGNORECASE | re.DOTALL)

_GALLICA = "Rappel de votre demande"
_NOTICE = re.compile(r"(?P<name>[^\n:]{3,40}?)\s*: *(?P<value>[^\n]*)")
_LONGEST_NOTICE = 40  # lines
_EDITION = re.compile(r"\s*\([^()]*\)$")  # "La Vigie du Port (Lanvec. 1866)"


def export_of_text(text: str) -> Iterator[Draft] | None:
    """The articles of an export; None where the text is none."""
    if text.lstrip("\ufeff \n\f").startswith(_GALLICA):
        return gallica(text)
    return nexis(text) if "DOCUMENT" in text[:_HEAD] and _NEXIS.search(text[:_HEAD]) else None


def nexis(text: str) -> Iterator[Draft]:
    """The articles of an export of Nexis, each under a line "1 of 200 DOCUMENTS"."""
    for part in _NEXIS.split(text)[1:]:
        yield _nexis_article([block.strip() for block in re.split(r"\n\s*\n", part) if block.strip()])


def _nexis_article(blocks: list[str]) -> Draft:
    """Source, day and title come first, a block each; then fields with names in capitals; the text; fields again."""
    day = next((place for place, block in enumerate(blocks) if _date(block)), -1)
    named = {place: match for place, block in enumerate(blocks) if (match := _LABEL.fullmatch(block))}
    fields = {match["name"].strip(): " ".join(match["value"].split()) for match in named.values()}
    plain = [place for place in range(day + 1, len(blocks)) if place not in named]
    titles = [place for place in plain[:1] if is_title(" ".join(blocks[place].split()))]
    body = [blocks[place] for place in plain if place not in titles and not _COPYRIGHT.match(blocks[place])]
    return Draft(
        title=" ".join(blocks[titles[0]].split()) if titles else None,
        body="\n\n".join(body),
        date=_date(blocks[day]) if day >= 0 else None,
        source=next((block for block in blocks[: max(day, 0)] if not _COPYRIGHT.match(block)), None),
        author=next((fields[name] for name in _AUTHORS if name in fields), None),
        section=next((fields[name] for name in _SECTIONS if name in fields), None),
    )


def _date(block: str) -> str | None:
    """The day of a line such as "19 janvier 2022 mercredi" or "January 19, 2022 Wednesday 8:00 AM GMT"."""
    return None if len(block) > 80 else read_date(block) or find_date(block)


def gallica(text: str) -> Iterator[Draft]:
    """The text that Gallica gives of a paper, under its notice: title of the paper, day of the issue."""
    lines = text.lstrip("\ufeff \n\f").split("\n")
    notice = {
        match["name"].strip(): match["value"].strip()
        for line in lines[:_LONGEST_NOTICE]
        if (match := _NOTICE.match(line))
    }
    last = max(place for place, line in enumerate(lines[:_LONGEST_NOTICE]) if _NOTICE.match(line) and len(line) < 200)
    url = next((value for name, value in notice.items() if "gallica" in value and value.startswith("http")), None)
    yield Draft(
        body="\n".join(lines[last + 1 :]),
        date=notice.get("Date d'édition") or notice.get("Date d’édition"),
        source=_EDITION.sub("", notice.get("Titre", "").partition(" / ")[0]) or None,
        url=url,
    )
