"""CSL JSON, which Zotero and citeproc share, and the answers of Crossref, which differ in lists for texts. No I/O.

See https://docs.citationstyles.org/en/stable/specification.html#appendix-iv-variables.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosque.corpus.draft.draft import Draft
from kiosque.corpus.markup.text_of_markup import text_of_markup
from kiosque.corpus.readers.references import Reference, most_precise, names_joined, text_joined

_PARTICLES = ("given", "non-dropping-particle", "dropping-particle", "family", "suffix")
_OWN_NAMES = frozenset(("family", "literal", "given"))
_OWN_DATES = frozenset(("date-parts", "date-time", "literal", "season"))


def csl_reference(record: Mapping[str, Any]) -> Reference | None:
    """What a record of CSL JSON says of its article; None where it is another kind of record."""
    if not isinstance(record.get("type"), str) or not _is_csl(record):
        return None
    draft = Draft(
        id=_text(record.get("id")),
        title=text_of_markup(_text(record.get("title")) or "") or None,
        body=text_joined([_abstract(record), _text(record.get("note"))]),
        date=_date(record.get("issued")),
        source=_text(record.get("container-title")) or _text(record.get("publisher")),
        url=_text(record.get("URL")),
        author=_people(record.get("author")),
        section=_text(record.get("section")),
    )
    return Reference(draft, list(record))


def _is_csl(record: Mapping[str, Any]) -> bool:
    """Whether a name or a date is written as only CSL writes them, or the paper is a "container-title"."""
    people, issued = record.get("author"), record.get("issued")
    named = isinstance(people, list) and any(isinstance(one, dict) and _OWN_NAMES & one.keys() for one in people)
    return "container-title" in record or named or (isinstance(issued, dict) and bool(_OWN_DATES & issued.keys()))


def _text(value: object) -> str | None:
    """A text or number, or the first of a list of them."""
    if isinstance(value, list):
        value = next(iter(value), None)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None


def _abstract(record: Mapping[str, Any]) -> str | None:
    """The abstract, which is plain text but in answers of Crossref."""
    text = _text(record.get("abstract"))
    return text_of_markup(text.replace("<jats:", "<").replace("</jats:", "</")) if text and "<jats:" in text else text


def _people(value: object) -> str | None:
    people = value if isinstance(value, list) else []
    return names_joined(_name(one) for one in people if isinstance(one, dict))


def _name(person: dict[str, Any]) -> str:
    return _text(person.get("literal")) or " ".join(filter(None, (_text(person.get(part)) for part in _PARTICLES)))


def _date(issued: object) -> str | None:
    """The day of {"date-parts": [[2022, 1, 19]]}, of parts that are texts, or of a date in words."""
    if not isinstance(issued, dict):
        return _text(issued)
    dates = issued.get("date-parts")
    parts = dates[0] if isinstance(dates, list) and dates and isinstance(dates[0], list) else []
    whole = "-".join(filter(None, (_text(part) and str(_text(part)).zfill(2) for part in parts)))
    return most_precise([whole, *(_text(issued.get(name)) for name in ("raw", "literal", "date-time"))])
