"""RIS, which reference managers and databases export: an article a record, with its abstract and notes as its text.

A record is lines "TI  - title" from TY to ER; a line without a tag goes on with the field above it.
See https://en.wikipedia.org/wiki/RIS_(file_format) for the tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import StringIO

from kiosque.corpus.article import Article
from kiosque.corpus.clean.lines import decode, normalise_newlines
from kiosque.corpus.draft.draft import Draft
from kiosque.corpus.location import Location
from kiosque.corpus.readers.references import (
    Reference,
    articles_of,
    direct_name,
    most_precise,
    names_joined,
    text_joined,
)
from kiosque.corpus.refusal import Refusal, Unreadable

LARGEST = 32 * 2**20  # bytes

_FIRST = re.compile(r"^TY(?P<gap> {1,2})-", re.MULTILINE)
_TITLES = ("TI", "T1", "CT", "BT", "ST")
_SOURCES = ("T2", "JF", "JO", "JA", "J2", "T3", "PB", "DP")
_AUTHORS = ("AU", "A1")
_ABSTRACTS = ("AB", "N2")
_DAYS, _YEARS = ("DA", "Y1"), ("PY", "Y1")

Fields = list[tuple[str, list[str]]]


def read_ris(location: Location) -> Iterator[Article | Refusal]:
    """The articles of a .ris file, and a Refusal for each record without title and text. Raises OSError."""
    text = normalise_newlines(decode(location.read(LARGEST)))
    first = _FIRST.search(text)
    if first is None:
        raise Unreadable("RIS sans référence (ligne « TY  - ») : l’exporter de nouveau")
    yield from articles_of(map(_reference, _records(text)), location)
    if text.rfind("\nER") < max(first.start(), text.rfind("\nTY")):
        raise Unreadable("RIS coupé dans sa dernière référence (pas de ligne « ER  - ») : l’exporter de nouveau")


def _records(text: str) -> Iterator[Fields]:
    """The fields of each record, in their order. Only a tag with as many blanks as the first one has is a tag."""
    first = _FIRST.search(text)
    if first is None:
        return
    tag = re.compile(rf"([A-Z][A-Z0-9]){first['gap']}-(?:$| (.*))")
    fields: Fields = []
    for ended in StringIO(text[first.start() :]):
        line = ended.rstrip("\n")
        match = tag.fullmatch(line)
        if match and match[1] == "TY" and fields:
            yield fields
            fields = []
        if match and (fields or match[1] == "TY"):
            fields.append((match[1], [match[2] or ""]))
        elif fields and fields[-1][0] != "ER":
            fields[-1][1].append(line)
    if fields:
        yield fields


def _reference(fields: Fields) -> Reference:
    values: dict[str, list[str]] = {}
    for tag, lines in fields:
        if value := _value(lines):
            values.setdefault(tag, []).append(value)
    draft = Draft(
        id=_first(values, "ID"),
        title=_first(values, *_TITLES),
        body=text_joined([_all(values, *_ABSTRACTS), *values.get("N1", [])]),
        date=_date(values),
        source=_first(values, *_SOURCES),
        url=_first(values, "UR", "LK"),
        author=names_joined(direct_name(name) for tag in _AUTHORS for name in values.get(tag, [])),
        section=_first(values, "SE"),
    )
    return Reference(draft, [tag for tag, _ in fields if tag != "ER"])


def _value(lines: list[str]) -> str:
    """The lines of a field; one that is indented goes on with the line above it, as where an exporter wraps them."""
    return re.sub(r"\n[ \t]+(?=\S)", " ", "\n".join(lines)).strip()


def _first(values: dict[str, list[str]], *tags: str) -> str | None:
    return next((values[tag][0] for tag in tags if tag in values), None)


def _all(values: dict[str, list[str]], *tags: str) -> str | None:
    """The values of the first of these tags that is there, one under the other."""
    return next(("\n".join(values[tag]) for tag in tags if tag in values), None)


def _date(values: dict[str, list[str]]) -> str | None:
    """The day "2022/01/19/", or "Jan 19" beside the year; some write the day where only the year belongs."""
    days, years = ([value for tag in tags for value in values.get(tag, [])] for tags in (_DAYS, _YEARS))
    with_year = [f"{day} {year[:4]}" for day in days for year in years]
    return most_precise([*map(_parts, [*days, *years]), *days, *with_year])


def _parts(date: str) -> str:
    """ "2022-01-19" of "2022/01/19/Édition du soir"."""
    year, *rest = [part.strip() for part in date.split("/")[:3]]
    return "-".join([year, *(part.zfill(2) for part in rest if part)])
