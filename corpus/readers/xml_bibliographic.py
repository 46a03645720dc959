"""What a METS says of an issue and of its articles, in MODS or Dublin Core: the paper, the day, titles, authors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from kiosque.corpus.dates.metadata_dates import find_date, read_date
from kiosque.corpus.markup.xml_parts import below, first, local, words

_DAYS = ("dateIssued", "issued", "date", "dateCreated", "temporal")
_LABEL = re.compile(r"(?P<paper>[^,(\[:]{2,200}?)\s*(?:\([^()]*\)\s*)?[,:–-]\s*(?P<day>[^,]{4,60})$")
_GUESSES = ("approximate", "inferred", "questionable")


class Part(NamedTuple):
    """An article's own record."""

    title: str | None
    author: str | None


class Issue(NamedTuple):
    """An issue: its paper, its day (with `is_guess` where a librarian inferred it), its articles' records by DMDID."""

    paper: str | None
    date: str | None
    is_guess: bool
    parts: dict[str, Part]


def issue_of(mets: etree._Element) -> Issue:
    """What the records of a METS say. Those that articles refer to are theirs, all others the issue's."""
    records = {str(record.get("ID")): record for record in below(mets, "dmdSec")}
    own = {str(div.get("DMDID")) for div in below(mets, "div") if str(div.get("TYPE") or "").lower() == "article"}
    whole = [record for name, record in records.items() if name not in own]
    paper, day = _of_label(str(mets.get("LABEL") or ""))
    date, is_guess = next(filter(None, map(_date, whole)), (day, False))
    return Issue(
        paper=next(filter(None, (*map(_host, whole), *map(_title, whole), paper)), None),
        date=date,
        is_guess=is_guess,
        parts={name: Part(_title(record), _author(record)) for name, record in records.items() if name in own},
    )


def _of_label(label: str) -> tuple[str | None, str | None]:
    """The paper and the day of "La Vigie (Lanvec), 1882-02-08", where no record has them."""
    match = _LABEL.match(label)
    day = (read_date(match["day"]) or find_date(match["day"])) if match else None
    return (match["paper"].strip() if match and day else None), day


def _host(record: etree._Element) -> str | None:
    """The paper that an issue belongs to (MODS: relatedItem, Dublin Core: isPartOf)."""
    hosts = (item for item in below(record, "relatedItem") if item.get("type") in ("host", "series"))
    found = (_mods_title(first(host, "titleInfo")) for host in hosts)
    return next(filter(None, found), None) or words(first(record, "isPartOf"))


def _title(record: etree._Element) -> str | None:
    return _mods_title(first(record, "titleInfo")) or words(first(record, "title"))


def _mods_title(info: etree._Element | None) -> str | None:
    """The title with the article that sorting leaves out: "La" and "Vigie"."""
    if info is None:
        return None
    article, title = words(first(info, "nonSort")), words(first(info, "title"))
    space = "" if article and article.endswith(("'", "’")) else " "
    return f"{article}{space}{title}" if article and title else title


def _author(record: etree._Element) -> str | None:
    names = (" ".join(_names(name)) for name in below(record, "name"))
    return ", ".join(filter(None, names)) or words(first(record, "creator"))


def _names(name: etree._Element) -> Iterator[str]:
    """The given name before the family's, which MODS may write in any order."""
    parts = [part for part in below(name, "namePart") if part.get("type") not in ("date", "termsOfAddress")]
    for part in sorted(parts, key=lambda part: part.get("type") == "family"):
        yield words(part) or ""


def _date(record: etree._Element) -> tuple[str, bool] | None:
    """The day of issue and whether it is a guess. Of several the one in a standard form counts."""
    found = [(name, part) for name in _DAYS for part in below(record, name) if not _is_of_host(part)]
    found.sort(key=lambda each: (_DAYS.index(each[0]), not each[1].get("encoding")))
    for _, part in found:
        if day := read_date(words(part)) or find_date(words(part) or ""):
            return day, any(each.get("qualifier") in _GUESSES for each in (part, *part.iterancestors("{*}originInfo")))
    return None


def _is_of_host(part: etree._Element) -> bool:
    """Whether it is the paper's, which began long ago, or that of the record itself."""
    return any(local(above) in ("relatedItem", "recordInfo") for above in part.iterancestors())
