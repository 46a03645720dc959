"""Factiva: documents with its field codes (HD, PD, SN, TD…) or as lines in their order.

The codes stand in a fixed order, which tells them from words: a line "LA MER" in a text comes after LA, so it is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from kiosque.corpus.dates.metadata_dates import read_date
from kiosque.corpus.draft.draft import Draft
from kiosque.corpus.draft.stamp_lines import byline
from kiosque.corpus.french import NARROW, NBSP

CODES = "CLM SE HD BY CR WC PD ET SN SC ED PG VOL LA CY LP TD CT RF ART CO IN NS RE IPC IPD PUB AN".split()
"""The fields of a document, in their order: HD is the headline, PD the day, SN the source, LP and TD the text."""

_PLACES = {code: place for place, code in enumerate(CODES)}
_OPENING = ("CLM", "SE", "HD")
_TEXT = ("LP", "TD")
_BLANKS = "\t |\xa0"  # between a code and its value: striprtf puts "|" between the cells of a table
_FIELD = re.compile(rf"[{_BLANKS}]*(?P<code>{'|'.join(CODES)})(?:[{_BLANKS}]+(?P<value>.*))?")
_HEADLINE = re.compile(rf"^[{_BLANKS}]*HD(?:[{_BLANKS}]|$)", re.MULTILINE)
_ACCESSION = re.compile(r"^[ \t]*[Dd]o[ck]ument\w? (?P<an>[A-Z0-9]{8}\d{8}[a-z0-9]{9})[ \t]*$", re.MULTILINE)
_COUNT = re.compile(rf"\d[\d,. {NBSP}{NARROW}]*[^\W\d]+")  # "345 mots", "1,204 words", in any language
_TIME = re.compile(r"\d{1,2}[:h]\d{2}.*")
_RIGHTS = re.compile(r"(?:copyright|\(c\)|©)", re.IGNORECASE)
_FOOTER = re.compile(r"^.*Factiva, Inc.*$", re.MULTILINE)
_LONGEST_HEAD = 12  # lines between the day and the text
_LONGEST_SECTION = 40  # characters


def has_codes(text: str) -> bool:
    """Whether the text is an export with field codes: a headline, a day or a source, and a text."""
    if "HD" not in text or not _HEADLINE.search(text):
        return False
    fields = next(_documents(text), {})
    return "HD" in fields and ("PD" in fields or "SN" in fields) and any(code in fields for code in _TEXT)


def with_codes(text: str) -> Iterator[Draft]:
    """The documents of an export with field codes."""
    return map(draft_of_fields, _documents(text))


def _documents(text: str) -> Iterator[dict[str, str]]:
    """The fields of each document. A code counts once in it, and only after those that come before it."""
    fields: dict[str, list[str]] = {}
    for line in text.split("\n"):
        match = _FIELD.fullmatch(line)
        code = match["code"] if match else ""
        if match and fields and _begins(code, fields):
            yield _joined(fields)
            fields = {}
        if match and (code in _OPENING if not fields else _PLACES[code] > _PLACES[next(reversed(fields))]):
            fields[code] = [match["value"] or ""]
        elif fields:
            fields[next(reversed(fields))].append(line)
    if fields:
        yield _joined(fields)


def _begins(code: str, fields: Mapping[str, list[str]]) -> bool:
    return code in _OPENING and ("AN" in fields or (code == "HD" and "HD" in fields and "TD" in fields))


def _joined(fields: Mapping[str, list[str]]) -> dict[str, str]:
    """The values; of "AN" only the first line, for between two documents stand rules and footers."""
    return {
        code: "\n".join(line.strip(_BLANKS) for line in (lines if code != "AN" else _first_filled(lines))).strip()
        for code, lines in fields.items()
    }


def _first_filled(lines: Sequence[str]) -> list[str]:
    return [line for line in lines if line.strip(_BLANKS)][:1]


def draft_of_fields(fields: Mapping[str, str]) -> Draft:
    """The article of a document's fields; its first subject (NS) is its section where it names none."""
    return Draft(
        id=fields.get("AN", "").split()[-1] if fields.get("AN") else None,
        title=fields.get("HD"),
        body="\n".join(text for code in _TEXT if (text := fields.get(code, "").strip())),
        date=fields.get("PD"),
        source=fields.get("SN"),
        author=author_of(fields.get("BY")),
        section=fields.get("SE") or fields.get("CLM") or _subject(fields.get("NS", "")),
    )


def _subject(value: str) -> str | None:
    """The first subject, which is the narrowest: "gpol : Politique | gcat : Actualités" is "Politique"."""
    return " ".join(value.split()).partition("|")[0].partition(":")[2].strip() or None


def author_of(line: str | None) -> str | None:
    """The people of a byline: "Par Ana Roy" is "Ana Roy"."""
    return re.sub("^(?:Par|By|par|PAR) ", "", line) if line else None


def has_lines(text: str) -> bool:
    """Whether the text is an export without codes: a document ends with its accession number."""
    named = "ocument" in text or "okument" in text  # most texts are not searched
    return named and bool(_ACCESSION.search(text)) and next(_parts(text), None) is not None


def with_lines(text: str) -> Iterator[Draft]:
    """The documents of an export without codes: title, length, day, source and so on, a line each; then the text."""
    for lines, day, accession in _parts(text):
        yield _draft_of_lines(lines, day, accession)


def _parts(text: str) -> Iterator[tuple[list[str], int, str]]:
    """The filled lines of each document, the place of its day, its accession number."""
    start = 0
    text = _FOOTER.sub("", text)
    for end in _ACCESSION.finditer(text):
        lines = [line.strip() for line in text[start : end.start()].split("\n") if line.strip()]
        start = end.end()
        day = next((at + 1 for at in range(len(lines) - 1) if _is_count(lines, at)), None)
        if day:
            yield lines, day, end["an"]


def _is_count(lines: Sequence[str], at: int) -> bool:
    return bool(_COUNT.fullmatch(lines[at])) and read_date(lines[at + 1]) is not None


def _draft_of_lines(lines: list[str], day: int, accession: str) -> Draft:
    above, below_day = lines[: day - 1], lines[day + 1 :]
    author = byline(above[-1]) if len(above) > 1 else None
    titles = above[:-1] if author else above
    section = titles[0] if len(titles) > 1 and len(titles[0]) <= _LONGEST_SECTION else None
    below_day = below_day[1:] if below_day and _TIME.fullmatch(below_day[0]) else below_day
    rights = next((at for at, line in enumerate(below_day[:_LONGEST_HEAD]) if _RIGHTS.match(line)), 0)
    return Draft(
        id=accession,
        title=" ".join(titles[1:] if section else titles),
        body="\n".join(below_day[rights + 1 :]),
        date=lines[day],
        source=below_day[0] if below_day else None,
        author=author,
        section=section,
    )
