"""Gallica: the text of an issue under its notice (« texte brut ») or, of a PDF, after the pages that say its terms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kiosque.corpus.dates.metadata_dates import find_date, read_date
from kiosque.corpus.draft.draft import Draft

_NOTICE = "Rappel de votre demande"
_ROW = re.compile(r"(?P<name>[^\n:]{3,40}?)\s*: *(?P<value>[^\n]*)")
_LONGEST_NOTICE, _LONGEST_ROW = 40, 200  # lines, characters
_HEADING, _LAST_ROW = "Notice complète", "Date de mise en ligne"
# What Gallica says of the OCR between the notice and the text.
_ABOUT_OCR = re.compile(r"\ALe texte affiché peut comporter.{0,1000}?\d ?%\.?\s*", re.DOTALL)
_REST = re.compile(r"\s+[:/(\[]|\.\s+\d|\s*\[")  # what is no name: the subtitle, the town, the day
_SITE = "gallica.bnf.fr"
_TERMS = "Les contenus accessibles sur le site Gallica"
_FIRST_PAGES = 3  # the terms are the first page, or the second after one of the title alone
_TERMS_BEGIN = "1/"
_CREDIT = re.compile(r"^\s*Source gallica\.bnf\.fr\b.*$", re.MULTILINE)
_DAY = re.compile(r"\b\d{4}[/-]\d{2}[/-]\d{2}\b")
_YEAR = re.compile(r"\b\d{4}(?:[/-]\d{2})?(?=\.?\s*$)")


class Cover(NamedTuple):
    """What the pages before a PDF's first page say: how many they are, the paper, its day."""

    pages: int
    source: str | None
    date: str | None


def is_gallica(text: str) -> bool:
    """Whether the text stands under a notice of Gallica."""
    return text.lstrip("\ufeff \n\f").startswith(_NOTICE)


def gallica(text: str) -> Iterator[Draft]:
    """The text that Gallica gives of a paper, under its notice: title of the paper, day of the issue."""
    lines = text.lstrip("\ufeff \n\f").split("\n")
    last = _last_row(lines[:_LONGEST_NOTICE])
    rows = filter(None, map(_ROW.match, lines[: last + 1]))
    notice = {match["name"].strip(): match["value"].strip() for match in rows}
    url = next((value for value in notice.values() if _SITE in value and value.startswith("http")), None)
    yield Draft(
        body=_ABOUT_OCR.sub("", "\n".join(lines[last + 1 :]).lstrip(), count=1),
        date=notice.get("Date d'édition") or notice.get("Date d’édition"),
        source=_paper(notice.get("Titre", "")),
        url=url,
    )


def _last_row(lines: Sequence[str]) -> int:
    """The place of the notice's last row: the day of putting online, else the last of those that follow its heading."""
    online = next((at for at, line in enumerate(lines) if line.startswith(_LAST_ROW)), None)
    if online is not None:
        return online
    heading = next((at for at, line in enumerate(lines) if line.startswith(_HEADING)), 0)
    below = range(heading + 1, len(lines))
    end = next((at for at in below if lines[at].strip() and not _is_row(lines[at])), len(lines))
    return max(at for at in range(heading, end) if at == heading or lines[at].strip())


def _is_row(line: str) -> bool:
    return len(line) < _LONGEST_ROW and _ROW.match(line) is not None


def cover_of(pages: Sequence[str]) -> Cover | None:
    """What the first pages of a PDF of Gallica say; None of any other PDF."""
    place = next((at for at, page in enumerate(pages[:_FIRST_PAGES]) if _TERMS in " ".join(page.split())), None)
    if place is None or not any(_SITE in page for page in pages[: place + 1]):
        return None
    above = "\n".join(pages[: place + 1]).partition(_TERMS_BEGIN)[0]
    title = _CREDIT.sub("", above).strip()
    day = _DAY.search(title) or _YEAR.search(title)
    written = find_date(title) or (read_date(day[0]) if day else None)
    return Cover(place + 1, _paper(title.split("\n")[0]), written)


def without_credit(page: str) -> str:
    """A page without the line that Gallica prints on each."""
    return _CREDIT.sub("", page)


def _paper(title: str) -> str | None:
    """The name of a paper: "La Vigie (Lanvec. 1866)", "La Vigie : journal du soir / dir. Ana Roy" are La Vigie."""
    return _REST.split(title, maxsplit=1)[0].strip(" .") or None
