"""A date from metadata, text, file name or folders: a real day, month or year, or none. No I/O, no clock here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from kiosque.corpus.article import DATE_CONFIDENCES, LAST_RESORTS, Origin
from kiosque.corpus.french import MONTH_NUMBERS

YEARS = range(1600, 2101)

_MONTH = f"(?:{'|'.join(MONTH_NUMBERS)})"

_Y, _M, _D = "(?P<year>[0-9]{4})", "(?P<month>[0-9]{2})", "(?P<day>[0-9]{2})"
_YEAR = "(?P<year>[0-9]{4}|[0-9]{2})"
_ISO = f"{_Y}(?:-{_M}(?:-{_D})?)?"
_ISO_DATE = re.compile(f"{_ISO}(?:[T ][0-9]{{2}}:?[0-9]{{2}}.*)?", re.DOTALL)
_FOLDERS = (
    re.compile(f"{_Y}(?P<sep>[-_.]?){_M}(?P=sep){_D}"),
    re.compile(f"{_Y}(?:[-_.]{_M})?"),
)
_LEADING = re.compile(rf"\s*date\s*:?\s+{_ISO}(?:T\S+)?(?:\s+|$)")
_WRITTEN = (
    re.compile(rf"(?P<day>[0-9]{{1,2}})(?:\s?er)?\s+(?P<month>{_MONTH})\.?\s+{_YEAR}", re.IGNORECASE),
    re.compile(rf"(?P<day>[0-9]{{1,2}})[/.](?P<month>[0-9]{{1,2}})[/.]{_YEAR}"),
)

# The first of these that a file name shows decides.
_NAMES = (
    re.compile(rf"(?:^|.*?[^0-9A-Za-z]){_Y}-{_M}-{_D}(?![0-9A-Za-z])"),  # "KB_1910-08-14_01": a day anywhere
    re.compile(rf"{_Y}(?P<sep>[_.]?){_M}(?P=sep){_D}(?![0-9A-Za-z])"),  # "20220119-vote"
    re.compile(rf"{_Y}[-_.]{_M}(?![0-9A-Za-z])"),  # "2021-07_vote"
    # "2018_finale", but neither "1782" nor "1782_84f6a16ddaabf664", which count the files of a folder.
    re.compile(rf"{_Y}[-_. ](?![0-9])(?![0-9a-f]{{8,}}$)"),
)


LONGEST_STAMP = 200  # characters; a longer line is a paragraph

_DAY = (
    "(?:(?:lun|mar|mer|jeu|ven|sam|dim)(?:[a-z]*di|anche)?\\.?,? )?"
    f"(?P<date>[0-9]{{1,2}}(?: ?er)? {_MONTH}\\.? [0-9]{{2}}(?:[0-9]{{2}})?(?![0-9])"
    "|[0-9]{1,2}[/.][0-9]{1,2}[/.][0-9]{2}(?:[0-9]{2})?(?![0-9])"
    "|[0-9]{4}-[0-9]{2}-[0-9]{2})"
)
HOUR = "(?:,? ?(?:à|-|–)? ?[0-9]{1,2} ?[h:](?: ?[0-9]{2})?(?::[0-9]{2})?)?"
PUBLISHED = (
    "(?:(?:(?:article |texte )?(?:publié|paru|posté|créé|écrit|rédigé|mis en ligne)e?"
    "|(?:date de )?(?:publication|parution|création)(?: initiale)?))"
)
_UPDATED = "(?:(?:dernière |article |texte )?(?:mise? à jour|modification|modifiée?|actualisée?))"
_PIECE = f"(?:(?P<published>{PUBLISHED})|{_UPDATED})(?: le)?(?: ?:)? {_DAY}{HOUR}".replace(" ", r"\s+")
_PIECE = _PIECE.replace(r"\s+?", r"\s*")
_STAMP = re.compile(_PIECE, re.IGNORECASE)
_NAMELESS = re.sub(r"\(\?P<\w+>", "(?:", _PIECE)
_NEXT_PIECE = rf"\s*[-–—|•·,;/(]?\s*(?:et\s+)?{_NAMELESS}\)?"
_STAMPS = re.compile(
    rf"(?:par\s+(?P<before>[^,|·–—]{{3,60}}?)\s*[,|·–—-]?\s*)?{_NAMELESS}(?:{_NEXT_PIECE})*"
    r"(?:\s*[,|·–—-]?\s*par\s+(?:(?P<after>(?-i:[A-ZÀ-ÖØ-ÞŒ])[^.,|·]{2,60})|la rédaction[^.,|·]{0,40}))?\.?",
    re.IGNORECASE,
)

_BARE = re.compile(
    rf"(?:le )?{_DAY}{HOUR}(?:\s*[,|·–—-]?\s*par (?P<after>(?-i:[A-ZÀ-ÖØ-ÞŒ])[^.,|·]{{2,60}}))?\.?".replace(
        " ?", r"\s*"
    ).replace(" ", r"\s+"),
    re.IGNORECASE,
)


Dated = tuple[str, Origin] | tuple[None, None]
"""A date and its origin, or neither."""

_RANKS = {origin: rank for rank, origin in enumerate(DATE_CONFIDENCES)}


class Stamp(NamedTuple):
    """What a line such as "Publié le 19 janvier 2022, mis à jour le 20" says."""

    published: str | None
    updated: str | None
    author: str | None


@lru_cache(maxsize=1 << 14)
def real_date(year: str, month: str | None = None, day: str | None = None) -> str | None:
    """The ISO date of these numbers, None where the calendar has no such date or the year is not of the press."""
    try:
        found = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return found.isoformat()[: 10 if day else 7 if month else 4] if found.year in YEARS else None


def whole_year(year: str) -> str:
    """The year of four digits: "22" is 2022, "78" is 1978, as POSIX has it (1969 to 2068)."""
    return year if len(year) == 4 else f"{20 if year < '69' else 19}{year}"


def parse_date(text: str) -> str | None:
    """The date of "2022-01-19T23:30:00-05:00" (as written there), "2022-01", "2022", "19/01/2022" or "1er mai 2022"."""
    iso = _ISO_DATE.fullmatch(text)
    if iso:
        return _date_of(iso)
    written = next(filter(None, (pattern.fullmatch(text) for pattern in _WRITTEN)), None)
    if not written:
        return None
    return real_date(
        whole_year(written["year"]), str(MONTH_NUMBERS.get(written["month"].lower(), written["month"])), written["day"]
    )


def file_name_date(name: str) -> str | None:
    """The date that a file name (without its suffix) begins with, or the whole day that it holds."""
    return _date_of(next(filter(None, (pattern.match(name) for pattern in _NAMES)), None))


def folder_date(folders: Sequence[str]) -> str | None:
    """The date of folders such as "2022/01/19", "2022-01" or "2022/janvier", at any depth."""
    found = None
    for folder in folders:
        found = _narrow(found, folder) or found
    return found


def without_dates(folders: Sequence[str]) -> list[str]:
    """The folders that are no part of a date."""
    others, found = [], None
    for folder in folders:
        narrower = _narrow(found, folder)
        if narrower is None:
            others.append(folder)
        found = narrower or found
    return others


def leading_date(text: str) -> tuple[str | None, str]:
    """The date of a text that begins with "date 2022-01 ", and the text without it."""
    match = _LEADING.match(text)
    found = _date_of(match)
    return (found, text[match.end() :]) if match and found else (None, text)


def leading_crumb_date(title: str) -> str | None:
    """The date that a trail begins with: "2011/06/21 > Bulletin 258 > Le pont rouvre"."""
    match = re.match(rf"{_Y}([/-]){_M}\2{_D}\s+[>»›:|-]", title)
    return _date_of(match)


def stamp(line: str) -> Stamp | None:
    """The dates of a line that is wholly a stamp of publication; a date within a sentence is not one."""
    match = _STAMPS.fullmatch(line) if len(line) <= LONGEST_STAMP else None
    if match is None:
        return None
    days: dict[bool, str | None] = {}
    for piece in _STAMP.finditer(line):
        days.setdefault(piece["published"] is not None, parse_date(piece["date"]))
    return Stamp(days.get(True), days.get(False), match["before"] or match["after"])


def stamp_beside_title(line: str) -> Stamp | None:
    """As `stamp`; next to a title a bare day counts too: "jeudi 13 juin 2019, par Attal Ménard"."""
    if found := stamp(line):
        return found
    match = _BARE.fullmatch(line) if len(line) <= LONGEST_STAMP else None
    return Stamp(parse_date(match["date"]), None, match["after"]) if match else None


def is_to_come(found: str | None) -> bool:
    """Whether a date is after tomorrow, such as a mistyped year: it is kept, but never sure."""
    return found is not None and found > (date.today() + timedelta(days=1)).isoformat()


def choose_date(*candidates: tuple[str | None, Origin | None]) -> Dated:
    """The date whose origin comes first in DATE_CONFIDENCES, whatever the order of the candidates.

    A later origin can only make it more precise ("2022" -> "2022-01-19"); a last resort cannot.
    """
    dated = [(found, origin) for found, origin in candidates if found and origin]
    chosen: Dated = (None, None)
    for found, origin in sorted(dated, key=lambda each: _RANKS[each[1]]):
        if chosen[0] is None or (origin not in LAST_RESORTS and found != chosen[0] and found.startswith(chosen[0])):
            chosen = (found, origin)
    return chosen


def _date_of(match: re.Match[str] | None) -> str | None:
    if match is None:
        return None
    groups = match.groupdict()
    return real_date(groups["year"], groups.get("month"), groups.get("day"))


def _narrow(found: str | None, folder: str) -> str | None:
    """The date after one more folder: "01" or "janvier" under "2022" is a month of it."""
    if match := next(filter(None, (pattern.fullmatch(folder) for pattern in _FOLDERS)), None):
        return _date_of(match)
    if found is None or len(found) == 10:
        return None
    part = str(MONTH_NUMBERS.get(folder.lower(), folder)) if len(found) == 4 else folder
    return real_date(*f"{found}-{part}".split("-")) if re.fullmatch("[0-9]{1,2}", part) else None
