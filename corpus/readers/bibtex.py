"""BibTeX and BibLaTeX: an article an entry, with its abstract and notes as its text; TeX signs become letters."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any

from bibtexparser import parse_string
from bibtexparser.library import Library
from bibtexparser.middlewares import RemoveEnclosingMiddleware, ResolveStringReferencesMiddleware
from bibtexparser.middlewares.names import split_multiple_persons_names
from bibtexparser.model import Entry, ParsingFailedBlock
from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

from kiosque.corpus.article import Article
from kiosque.corpus.clean.lines import decode, normalise_newlines
from kiosque.corpus.draft.draft import Draft
from kiosque.corpus.french import number
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

logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # what it warns of is refused with a reason

LARGEST = 16 * 2**20
"""Bytes of a file."""

MOST_ENTRIES = 50_000
"""Entries of a file, each of which bibtexparser keeps in two kilobytes until all are read."""

MOST_SIGNS = 500_000
"""Backslashes of a file, each of which takes pylatexenc some thirty microseconds."""

_BLOCK = re.compile(r"@\w*\s*[{(]")
_LONGEST_TEX = 100_000  # characters of a field whose TeX is read: a second and a half
_BROKEN = "entrée BibTeX abîmée (accolade jamais fermée ou virgule oubliée) : la corriger"
_SOURCES = ("journal", "journaltitle", "newspaper", "booktitle", "publisher", "organization")
_TEXTS = ("abstract", "annote", "annotation", "note")
_ESCAPED = re.compile(r"\\(?P<sign>[&%$#_{}\\])")
_TEX = re.compile(r"[\\{}~]|--|``|''|[!?]`")
_PERCENT = re.compile(r"(?<!\\)%")  # no comment inside a value
_BLANK_LINE = re.compile(r"\n[ \t]*\n\s*")
_BRACE = re.compile(r"\\.|[{}]")
_ADDRESS = re.compile(r"https?://[^\s{}]+")


def read_bibtex(location: Location) -> Iterator[Article | Refusal]:
    """The articles of a .bib file, and a Refusal for each entry that is damaged or empty. Raises OSError."""
    text = normalise_newlines(decode(location.read(LARGEST)))
    if sum(1 for _ in islice(_BLOCK.finditer(text), MOST_ENTRIES + 1)) > MOST_ENTRIES:
        raise Unreadable(f"BibTeX de plus de {number(MOST_ENTRIES)} entrées : le couper")
    if text.count("\\") > MOST_SIGNS:
        raise Unreadable(f"BibTeX de plus de {number(MOST_SIGNS)} signes de TeX : le couper, ou l’exporter en UTF-8")
    blocks = parse_string(text, parse_stack=[]).blocks
    entries = _entries(blocks)
    broken = [block for block in blocks if isinstance(block, ParsingFailedBlock) and not block.ignore_error_block]
    if not entries and not broken:
        raise Unreadable("BibTeX sans entrée : l’exporter de nouveau")
    yield from articles_of([_reference(key, fields) for key, fields in entries], location)
    for block in broken:
        yield Refusal(location.shown, _BROKEN, (block.start_line or 0) + 1)


def _entries(blocks: list[Any]) -> list[tuple[str, dict[str, str]]]:
    """The key and the fields of each entry, without braces and with abbreviations replaced.

    An entry with a key or a field that was there before is one like any other: a library may hold two of a name.
    """
    found = [getattr(block, "ignore_error_block", block) for block in blocks]
    entries = [block for block in found if isinstance(block, Entry)]
    keys = [entry.key for entry in entries]
    for place, entry in enumerate(entries):
        entry.key = str(place)
    library = Library([block for block in found if block and not isinstance(block, ParsingFailedBlock)])
    for step in (ResolveStringReferencesMiddleware(), RemoveEnclosingMiddleware()):
        library = step.transform(library)
    return [
        (key, {field.key.lower(): str(field.value) for field in reversed(entry.fields)})
        for key, entry in zip(keys, library.entries, strict=True)
    ]


def _reference(key: str, fields: dict[str, str]) -> Reference:
    title = " : ".join(filter(None, (_line(fields.get(name)) for name in ("title", "subtitle"))))
    draft = Draft(
        id=key or None,
        title=title or None,
        body=text_joined(text_of_tex(fields[name]) for name in _TEXTS if name in fields),
        date=_date(fields),
        source=next((line for name in _SOURCES if (line := _line(fields.get(name)))), None),
        url=_address(fields),
        author=_people(fields.get("author", "")),
        section=_line(fields.get("chapter")),
    )
    return Reference(draft, list(fields))


def _line(value: str | None) -> str | None:
    return " ".join(text_of_tex(value).split()) or None if value else None


def _people(names: str) -> str | None:
    """The authors; "{Le Monde and AFP}" in braces is one name, as it is written."""
    return names_joined(_person(name) for name in split_multiple_persons_names(names))


def _person(name: str) -> str:
    return text_of_tex(name) if _is_braced(name) else direct_name(text_of_tex(name))


def _is_braced(name: str) -> bool:
    """Whether one pair of braces holds the whole name."""
    depth = 0
    for match in _BRACE.finditer(name):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth <= 0:
            return depth == 0 and match.end() == len(name) and name.startswith("{")
    return False


def _date(fields: dict[str, str]) -> str | None:
    year, month, day = (fields.get(name, "").strip(" {}") for name in ("year", "month", "day"))
    numbers = "-".join(part.zfill(2) for part in (year, month, day) if part)
    return most_precise([fields.get("date", "").split("/")[0], numbers, f"{day} {month} {year}".strip(), year])


def _address(fields: dict[str, str]) -> str | None:
    """The address, in which nothing is TeX but what escapes a sign."""
    if url := fields.get("url"):
        return _ESCAPED.sub(_unescaped, url)
    match = _ADDRESS.search(fields.get("howpublished", ""))
    return match[0] if match else None


def text_of_tex(value: str) -> str:
    r"""The text of a value: L'{\'e}t{\'e} is L'été; a blank line or \\ ends a line of it, no other end of line does."""
    return "\n\n".join(map(_paragraph, _BLANK_LINE.split(value.strip())))


def _paragraph(value: str) -> str:
    joined = re.sub("[ \t\n]+", " ", value)
    if len(joined) > _LONGEST_TEX or not _TEX.search(_ESCAPED.sub("", joined)):
        text = _ESCAPED.sub(_unescaped, joined)  # a hundred times faster than to read TeX
    else:
        text = _read_tex(joined)
    return re.sub(r"[ \t]*\n[ \t]*", "\n", text)


def _read_tex(value: str) -> str:
    try:
        return str(_converter().latex_to_text(_PERCENT.sub(r"\%", value)))
    except (RecursionError, ValueError):
        return _ESCAPED.sub(_unescaped, value)


def _unescaped(match: re.Match[str]) -> str:
    return "\n" if match["sign"] == "\\" else match["sign"]


@cache
def _converter() -> Any:
    r"""Reads TeX as it is written in values: formulas stay, "\\" is one end of line."""
    known = get_default_latex_context_db()
    own = [MacroTextSpec("\\", "\n"), MacroTextSpec("textasciicircum", "^")]
    known.add_context_category("kiosque", prepend=True, macros=own)
    return LatexNodes2Text(latex_context=known, math_mode="verbatim")
